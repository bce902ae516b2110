"""The glossary as TBX-Basic. Written as version 2 (ISO 30042:2008), which more tools read; both versions 2 and 3
(ISO 30042:2019, in either of its styles) are read."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import IO
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from ..models import Concept, Term
from .exchange import FileError, tag_of
from .glossary import ConceptRow, TermRow
from .limits import LARGEST_FILE, MB
from .safe_xml import LANG, element, events, name_of, tag, words_of
from .xliff import TOOL

STATUSES = {
    Term.Status.PREFERRED: "preferredTerm-admn-sts",
    Term.Status.ADMITTED: "admittedTerm-admn-sts",
    Term.Status.FORBIDDEN: "deprecatedTerm-admn-sts",
}
READ_STATUSES = {written: status for status, written in STATUSES.items()} | {
    "supersededTerm-admn-sts": Term.Status.FORBIDDEN,
    "preferred": Term.Status.PREFERRED,
    "admitted": Term.Status.ADMITTED,
    "notRecommended": Term.Status.FORBIDDEN,
    "deprecated": Term.Status.FORBIDDEN,
    "obsolete": Term.Status.FORBIDDEN,
}
ENTRIES = {"termEntry", "conceptEntry"}
LANGUAGES = {"langSet", "langSec"}
TERMS = {"tig", "ntig", "termSec"}


def write_tbx(concepts: Iterable[Concept], language: str) -> bytes:
    """`language` is that of notes and domains."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">',
        tag("martif", type="TBX-Basic", xml__lang=tag_of(language)),
        "<martifHeader>",
        f"<fileDesc><titleStmt>{element('title', TOOL)}</titleStmt>",
        f"<sourceDesc>{element('p', 'The glossary of the hub.')}</sourceDesc></fileDesc>",
        '<encodingDesc><p type="XCSURI">http://www.ttt.org/oscarstandards/tbx/TBXBasicXCS.xcs</p></encodingDesc>',
        "</martifHeader>",
        "<text><body>",
    ]
    for concept in concepts:
        lines.append(tag("termEntry", id=f"c{concept.pk}"))
        if concept.domain:
            lines.append(element("descrip", concept.domain, type="subjectField"))
        if concept.note:
            lines.append(element("note", concept.note))
        by_language: dict[str, list[Term]] = {}
        for term in concept.terms.all():
            by_language.setdefault(tag_of(term.locale.language_code), []).append(term)
        for code, terms in by_language.items():
            lines.append(tag("langSet", xml__lang=code))
            for term in terms:
                status = STATUSES[Term.Status(term.status)]
                lines += ["<tig>", element("term", term.text)]
                lines.append(element("termNote", status, type="administrativeStatus"))
                if term.note:
                    lines.append(element("note", term.note))
                lines.append("</tig>")
            lines.append("</langSet>")
        lines.append("</termEntry>")
    return "\n".join([*lines, "</body></text>", "</martif>", ""]).encode()


def read_tbx(stream: IO[bytes]) -> list[ConceptRow]:
    """Raises FileError."""
    if stream.seek(0, io.SEEK_END) > LARGEST_FILE:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_FILE // MB})
    stream.seek(0)
    rows: list[ConceptRow] = []
    for event, found, around in events(stream, ENTRIES, may_name_dtd=True):
        if not around and name_of(found) not in {"martif", "tbx", "TBX"}:
            raise FileError(_("It is no TBX file."))
        if event == "end" and name_of(found) in ENTRIES:
            rows.append(_concept(found))
    if not rows:
        raise FileError(_("There are no terms in it."))
    return rows


def _concept(entry: Element) -> ConceptRow:
    row = ConceptRow()
    _describe(row, entry)
    for found in entry:
        if name_of(found) in LANGUAGES:
            _describe(row, found)
            language = found.get(LANG) or found.get("lang") or ""
            row.terms += [_term(term, language) for term in _sections(found)]
    return row


def _describe(row: ConceptRow, section: Element) -> None:
    """Take over what a concept, or one language of it, says beside its terms."""
    for found in _flat(section):
        kind = _kind(found)
        if kind == "subjectField":
            row.domain = row.domain or _line(found)
        elif kind in {"definition", "note"}:
            row.note = "\n".join(filter(None, [row.note, words_of(found).strip()]))


def _sections(language: Element) -> list[Element]:
    return [each for each in language if name_of(each) in TERMS]


def _term(section: Element, language: str) -> TermRow:
    row = TermRow(language, "")
    for found in _flat(section):
        kind = _kind(found)
        if kind == "term":
            row.text = _line(found)
        elif kind in {"administrativeStatus", "normativeAuthorization"}:
            row.status = READ_STATUSES.get(words_of(found).strip(), row.status)
        elif kind in {"note", "usageNote"}:
            row.note = row.note or _line(found)
    return row


def _flat(parent: Element) -> Iterable[Element]:
    """The elements of a section, those in groups of descriptions and of terms as well."""
    for found in parent:
        if name_of(found) in {"descripGrp", "termGrp", "termNoteGrp", "adminGrp"}:
            yield from found
        else:
            yield found


def _kind(found: Element) -> str:
    """What an element says: its type, or its name where that is the type (version 3, style DCT)."""
    return found.get("type") or name_of(found)


def _line(found: Element) -> str:
    return " ".join(words_of(found).split())
