"""The words of a StreamField, read from its stored form by its block definitions; nothing is built or queried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing
from wagtail.snippets.blocks import SnippetChooserBlock


@dataclass
class Words:
    """Texts in their order, and ids of the documents and people that the blocks refer to."""

    texts: list[str] = field(default_factory=list)
    documents: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(text for text in self.texts if text.strip())

    def read(self, block: blocks.Block, value: Any) -> None:
        """Adds the words of a stored value; what does not fit its definition has none."""
        if isinstance(block, blocks.BaseStreamBlock) and isinstance(value, list):
            for item in value:
                child = block.child_blocks.get(item.get("type")) if isinstance(item, dict) else None
                if child:
                    self.read(child, item.get("value"))
        elif isinstance(block, blocks.BaseStructBlock) and isinstance(value, dict):
            for name, child in block.child_blocks.items():
                self.read(child, value.get(name))
        elif isinstance(block, blocks.ListBlock) and isinstance(value, list):
            for item in value:
                self.read(block.child_block, item["value"] if isinstance(item, dict) and "value" in item else item)
        elif isinstance(block, TypedTableBlock) and isinstance(value, dict):
            self._read_table(block, value)
        elif isinstance(block, DocumentChooserBlock) and isinstance(value, int):
            self.documents.append(value)
        elif (
            isinstance(block, SnippetChooserBlock)
            and isinstance(value, int)
            and block.target_model.__name__ == "Person"
        ):
            self.people.append(value)
        elif isinstance(value, str) and getattr(block, "search_index", True):
            if isinstance(block, blocks.RichTextBlock):
                self.texts.append(get_text_for_indexing(value))
            elif isinstance(block, blocks.CharBlock | blocks.TextBlock | blocks.BlockQuoteBlock):
                self.texts.append(value)

    def _read_table(self, block: TypedTableBlock, table: dict[str, Any]) -> None:
        columns = [column for column in table.get("columns", []) if isinstance(column, dict)]
        self.texts += [str(table.get("caption") or ""), *(str(column.get("heading") or "") for column in columns)]
        for row in table.get("rows", []):
            for column, value in zip(columns, row.get("values", []), strict=False):
                child = block.child_blocks.get(column.get("type"))
                if child:
                    self.read(child, value)


def words_of(page: Page, fields: Iterator[str] | tuple[str, ...]) -> Words:
    """The words of some StreamFields of a page."""
    words = Words()
    for name in fields:
        value = getattr(page, name)
        words.read(value.stream_block, list(value.raw_data))
    return words
