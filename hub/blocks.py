"""What the text of a page is made of."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock, TypedTableBlockValidationError
from wagtail.fields import StreamField
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import StreamFieldSegmentExtractor
from wagtail_localize.segments.ingest import StreamFieldSegmentsWriter

from .preloading import DocumentChoice, PageChoice, PictureChoice

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link", "superscript", "subscript"]
SMALL_TEXT_FEATURES = ["bold", "italic", "link", "document-link", "ul"]


class BlocksField(StreamField):
    """A StreamField whose block definitions, and defaults made of them, stay out of migrations: the database column
    does not depend on them."""

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types or [], **kwargs)

    def deconstruct(self) -> tuple[Any, ...]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        kwargs.pop("default", None)
        return name, path, [], kwargs

    def get_prep_value(self, value: Any) -> Any:
        """Reads every block first: those that nobody has read are stored as they came, which may be without the ids
        of list items by which their texts are translated."""
        if isinstance(value, blocks.StreamValue):
            list(value)
        return _storable(super().get_prep_value(value))


def _storable(value: Any) -> Any:
    """The blocks without halves of characters, which no page could be sent with."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {key: _storable(child) for key, child in value.items()}
    return [_storable(child) for child in value] if isinstance(value, list) else value


# Texts of links that do not say where they lead, in the languages of the demonstration.
VAGUE = frozenset(
    [
        *("here", "click here", "this link", "link", "read more", "more"),
        *("hier", "hier klicken", "klicken sie hier", "dieser link", "mehr", "mehr lesen", "weiterlesen"),
        *("ici", "cliquez ici", "cliquer ici", "ce lien", "lien", "lire la suite", "en savoir plus", "plus"),
        *("aquí", "haga clic aquí", "clic aquí", "pulse aquí", "este enlace", "enlace", "leer más", "más"),
        *("qui", "clicca qui", "questo link", "leggi tutto", "leggi di più", "di più"),
        *("tu", "tutaj", "kliknij tutaj", "ten link", "czytaj więcej", "czytaj dalej", "więcej"),
    ]
)
LINKED_TEXT = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL)


def check_link_text(words: str) -> None:
    """Raises ValidationError for the text of a link that could lead anywhere."""
    text = " ".join(words.split())
    if text.strip(" .…:»>→").casefold() in VAGUE:
        raise ValidationError(
            _("The link “%(text)s” does not say where it leads: link the words that do."), params={"text": text}
        )


class TextBlock(blocks.RichTextBlock):
    """A rich text whose links say where they lead (WCAG 2.2, 2.4.4)."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            for linked in LINKED_TEXT.findall(cleaned.source):
                check_link_text(unescape(strip_tags(linked)))
        return cleaned


class HeadingBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Text"), max_length=160)
    level = blocks.ChoiceBlock(
        label=_("Level"), choices=[("h2", _("Section")), ("h3", _("Sub-section"))], default="h2", search_index=False
    )

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "hub/blocks/heading.html"


class PictureBlock(blocks.StructBlock):
    picture = PictureChoice(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=250)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "hub/blocks/image.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Words"))
    attribution = blocks.CharBlock(label=_("Who said it"), required=False, max_length=200)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "hub/blocks/quote.html"


class LinkBlock(blocks.StructBlock):
    """A link to a page of the hub or to a web address: exactly one of them."""

    page = PageChoice(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("or web address"), required=False)
    link_required = True

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("page") and cleaned.get("url"):
            raise StructBlockValidationError({"url": ValidationError(_("Give a page or a web address, not both."))})
        is_empty = not (cleaned.get("page") or cleaned.get("url"))
        if self.link_required and is_empty and not self.is_deferred_validation:
            raise StructBlockValidationError({"page": ValidationError(_("Choose a page or give a web address."))})
        return cleaned


class LabelBlock(blocks.CharBlock):
    """The text on a button, which says where it leads."""

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if not self.is_deferred_validation:
            check_link_text(cleaned)
        return cleaned


class ButtonBlock(LinkBlock):
    label = LabelBlock(label=_("Text on the button"), max_length=80)

    class Meta:
        icon = "link"
        label = _("Button")
        template = "hub/blocks/button.html"


class CalloutValue(blocks.StructValue):
    @property
    def is_over(self) -> bool:
        deadline = self.get("deadline")
        return bool(deadline and deadline < timezone.localdate())


class CalloutBlock(LinkBlock):
    link_required = False
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = TextBlock(label=_("Text"), features=SMALL_TEXT_FEATURES, required=False)
    deadline = blocks.DateBlock(label=_("Deadline"), required=False, help_text=_("The last day, if there is one."))
    label = LabelBlock(label=_("Text on the button"), required=False, max_length=80)

    class Meta:
        icon = "warning"
        label = _("Call-out with deadline")
        template = "hub/blocks/callout.html"
        value_class = CalloutValue


class EmbedBlock(blocks.StructBlock):
    """A link to a video elsewhere: the page itself asks nobody."""

    url = blocks.URLBlock(
        label=_("Address of the video"), help_text=_("The page of the video, for example on YouTube or Vimeo.")
    )
    title = blocks.CharBlock(label=_("What it shows"), max_length=160)

    class Meta:
        icon = "media"
        label = _("Video")
        template = "hub/blocks/embed.html"


class TableBlock(TypedTableBlock):
    """A table whose caption, headings and cells are translated."""

    def clean(self, table: TypedTable) -> TypedTable:
        headed = all(column["heading"].strip() for column in table.columns)
        if not headed and not self.is_deferred_validation:
            raise TypedTableBlockValidationError(non_block_errors=[_("Every column needs a heading.")])
        return super().clean(table)

    def _parts(self, table: TypedTable) -> list[tuple[str, Any, Any]]:
        """(path, block, value) of every cell."""
        return [
            (f"r{row_index}c{index}", column["block"], row["values"][index])
            for row_index, row in enumerate(table.row_data)
            for index, column in enumerate(table.columns)
        ]

    def get_translatable_segments(self, table: TypedTable) -> list[Any]:
        segments: list[Any] = [StringSegmentValue("caption", table.caption)]
        segments += [StringSegmentValue(f"h{index}", column["heading"]) for index, column in enumerate(table.columns)]
        extractor = StreamFieldSegmentExtractor(None)
        for path, block, value in self._parts(table):
            segments += [segment.wrap(path) for segment in extractor.handle_block(block, value)]
        return segments

    def restore_translated_segments(self, table: TypedTable, segments: list[Any]) -> TypedTable:
        by_path: dict[str, list[Any]] = {}
        for segment in segments:
            path, inner = segment.unwrap()
            by_path.setdefault(path, []).append(inner)
        if "caption" in by_path:
            table.caption = by_path["caption"][0].render_text()
        for index, column in enumerate(table.columns):
            if f"h{index}" in by_path:
                column["heading"] = by_path[f"h{index}"][0].render_text()
        writer = StreamFieldSegmentsWriter(None, None, None)
        for row_index, row in enumerate(table.row_data):
            for index, column in enumerate(table.columns):
                inner = by_path.get(f"r{row_index}c{index}")
                if inner:
                    row["values"][index] = writer.handle_block(column["block"], row["values"][index], inner)
        return table


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=160)
    text = TextBlock(label=_("Text"), features=TEXT_FEATURES)


class CardBlock(LinkBlock):
    title = blocks.CharBlock(
        label=_("Title"), required=False, max_length=160, help_text=_("Empty: the title of the page.")
    )
    text = blocks.TextBlock(label=_("Text"), required=False, max_length=300)

    class Meta:
        icon = "doc-empty"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("url") and not cleaned.get("title") and not self.is_deferred_validation:
            raise StructBlockValidationError({"title": ValidationError(_("A web address needs a title."))})
        return cleaned


def _list(child: blocks.Block, *, icon: str, label: Any, template: str) -> blocks.ListBlock:
    return blocks.ListBlock(child, icon=icon, label=label, template=f"hub/blocks/{template}.html", min_num=1)


BODY_BLOCKS: list[tuple[str, blocks.Block]] = [
    ("heading", HeadingBlock()),
    (
        "text",
        TextBlock(features=TEXT_FEATURES, label=_("Text"), icon="pilcrow", template="hub/blocks/text.html"),
    ),
    ("image", PictureBlock()),
    ("gallery", _list(PictureBlock(), icon="image", label=_("Gallery"), template="gallery")),
    ("quote", QuoteBlock()),
    ("button", ButtonBlock()),
    ("callout", CalloutBlock()),
    ("documents", _list(DocumentChoice(), icon="doc-full", label=_("Documents"), template="documents")),
    ("embed", EmbedBlock()),
    (
        "table",
        TableBlock(
            [
                ("text", blocks.CharBlock(label=_("Words"), required=False)),
                ("rich_text", TextBlock(label=_("Text"), features=SMALL_TEXT_FEATURES, required=False)),
                ("number", blocks.FloatBlock(label=_("Number"), required=False)),
            ],
            label=_("Table"),
            template="hub/blocks/table.html",
        ),
    ),
    ("accordion", _list(AccordionItemBlock(), icon="list-ul", label=_("Accordion"), template="accordion")),
    ("cards", _list(CardBlock(), icon="grip", label=_("Link cards"), template="cards")),
]


class BodyBlock(blocks.StreamBlock):
    """The text of a page: its headings do not leave a level out (WCAG 2.2, 1.3.1)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BODY_BLOCKS, **kwargs)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        headings = [(index, part.value) for index, part in enumerate(cleaned) if part.block_type == "heading"]
        if headings and headings[0][1]["level"] != "h2" and not self.is_deferred_validation:
            message = ValidationError(_("A sub-section needs a section above it: make this heading a section."))
            error = StructBlockValidationError(block_errors={"level": message})
            raise StreamBlockValidationError(block_errors={headings[0][0]: error})
        return cleaned
