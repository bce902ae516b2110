"""What the text of a page shows, read in one query for each kind of thing: Wagtail takes one for each kind of block.

Pages need none: `hub.models.links` has read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from copy import copy
from typing import Any

from wagtail.blocks import PageChooserBlock, StreamValue
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageBlock, ImageChooserBlock

Known = Mapping[type, Mapping[int, Any]]

CHOSEN_IMAGE = re.compile(r'"image": (\d+)')
DOCUMENT_LINK = re.compile(r'<a [^>]*linktype=\\"document\\"[^>]*>')
LINKED_ID = re.compile(r'\bid=\\"(\d+)\\"')

_known: ContextVar[Known] = ContextVar("known", default={})  # noqa: B039 - nothing changes it


class Preloaded:
    """A chooser that takes what `read_blocks` knows, and asks the database only for kinds that it does not."""

    def bulk_to_python(self, values: Iterable[Any]) -> list[Any]:
        known = _known.get().get(self.model_class)  # type: ignore[attr-defined]
        if known is None:
            return super().bulk_to_python(values)  # type: ignore[misc]
        # Blocks write on what they hold, such as the text that stands for a picture.
        return [copy(known.get(value)) for value in values]


class PageChoice(Preloaded, PageChooserBlock):
    pass


class DocumentChoice(Preloaded, DocumentChooserBlock):
    pass


class ImageChoice(Preloaded, ImageChooserBlock):
    pass


class PictureChoice(ImageBlock):
    """A picture with the text that stands for it."""

    def __init__(self, required: bool = True, **kwargs: Any) -> None:
        super().__init__(required=required, **kwargs)
        image = ImageChoice(required=required)
        image.set_name("image")
        self.child_blocks["image"] = image


def texts_of(page: Any) -> list[StreamValue]:
    """The texts of a page that are made of blocks."""
    fields = [field for field in page._meta.get_fields() if isinstance(field, StreamField)]
    return [text for text in (field.value_from_object(page) for field in fields) if text]


def stored(texts: Iterable[StreamValue]) -> str:
    """Texts as the database has them."""
    return json.dumps([text.get_prep_value() for text in texts], default=str, ensure_ascii=False)


def image_ids(texts: Iterable[StreamValue]) -> set[int]:
    """Pictures in the blocks of texts."""
    return {int(pk) for pk in CHOSEN_IMAGE.findall(stored(texts))}


def document_ids(texts: Iterable[StreamValue]) -> set[int]:
    """Documents that blocks and rich texts lead to."""
    ids = {int(pk) for link in DOCUMENT_LINK.findall(stored(texts)) for pk in LINKED_ID.findall(link)}
    blocks = [block for text in texts for block in text.get_prep_value() if block["type"] == "documents"]
    chosen = [item["value"] if isinstance(item, dict) else item for block in blocks for item in block["value"]]
    return ids.union(pk for pk in chosen if pk)


def read_blocks(texts: Iterable[StreamValue], known: Known) -> None:
    """Reads all blocks of texts, with the things of some types given by their ids."""
    token = _known.set(known)
    try:
        for text in texts:
            list(text)
    finally:
        _known.reset(token)
