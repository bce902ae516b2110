"""The memory as TMX 1.4b, out and in: https://www.gala-global.org/tmx-14b

Elements are pairs of <bpt> and <ept> that hold the markup itself, line breaks <ph>. Of other tools' markup what HTML
has a name for is kept (bold, italic, links), and of all else the text.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from html import escape
from itertools import islice
from typing import IO
from xml.etree.ElementTree import Element

from django.db import transaction
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale

from ..inline import FORBIDDEN, Mark, read
from ..models import MemoryImport, MemoryUnit
from . import uploads
from .exchange import FileError, locale_finder, tag_of, unix
from .limits import LARGEST_MEMORY, LONGEST_TEXT, MB
from .safe_xml import LANG, children, element, events, name_of, tag, text, words_of
from .xliff import TOOL

BATCH = 500
SLICE = 20.0  # seconds
DATES = "%Y%m%dT%H%M%SZ"
HTML_TAG = re.compile(r"</?\s*([a-z]+)[^>]*>", re.IGNORECASE)
LINK_ID = re.compile(r"""\bid\s*=\s*["']?([A-Za-z0-9_-]+)""")
NAMES = {"b", "i", "strong", "em", "code", "abbr", "acronym", "a"}
TYPES = {"bold": "b", "italic": "i", "link": "a", "b": "b", "i": "i", "strong": "strong", "em": "em", "code": "code"}
BREAK_TYPES = {"lb", "br"}
WRITTEN_TYPES = {"b": "bold", "i": "italic", "strong": "bold", "em": "italic", "a": "link"}


@dataclass
class Checked:
    """What there is in a TMX file."""

    units: int = 0
    skipped: int = 0  # for languages that the hub does not have, or that are not the user's, or without a translation
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)  # units by pairs of languages


def write_tmx(units: Iterable[MemoryUnit]) -> IO[bytes]:
    """A TMX file, open at its beginning; the caller closes it. `units` come with their locales."""
    target = tempfile.TemporaryFile(prefix="memory-", suffix=".tmx")  # noqa: SIM115 - the caller closes it
    for line in _lines(units):
        target.write(line.encode())
    target.seek(0)
    return target


def check(stream: IO[bytes], allowed: set[int], pairs: IO[bytes]) -> Checked:
    """Read a file to its end, and write into `pairs` what `load` is to take of it. `allowed` are the locales (primary
    keys) into which the user translates. Raises FileError if it is broken anywhere, or has nothing for them."""
    if stream.seek(0, io.SEEK_END) > LARGEST_MEMORY:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_MEMORY // MB})
    stream.seek(0)
    checked = Checked()
    for source, target, pair in _pairs(stream, allowed, checked):
        pairs.write(json.dumps([source.pk, target.pk, *pair], ensure_ascii=False).encode() + b"\n")
        checked.units += 1
        checked.pairs[(source.language_code, target.language_code)] += 1
    if not checked.units:
        raise FileError(_("There is nothing in it in languages of yours."))
    return checked


def load(pairs: IO[bytes], imported: MemoryImport) -> bool:
    """Take pairs that were checked into the memory, from where it stopped before. Stops after SLICE seconds, and
    returns whether there are more. How far it is stands in the transaction of each batch: whoever is not the first to
    take a batch leaves the rest to the other."""
    from ..memory import add_units

    until = time.monotonic() + SLICE
    locales = Locale.objects.in_bulk()
    pairs.seek(imported.position)
    while lines := list(islice(pairs, BATCH)):
        by_languages: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
        for source, target, *pair in map(json.loads, lines):
            by_languages[(source, target)].append(tuple(pair))
        begin, imported.position = imported.position, imported.position + sum(map(len, lines))
        with transaction.atomic():
            if not MemoryImport.objects.filter(pk=imported.pk, position=begin).update(position=imported.position):
                return False
            for (source, target), found in by_languages.items():
                if source in locales and target in locales:
                    add_units(imported, locales[source], locales[target], found)
        if time.monotonic() > until:
            return True
    return False


@task()
def load_in_background(import_id: int, token: str) -> None:
    """Load checked pairs, in slices, so that other tasks have their turn. Safe to run twice."""
    imported = MemoryImport.objects.filter(pk=import_id).first()
    try:
        with uploads.opened(token) as pairs:
            if imported and load(pairs, imported):
                load_in_background.enqueue(import_id, token)
                return
    except FileNotFoundError:
        return  # all of it was loaded before
    uploads.drop(token)


@task()
def forget_in_background(import_id: int) -> None:
    from ..memory import forget

    if imported := MemoryImport.objects.filter(pk=import_id).first():
        forget(imported)


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


def _pairs(stream: IO[bytes], allowed: set[int], checked: Checked) -> Iterator[tuple[Locale, Locale, tuple[str, str]]]:
    """(source, target, their texts) of all units; what is left out is counted."""
    locale_of = locale_finder()
    main = "*all*"
    for event, found, around in events(stream, {"tu"}, may_name_dtd=True):
        name = name_of(found)
        if not around and name != "tmx":
            raise FileError(_("It is no TMX file."))
        if event == "end" and name == "header":
            main = found.get("srclang", "*all*")
        elif event == "end" and name == "tu":
            yield from _unit(found, main, locale_of, allowed, checked)


def _unit(
    unit: Element, main: str, locale_of: Callable[[str], Locale | None], allowed: set[int], checked: Checked
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
        checked.skipped += 1
        return
    source = locale_of(first[0])
    for variant in variants:
        if variant is first:
            continue
        target = locale_of(variant[0])
        if source is None or target is None or source == target or target.pk not in allowed:
            checked.skipped += 1
            continue
        links: dict[str, str] = {}
        pair = data_in(first[1], links), data_in(variant[1], links)
        if not all(pair) or max(map(len, pair)) > LONGEST_TEXT:
            checked.skipped += 1
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
