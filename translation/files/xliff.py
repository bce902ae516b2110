"""What XLIFF 1.2 and 2.1 share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from ..inline import Mark, MarkupError, Part, read
from .exchange import FileContent, FileError, FileText, hashes_of, unix, unknown
from .limits import LONGEST_TEXT, MOST_TEXTS
from .safe_xml import events, name_of, text

TOOL = "Knowledge hub"
BREAK = "n"  # begins the ids of line breaks; those of elements are their numbers

type Opener = Callable[[int, str, str], str]


def inline(parts: list[Part], source: str, *, opening: Opener, closing: str, line_break: Callable[[int], str]) -> str:
    """Parts as XML. `opening` gets the number of an element, its name and the id of a link."""
    elements = read(source).elements
    written: list[str] = []
    breaks = 0
    for part in parts:
        if isinstance(part, Mark):
            element = elements[part.number - 1]
            written.append(closing if part.closes else opening(part.number, element.name, element.id))
            continue
        first, *others = part.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        written.append(text(first))
        for line in others:
            breaks += 1
            written += [line_break(breaks), text(line)]
    return "".join(written)


def parts_in(element: Element) -> list[Part]:
    """Parts of the content of a source or target, of any tool's markup; what stands for no number is a MarkupError."""
    parts = list(_walk(element, {}))
    if sum(len(part) for part in parts if isinstance(part, str)) > LONGEST_TEXT:
        raise MarkupError(_("The text is longer than %(count)s characters.") % {"count": LONGEST_TEXT})
    return parts


def _walk(element: Element, starts: dict[str, int]) -> Iterator[Part]:
    if element.text:
        yield unix(element.text)
    for child in element:
        name = name_of(child)
        identity = child.get("id", "")
        if name in {"pc", "g"}:
            number = _number(identity)
            yield Mark(number, closes=False)
            yield from _walk(child, starts)
            yield Mark(number, closes=True)
        elif name in {"ph", "x"} and (name == "x" or not child.text):
            if not identity.startswith(BREAK):
                _number(identity)  # an element without its end
                raise MarkupError(_("<%(number)s> has no end.") % {"number": identity})
            yield "\n"
        elif name in {"sc", "bx", "bpt"}:
            number = _number(identity)
            starts[child.get("rid") or identity] = number
            yield Mark(number, closes=False)
        elif name in {"ec", "ex", "ept"}:
            start = child.get("startRef") or child.get("rid") or identity
            yield Mark(starts.get(start) or _number(start), closes=True)
        elif name == "mrk":
            yield from _walk(child, starts)
        elif name == "cp":
            pass  # a character that XML cannot contain, and no page either
        elif name in {"sm", "em", ""}:
            pass
        else:
            raise MarkupError(_("%(tag)s is no markup of the original.") % {"tag": f"<{name}>"})
        if child.tail:
            yield unix(child.tail)


def _number(identity: str) -> int:
    if not identity.isascii() or not identity.isdigit() or len(identity) > 3:
        raise MarkupError(_("<%(number)s> is no markup of the original.") % {"number": identity[:20]})
    return int(identity)


def text_of_unit(
    key: str, name: str, source: str, target: list[Part] | None, *, fault: str = "", **values: Any
) -> FileText:
    """What a unit says. One whose key is not ours belongs to no text; `fault` is what is wrong with its target."""
    place, original = hashes_of(key) or (unknown(name or key), unknown(key))
    return FileText(place, original, shown=source, parts=target or [], fault=fault, **values)


def read_files(
    stream: IO[bytes],
    *,
    unit: str,
    begin: Callable[[Element, Element], FileContent],
    add: Callable[[Element, FileContent], FileText | None],
    finish: Callable[[Element, FileContent], None] = lambda element, content: None,
) -> list[FileContent]:
    """Read all <file> of a document. `begin` gets the root and a file, `add` a unit."""
    contents: list[FileContent] = []
    for event, element, around in events(stream, {unit, "header", "notes"}):
        name = name_of(element)
        if event == "start":
            if name == "file":
                contents.append(begin([*around, element][0], element))
        elif not contents:
            continue
        elif name == unit:
            content = contents[-1]
            if found := add(element, content):
                content.texts.append(found)
            if len(content.texts) > MOST_TEXTS:
                raise FileError(_("It has more than %(count)s texts.") % {"count": MOST_TEXTS})
        elif name in {"header", "notes"} and around and name_of(around[-1]) == "file":
            finish(element, contents[-1])
    if not contents:
        raise FileError(_("It contains no texts to translate."))
    return contents


def moment(value: str | None) -> Any:
    """A time with its zone, None if it is none."""
    try:
        found = parse_datetime(value or "")
    except ValueError:
        return None
    return found if found and found.tzinfo else None
