"""Where a text stands in its page: what kind of text it is, what editors call the place, and how long it may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListValue
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock
from wagtail_localize.models import SourceDeletedError, TranslationSource


class Kind(models.TextChoices):
    TITLE = "title", gettext_lazy("Title")
    LEAD = "lead", gettext_lazy("Lead")
    HEADING = "heading", gettext_lazy("Heading")
    TEXT = "text", gettext_lazy("Text")
    LIST_ITEM = "list_item", gettext_lazy("List item")
    QUOTE = "quote", gettext_lazy("Quote")
    BUTTON = "button", gettext_lazy("Button")
    ALT_TEXT = "alt_text", gettext_lazy("Description of a picture")
    CAPTION = "caption", gettext_lazy("Caption")
    CELL = "cell", gettext_lazy("Table cell")
    LABEL = "label", gettext_lazy("Label")
    SEARCH_ENGINES = "search_engines", gettext_lazy("For search engines")


# By the last part of the path, where that says enough.
KINDS = {
    "title": Kind.TITLE,
    "lead": Kind.LEAD,
    "introduction": Kind.LEAD,
    "image_alt": Kind.ALT_TEXT,
    "alt_text": Kind.ALT_TEXT,
    "caption": Kind.CAPTION,
    "label": Kind.BUTTON,
    "seo_title": Kind.SEARCH_ENGINES,
    "search_description": Kind.SEARCH_ENGINES,
}
BLOCK_KINDS = {"heading": Kind.HEADING, "quote": Kind.QUOTE, "table": Kind.CELL}
TAG_KINDS = {"li": Kind.LIST_ITEM, **{f"h{level}": Kind.HEADING for level in range(1, 7)}}


@dataclass(frozen=True)
class Place:
    """`name` is in the active language, from the field down to the part of a block; `block` is the id of the block of
    the page that it stands in, "" outside stream fields. A `max_length` (in characters) of None is none."""

    kind: Kind
    name: str
    block: str = ""
    max_length: int | None = None
    level: int | None = None  # of a heading


class Places:
    """Finds places in one source. Reads its page once."""

    def __init__(self, source: TranslationSource, tags: Mapping[int, str]) -> None:
        """`tags` are the elements of rich texts in which segments (by primary key) stand."""
        self.tags = tags
        try:
            self.instance: Any = source.as_instance()
        except SourceDeletedError:
            self.instance = None

    def of(self, path: str, segment: int) -> Place:
        """The place of a segment, by the path of its context and its primary key."""
        parts = path.split(".")
        kind = TAG_KINDS.get(self.tags.get(segment, ""))
        try:
            field: Any = self.instance._meta.get_field(parts[0])
        except (AttributeError, FieldDoesNotExist):
            return Place(kind or Kind.TEXT, path)
        names = [capfirst(str(getattr(field, "verbose_name", parts[0])))]
        if not isinstance(field, StreamField):
            return Place(kind or KINDS.get(parts[-1], Kind.LABEL), names[0], "", getattr(field, "max_length", None))
        block, block_names, type_names, level = _descend(field.value_from_object(self.instance), parts[1:])
        by_type = (BLOCK_KINDS[name] for name in type_names if name in BLOCK_KINDS)
        kind = kind or KINDS.get(parts[-1]) or next(by_type, Kind.TEXT)
        if kind == Kind.TITLE and len(parts) > 1:
            kind = Kind.HEADING
        limit = getattr(getattr(block, "field", None), "max_length", None)
        # A text block of the text is just “Text”.
        names = [name for name, _same in groupby(filter(None, [*names, *block_names]))]
        return Place(kind, " › ".join(names), parts[1] if len(parts) > 1 else "", limit, level)

    def block_at(self, path: str) -> Any:
        """The definition of the block at a path, None outside stream fields."""
        parts = path.split(".")
        try:
            field: Any = self.instance._meta.get_field(parts[0])
        except (AttributeError, FieldDoesNotExist):
            return None
        if not isinstance(field, StreamField):
            return None
        return _descend(field.value_from_object(self.instance), parts[1:])[0]


def _descend(value: Any, path: list[str]) -> tuple[Any, list[str], list[str], int | None]:
    """(the block at the end of the path, names of the blocks on the way, their types, the level of a heading)."""
    block: Any = None
    level = None
    names: list[str] = []
    types: list[str] = []
    for part in path:
        if isinstance(block, ImageBlock) and part in block.child_blocks:
            # Its value is the picture itself, not the values of its parts.
            block, value, type_name = block.child_blocks[part], None, part
        elif isinstance(value, blocks.StructValue):
            if part not in value.block.child_blocks:
                break
            if str(value.get("level", "")) in TAG_KINDS:
                level = int(value["level"][1:])
            block, value, type_name = value.block.child_blocks[part], value.get(part), part
        elif isinstance(value, ListValue):
            number = next((number for number, child in enumerate(value.bound_blocks) if child.id == part), None)
            if number is None:
                break
            child = value.bound_blocks[number]
            block, value = child.block, child.value
            names.append(str(number + 1))
            continue
        elif isinstance(value, blocks.StreamValue):
            child = next((child for child in value if child.id == part), None)
            if child is None:
                break
            block, value, type_name = child.block, child.value, child.block_type
        else:
            names.append(_cell(part))
            break
        names.append(str(block.label))
        types.append(type_name)
    return block, names, types, level


def _cell(part: str) -> str:
    """The name of a part of a table, by its path: "caption", "h2" for a heading, "r0c1" for a cell."""
    if part.startswith("h") and part[1:].isdigit():
        return _("heading of column %(number)s") % {"number": int(part[1:]) + 1}
    row, _c, column = part[1:].partition("c")
    if part.startswith("r") and row.isdigit() and column.isdigit():
        return _("row %(row)s, column %(column)s") % {"row": int(row) + 1, "column": int(column) + 1}
    return ""
