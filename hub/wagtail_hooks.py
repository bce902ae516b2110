"""What the hub adds to the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import ForeignKey
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.ui.tables import Column
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from .admin import pages
from .admin.fields import ThemeField
from .admin.uses import DeleteConcepts
from .admin.vocabulary import VocabularyGroup
from .dates import format_day
from .models import PlatformPage, ThematicHubPage, Theme

register_snippet(VocabularyGroup)
register_form_field_override(ForeignKey, to=Theme, override={"form_class": ThemeField})

# After Wagtail's own action of this name, which does not know of uses in drafts.
hooks.register("register_bulk_action", DeleteConcepts, order=100)


@hooks.register("insert_global_admin_css")
def admin_css() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("hub/admin/concepts.css"))


@hooks.register("insert_global_admin_js")
def admin_js() -> str:
    return format_html('<script src="{}"></script>', static("hub/admin/dates.js"))


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action("hub.merge_concepts")
    class MergeConcepts(LogFormatter):
        label = gettext_lazy("Merge")

        def format_message(self, log_entry: Any) -> str:
            return _("Took the place of “%(name)s”") % {"name": log_entry.data["title"]}


def last_checked(page: PlatformPage) -> str:
    return format_day(page.last_checked, "medium") if page.last_checked else ""


CHECKED = Column(
    "checked", label=gettext_lazy("Last checked"), accessor=last_checked, width="10%", classname=pages.ROOMY
)


class HubFilterSet(pages.ContentFilterSet):
    class Meta:
        model = ThematicHubPage
        fields: ClassVar[list[str]] = []


class PlatformFilterSet(pages.ContentFilterSet):
    class Meta:
        model = PlatformPage
        fields: ClassVar[list[str]] = ["access"]


class HubListing(pages.ContentListingViewSet):
    model = ThematicHubPage
    name = "hubs"
    icon = "folder-open-inverse"
    menu_label = gettext_lazy("Hubs")
    menu_order = 130
    filterset_class = HubFilterSet
    columns = [
        pages.CHECKBOX,
        pages.TITLE,
        pages.THEMES,
        pages.LANGUAGES,
        pages.PUBLISHED,
        pages.UPDATED,
        pages.STATUS,
    ]


class PlatformListing(pages.ContentListingViewSet):
    model = PlatformPage
    name = "platforms"
    icon = "link-external"
    menu_label = gettext_lazy("Platforms")
    menu_order = 140
    filterset_class = PlatformFilterSet
    columns = [
        pages.CHECKBOX,
        pages.TITLE,
        CHECKED,
        pages.THEMES,
        pages.LANGUAGES,
        pages.UPDATED,
        pages.STATUS,
    ]


@hooks.register("register_admin_viewset")
def listings() -> list[Any]:
    hubs, platforms = HubListing(), PlatformListing()
    return [hubs, platforms, pages.explorer_of(hubs), pages.explorer_of(platforms)]


class ContentChecks(ContentCheckerItem):
    """Wagtail's checks of the page in the editor, and what readers with another sight or hearing need besides."""

    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        "color-contrast",
        "image-alt",
        "link-in-text-block",
        "list",
        "scope-attr-valid",
        "table-duplicate-name",
        "td-headers-attr",
    ]


@hooks.register("construct_wagtail_userbar")
def use_own_content_checks(request: HttpRequest, items: list[Any], page: Any) -> None:
    items[:] = [
        ContentChecks(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item for item in items
    ]
