"""What the hub adds to the admin."""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from .admin.fields import ThemeField
from .admin.vocabulary import DeleteConcepts, VocabularyGroup
from .models import Theme

register_snippet(VocabularyGroup)
register_form_field_override(ForeignKey, to=Theme, override={"form_class": ThemeField})

# After Wagtail's own action of this name, which does not know of uses in drafts.
hooks.register("register_bulk_action", DeleteConcepts, order=100)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("hub/admin/concepts.css"))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action("hub.merge_concepts")
    class MergeConcepts(LogFormatter):
        label = gettext_lazy("Merge")

        def format_message(self, log_entry: Any) -> str:
            return _("Took the place of “%(name)s”") % {"name": log_entry.data["title"]}
