"""The memory as TMX 1.4b, out and in: https://www.gala-global.org/tmx-14b

Elements are pairs of <bpt> and <ept> that hold the markup itself, line breaks <ph>. Of other tools' markup what HTML
has a name for is kept (bold, italic, links), and of all else the text.
"""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from html import escape
from typing import IO, Any
from xml.etree.ElementTree import Element

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from ..inline import FORBIDDEN, Mark, read
from ..models import MemoryImport, MemoryUnit
from .exchange import FileError, is_language, tag_of, unix
from .limits import LARGEST_MEMORY, LONGEST_TEXT, MB
from .safe_xml import LANG, children, element, events, name_of, tag, text, words_of
from .xliff import TOOL

BATCH = 500
DATES = "%Y%m%dT%H%M%SZ"
HTML_TAG = re.compile(r"</?\s*([a-z]+)[^>]*>", re.IGNORECASE)
LINK_ID = re.compile(r"""\bid\s*=\s*["']?([A-Za-z0-9_-]+)""")
NAMES = {"b", "i", "strong", "em", "code", "abbr", "acronym", "a"}
TYPES = {"bold": "b", "italic": "i", "link": "a", "b": "b", "i": "i", "strong": "strong", "em": "em", "code": "code"}
BREAK_TYPES = {"lb", "br"}
WRITTEN_TYPES = {"b": "bold", "i": "italic", "strong": "bold", "em": "italic", "a": "link"}


@dataclass
class Loaded:
    """What came of a TMX file."""

    units: int = 0  # taken into the memory, by pairs of languages
    skipped: int = 0  # for languages that the hub does not have, or that are not the user's, or without a translation
    pairs: dict[tuple[str, str], int] = field(default_factory=dict)


def write_tmx(units: Iterable[MemoryUnit]) -> IO[bytes]:
    """A TMX file, open at its beginning; the caller closes it. `units` come with their locales."""
    target = tempfile.TemporaryFile(prefix="memory-", suffix=".tmx")  # noqa: SIM115 - the caller closes it
    for line in _lines(units):
        target.write(line.encode())
    target.seek(0)
    return target


def load_tmx(stream: IO[bytes], name: str, user: Any, *, may: Callable[[Locale], bool]) -> Loaded:
    """Take a file into the memory, as one import that can be taken out again. `may` says whether the user works in a
    language. Raises FileError, having changed nothing."""
    from ..memory import add_units, forget

    _check_size(stream)
    locales = list(Locale.objects.all())
    allowed = {locale.pk for locale in locales if may(locale)}
    # The file is read twice, so that nothing is written of one that is broken further down.
    found = sum(1 for pair in _pairs(stream, locales, allowed, Loaded()))
    if not found:
        raise FileError(_("There is nothing in it in languages of yours."))
    stream.seek(0)
    loaded = Loaded()
    imported = MemoryImport.objects.create(name=name[:255], imported_by=user)
    waiting: dict[tuple[Locale, Locale], list[tuple[str, str]]] = defaultdict(list)

    def flush(key: tuple[Locale, Locale]) -> None:
        with transaction.atomic():
            count = add_units(imported, key[0], key[1], waiting.pop(key))
        codes = (key[0].language_code, key[1].language_code)
        loaded.pairs[codes] = loaded.pairs.get(codes, 0) + count
        loaded.units += count

    try:
        for source, target, pair in _pairs(stream, locales, allowed, loaded):
            waiting[(source, target)].append(pair)
            if len(waiting[(source, target)]) >= BATCH:
                flush((source, target))
        for key in list(waiting):
            flush(key)
    except BaseException:
        forget(imported)
        raise
    return loaded


def _lines(units: Iterable[MemoryUnit]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'
    yield tag("tmx", version="1.4") + "\n"
    header = {
        "creationtool": TOOL,
        "creationtoolversion": "1",
        "segtype": "block",
        "o_tmf": "wagtail-localize",
        "adminlang": "en",
        "srclang": "*all*",
        "datatype": "html",
        "creationdate": timezone.now().strftime(DATES),
    }
    yield tag("header", **header) + "</header>\n<body>\n"
    for unit in units:
        source, target = tag_of(unit.source_locale.language_code), tag_of(unit.target_locale.language_code)
        written = unit.written_at.astimezone(UTC)
        yield tag("tu", tuid=unit.pk, srclang=source, changedate=written.strftime(DATES)) + "\n"
        if unit.imported_id:
            yield element("prop", "imported", type="x-origin") + "\n"
        for language, data in ((source, unit.source), (target, unit.target)):
            yield f"{tag('tuv', xml__lang=language)}<seg>{_segment(data)}</seg></tuv>\n"
        yield "</tu>\n"
    yield "</body>\n</tmx>\n"


def _segment(data: str) -> str:
    found = read(data)
    written: list[str] = []
    for part in found.parts:
        if isinstance(part, Mark):
            name, link, _ordinal = found.elements[part.number - 1]
            if part.closes:
                written.append(element("ept", f"</{name}>", i=part.number))
            else:
                start = f'<{name} id="{link}">' if link else f"<{name}>"
                kind = WRITTEN_TYPES.get(name, name)
                written.append(element("bpt", start, i=part.number, x=part.number, type=kind))
            continue
        first, *others = unix(part).split("\n")
        written.append(text(first))
        for line in others:
            written += [element("ph", "<br/>", type="lb"), text(line)]
    return "".join(written)


def _check_size(stream: IO[bytes]) -> None:
    if stream.seek(0, 2) > LARGEST_MEMORY:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_MEMORY // MB})
    stream.seek(0)


def _pairs(
    stream: IO[bytes], locales: list[Locale], allowed: set[int], loaded: Loaded
) -> Iterator[tuple[Locale, Locale, tuple[str, str]]]:
    """(source, target, their texts) of all units; what is left out is counted."""
    codes = [locale.language_code for locale in locales]
    known: dict[str, Locale | None] = {}

    def locale_of(language: str) -> Locale | None:
        if language not in known:
            known[language] = next(
                (each for each in locales if is_language(language, each.language_code, codes)), None
            )
        return known[language]

    main = "*all*"
    stack: list[Element] = []
    for event, found in events(stream, may_name_dtd=True):
        name = name_of(found)
        if event == "start":
            if not stack and name != "tmx":
                raise FileError(_("It is no TMX file."))
            stack.append(found)
            continue
        stack.pop()
        if name == "header":
            main = found.get("srclang", "*all*")
        elif name == "tu" and stack:
            yield from _unit(found, main, locale_of, allowed, loaded)
            stack[-1].remove(found)


def _unit(
    unit: Element, main: str, locale_of: Callable[[str], Locale | None], allowed: set[int], loaded: Loaded
) -> Iterator[tuple[Locale, Locale, tuple[str, str]]]:
    variants = [
        (tag_of(each.get(LANG) or each.get("lang") or ""), seg)
        for each in children(unit, "tuv")
        for seg in children(each, "seg")[:1]
    ]
    main = unit.get("srclang", main)
    first = next((each for each in variants if main != "*all*" and each[0] == tag_of(main)), None)
    if first is None:
        short = tag_of(main).split("-")[0]
        first = next((each for each in variants if each[0].split("-")[0] == short), next(iter(variants), None))
    if first is None or len(variants) < 2:
        loaded.skipped += 1
        return
    source = locale_of(first[0])
    for variant in variants:
        if variant is first:
            continue
        target = locale_of(variant[0])
        if source is None or target is None or source == target or target.pk not in allowed:
            loaded.skipped += 1
            continue
        links: dict[str, str] = {}
        pair = data_in(first[1], links), data_in(variant[1], links)
        if not all(pair) or max(map(len, pair)) > LONGEST_TEXT:
            loaded.skipped += 1
            continue
        yield source, target, pair


def data_in(segment: Element, links: dict[str, str]) -> str:
    """A segment as wagtail-localize would store it. `links` numbers the links of other tools, by what they call them,
    alike in a text and its translation."""
    tokens = list(_tokens(segment, links))
    if _is_nested(tokens):
        return "".join(each if isinstance(each, str) else each[1] for each in tokens).strip()
    return "".join(each for each in tokens if isinstance(each, str)).strip()


type Token = str | tuple[str, str]  # text, or (which element, its tag)


def _tokens(parent: Element, links: dict[str, str]) -> Iterator[Token]:
    open_names: dict[str, str] = {}
    yield from _text(parent.text)
    for child in parent:
        name, number = name_of(child), child.get("i", "")
        content, kind = words_of(child), child.get("type", "").lower()
        if name == "bpt":
            found = HTML_TAG.search(content)
            tag_name = found[1].lower() if found and found[1].lower() in NAMES else TYPES.get(kind, "")
            if tag_name:
                open_names[number] = tag_name
                yield (number, _start(tag_name, content, child.get("x") or number, links))
        elif name == "ept":
            if tag_name := open_names.pop(number, ""):
                yield (number, f"</{tag_name}>")
        elif name == "ph":
            if kind in BREAK_TYPES or re.fullmatch(r"\s*<br\s*/?>\s*", content):
                yield "<br/>"
        elif name in {"hi", "mrk"}:
            yield from _tokens(child, links)
        yield from _text(child.tail)


def _start(name: str, content: str, number: str, links: dict[str, str]) -> str:
    if name != "a":
        return f"<{name}>"
    if own := LINK_ID.search(content):
        return f'<a id="{own[1]}">'
    return f'<a id="{links.setdefault(number, f"a{len(links) + 1}")}">'


def _text(value: str | None) -> Iterator[str]:
    if value:
        yield escape(FORBIDDEN.sub("", unix(value)), quote=False).replace("\n", "<br/>")


def _is_nested(tokens: Iterable[Token]) -> bool:
    """Whether all elements end, and within each other."""
    stack: list[str] = []
    for token in tokens:
        if isinstance(token, str):
            continue
        number, written = token
        if not written.startswith("</"):
            stack.append(number)
        elif not stack or stack.pop() != number:
            return False
    return not stack
