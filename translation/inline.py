"""Inline markup: from wagtail-localize's strings to what translators and their tools see, and back.

wagtail-localize stores texts as HTML whose tags have no attributes; links are numbered, `<a id="a1">`. In *coded*
text each of the original's elements is a pair of numbers, a line break is a line break, and every other character
stands for itself:

    Read <a id="a1">the <b>R&amp;D</b> report</a>        Read <1>the <2>R&D</2> report</1>

So nothing that a translator types can break the markup but a number. What looks like a number and is none of the
original's is text; where the original itself contains such text, a backslash stands before it. (Backslashes right
before a number are doubled, to tell them from that one.)
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, NavigableString, Tag
from django.utils.translation import gettext as _

MARK = re.compile(r"(?<!\\)(\\*)<(/?)([1-9][0-9]{0,2})>")
# What neither XML nor a page may contain, and halves of characters.
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MarkupError(ValueError):
    """Coded text does not fit the markup of its original; the message says why."""


class Element(NamedTuple):
    """An element of a text: its name, the id of a link ("" for others), and which of its kind it is, from 1."""

    name: str
    id: str
    ordinal: int


class Mark(NamedTuple):
    """Where an element of the original, by its number, begins or ends."""

    number: int
    closes: bool


type Part = str | Mark


@dataclass(frozen=True)
class Text:
    """A string of wagtail-localize, read: its elements in order, and its parts, whose marks count elements from 1."""

    elements: list[Element]
    parts: list[Part]


def read(data: str) -> Text:
    """Read HTML as wagtail-localize stores it. Line breaks become characters; comments and the like are left out."""
    elements: list[Element] = []
    counts: Counter[str] = Counter()

    def walk(parent: Tag) -> Iterator[Part]:
        for child in parent.children:
            if isinstance(child, Tag):
                if child.name == "br":
                    yield "\n"
                    continue
                counts[child.name] += 1
                elements.append(Element(child.name, str(child.get("id", "")), counts[child.name]))
                number = len(elements)
                yield Mark(number, closes=False)
                yield from walk(child)
                yield Mark(number, closes=True)
            elif type(child) is NavigableString:
                yield str(child)

    with warnings.catch_warnings():
        # Of texts that look like an address or the name of a file.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        parts = list(walk(BeautifulSoup(data, "html.parser")))
    return Text(elements, parts)


def plain(data: str) -> str:
    """The text without markup."""
    if "<" not in data and "&" not in data:
        return data
    return "".join(part for part in read(data).parts if isinstance(part, str))


def parts_of(data: str, source: str) -> list[Part]:
    """The parts of a text, its elements numbered as those of its original; elements that the original lacks are left
    out, and their text stays."""
    text = read(data)
    if data == source:
        return text.parts
    numbers = {identity_of(element): number for number, element in enumerate(read(source).elements, 1)}
    own = [numbers.get(identity_of(element)) for element in text.elements]
    parts: list[Part] = []
    for part in text.parts:
        if isinstance(part, str):
            parts.append(part)
        elif number := own[part.number - 1]:
            parts.append(Mark(number, part.closes))
    return parts


def coded(data: str, source: str | None = None) -> str:
    """The text with numbered markup; `source` is the original if `data` is a translation."""
    source = data if source is None else source
    count = len(read(source).elements)

    def literal(mark: re.Match[str]) -> str:
        return f"{mark[1]}\\{mark[0]}" if int(mark[3]) <= count else mark[0]

    text = ""
    for part in parts_of(data, source):
        if isinstance(part, Mark):
            backslashes = len(text) - len(text.rstrip("\\"))
            text += "\\" * backslashes + f"<{'/' if part.closes else ''}{part.number}>"
        else:
            text += MARK.sub(literal, part)
    return text


def decoded(text: str, source: str) -> str:
    """The string that wagtail-localize stores, of coded text. Raises MarkupError."""
    return data_of(list(_parts_of_coded(text, len(read(source).elements))), source)


def data_of(parts: list[Part], source: str) -> str:
    """The string that wagtail-localize stores. Marks are of the original's elements. Raises MarkupError."""
    elements = read(source).elements
    opened: list[int] = []
    seen: set[int] = set()
    written: list[str] = []
    for part in parts:
        if isinstance(part, str):
            written.append(escape(FORBIDDEN.sub("", part), quote=False).replace("\n", "<br/>"))
            continue
        number = part.number
        if not 1 <= number <= len(elements):
            raise MarkupError(_("<%(number)s> is no markup of the original.") % {"number": number})
        if part.closes:
            if not opened or opened.pop() != number:
                raise MarkupError(_("</%(number)s> ends what does not begin before it.") % {"number": number})
            written.append(f"</{elements[number - 1].name}>")
            continue
        if number in seen:
            raise MarkupError(_("<%(number)s> is there twice.") % {"number": number})
        seen.add(number)
        opened.append(number)
        element = elements[number - 1]
        written.append(f'<{element.name} id="{element.id}">' if element.id else f"<{element.name}>")
    if opened:
        raise MarkupError(_("<%(number)s> has no end.") % {"number": opened[-1]})
    return "".join(written).strip()


def fitted(data: str, source: str) -> str:
    """A translation with the markup that it shares with an original, and no other. Raises MarkupError."""
    return data_of(parts_of(data, source), source)


def missing(data: str, source: str) -> list[int]:
    """Numbers of the original's elements that a translation lacks."""
    found = {part.number for part in parts_of(data, source) if isinstance(part, Mark)}
    return [number for number in range(1, len(read(source).elements) + 1) if number not in found]


def _parts_of_coded(text: str, count: int) -> Iterator[Part]:
    position = 0
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for mark in MARK.finditer(text):
        if int(mark[3]) > count:
            continue
        backslashes, is_text = divmod(len(mark[1]), 2)
        yield text[position : mark.start()] + "\\" * backslashes
        if is_text:
            yield mark[0].lstrip("\\")
        else:
            yield Mark(int(mark[3]), closes=bool(mark[2]))
        position = mark.end()
    yield text[position:]


def identity_of(element: Element) -> tuple[str, str | int]:
    return element.name, element.id or element.ordinal
