"""Columns of the queue and the matrix."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BaseColumn, BulkActionsCheckboxColumn, Column

from hub.languages import language_name

# Columns whose cells stand in a line of their own on narrow screens, under the title.
SMALL = "desk-small"


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
            "csrf_token": parent_context.get("csrf_token"),
            "perms": parent_context.get("perms"),
        }


class MatrixCell(Cell):
    """A work in one language; the accessor is the key of its locale."""

    def __init__(self, name: str, locale: int, **kwargs: Any) -> None:
        super().__init__(name, "matrix", **kwargs)
        self.locale = locale

    def get_cell_context_data(self, instance: Any, parent_context: Any) -> dict[str, Any]:
        return super().get_cell_context_data(instance, parent_context) | {
            "cell": instance.by_locale.get(self.locale),
            "is_original": instance.source_locale_id == self.locale,
        }


def language_of(version: Any) -> str:
    return language_name(version.locale.language_code)


QUEUE = [
    BulkActionsCheckboxColumn("bulk_actions", obj_type="version"),
    Cell("title", "title", label=_("Title"), sort_key="title", classname="title"),
    Column("locale", label=_("Language"), accessor=language_of, sort_key="language", classname=SMALL, width="9%"),
    Cell("state", "state", label=_("State"), sort_key="state", classname=SMALL, width="13%"),
    Cell("words", "words", label=_("Words to do"), sort_key="words", classname=SMALL, width="14%"),
    Cell("translator", "translator", label=_("Who has it"), sort_key="translator", classname=SMALL, width="10%"),
    Cell("due", "due", label=_("Due"), sort_key="due", classname=SMALL, width="9%"),
    Cell("changed", "changed", label=_("Changed"), sort_key="changed", classname=SMALL, width="9%"),
]
