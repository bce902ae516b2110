"""Columns of the queue and the matrix."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column

from hub.languages import language_name
from hub.permissions import EDIT_ORIGINALS

from ..models import State

# Columns whose cells stand in a line of their own on narrow screens, under the title.
SMALL = "desk-small"
LOCKED = _("You do not translate into this language")


class Cell(BaseColumn):
    """A cell with a template of its own, which knows the row as `version`."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.cell_template_name = f"translation/queue/cells/{template}.html"

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        return {
            **context,
            "version": instance,
            "edits_originals": parent_context["request"].user.has_perm(EDIT_ORIGINALS),
            # Making one takes a while, and few cells have a form.
            "csrf_token": SimpleLazyObject(partial(get_token, parent_context["request"])),
        }


class MatrixCell(BaseColumn):
    """A work in one language; the accessor is the key of its locale."""

    def __init__(self, name: str, locale: int, **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.locale = locale

    def render_cell_html(self, instance: Any, parent_context: Any) -> SafeString:
        # A template for each of some hundred cells would take most of the time of the page.
        version = instance.by_locale.get(self.locale)
        if version:
            state = State(version.state)
            title = f"{state.label} – {LOCKED}" if version.is_locked else state.label
            url = reverse("translation_desk:open", args=[version.pk])
            words = format_html('<span class="desk-cell__words">{}</span>', intcomma(version.words_to_do))
            shown = format_html(
                '<a class="desk-cell desk-cell--{}" href="{}" title="{}"><span class="w-sr-only">{}</span>{}</a>',
                *(state.value, url, title, title, words if version.words_to_do else ""),
            )
        elif instance.source_locale_id == self.locale:
            shown = format_html(
                '<span class="desk-cell desk-cell--original" title="{}"><span class="w-sr-only">{}</span></span>',
                *(_("Original"), _("Original")),
            )
        else:
            shown = format_html('<span class="desk-none">–</span>')
        return format_html(
            '<td class="{}"><span class="desk-narrow" aria-hidden="true">{}</span> {}</td>',
            *(self.classname, self.label, shown),
        )


def language_of(version: Any) -> str:
    return language_name(version.locale.language_code)


QUEUE = [
    BulkActionsCheckboxColumn("bulk_actions", obj_type="version"),
    Cell("title", "title", label=_("Title"), sort_key="title", classname="title"),
    Column("locale", label=_("Language"), accessor=language_of, sort_key="language", classname=SMALL, width="8%"),
    Cell("state", "state", label=_("State"), sort_key="state", classname=SMALL, width="12%"),
    Cell("words", "words", label=_("Words to do"), sort_key="words", classname=SMALL, width="11%"),
    Cell("translator", "translator", label=_("Who has it"), sort_key="translator", classname=SMALL, width="10%"),
    Cell("due", "due", label=_("Due"), sort_key="due", classname=SMALL, width="11%"),
    Cell("changed", "changed", label=_("Changed"), sort_key="changed", classname=SMALL, width="11%"),
]
