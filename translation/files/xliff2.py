"""XLIFF 2.1: http://docs.oasis-open.org/xliff/xliff-core/v2.1/xliff-core-v2.1.html

Elements are <pc> whose id is their number, line breaks <ph>. The original markup stands in <originalData>, lengths in
the size restriction module, and what a changed text said before in the module of matches. Only translations that
somebody stands for have the state “translated”.
"""

from __future__ import annotations

from typing import IO
from xml.etree.ElementTree import Element

from ..inline import MarkupError, Part, parts_of, read
from ..segments import Condition, Segment
from .exchange import Exported, FileContent, FileText, key_of, remarks_on, target_parts, uuid_in
from .safe_xml import child, children, element, name_of, tag, words_of
from .xliff import inline, moment, parts_in, read_files, text_of_unit

CORE = "urn:oasis:names:tc:xliff:document:2.0"
NAMESPACES = {
    "xmlns": CORE,
    "xmlns__mtc": "urn:oasis:names:tc:xliff:matches:2.0",
    "xmlns__slr": "urn:oasis:names:tc:xliff:sizerestriction:2.0",
}
TYPES = {"a": "link"}  # all others format
SUBTYPES = {"b": "xlf:b", "i": "xlf:i", "u": "xlf:u"}
STATES = {Condition.TRANSLATED: "translated"}
SUBSTATES = {Condition.MACHINE: "hub:machine", Condition.BROKEN: "hub:to-correct", Condition.CHANGED: "hub:changed"}


def write(exported: Exported) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        tag("xliff", version="2.1", srcLang=exported.source_language, trgLang=exported.language, **NAMESPACES),
        tag(
            "file", id="f1", original=f"urn:uuid:{exported.translation.uuid}", xml__space="preserve", canResegment="no"
        ),
        '<slr:profiles generalProfile="xliff:codepoints"/>',
        "<notes>",
        element("note", exported.title, category="title"),
    ]
    if exported.address:
        lines += [
            element("note", exported.address, category="edit"),
            element("note", exported.preview, category="preview"),
        ]
    lines += [element("note", exported.at.isoformat(), category="exported"), "</notes>"]
    for segment in exported.segments:
        lines += _unit(segment, exported)
    lines += ["</file>", "</xliff>", ""]
    return "\n".join(lines).encode()


def read_xliff(stream: IO[bytes]) -> list[FileContent]:
    return read_files(stream, unit="unit", begin=_begin, add=_add, finish=_exported_at)


def _unit(segment: Segment, exported: Exported) -> list[str]:
    limit = segment.place.max_length
    lines = [tag("unit", id=key_of(segment), name=segment.path, slr__sizeRestriction=limit)]
    if segment.condition == Condition.CHANGED:
        lines += [
            "<mtc:matches>",
            tag("mtc:match", ref="#s1", type="tm", origin="previous"),
            f"<source>{_inline(read(segment.old_source).parts, segment.old_source)}</source>",
            f"<target>{_inline(parts_of(segment.old_target, segment.old_source), segment.old_source)}</target>",
            "</mtc:match>",
            "</mtc:matches>",
        ]
    lines.append("<notes>")
    lines += [element("note", remark, category=kind) for kind, remark in remarks_on(segment, exported)]
    lines.append("</notes>")
    parts = read(segment.source).parts
    original = _original_data(segment.source)
    if original:
        lines += ["<originalData>", *original, "</originalData>"]
    state = STATES.get(segment.condition, "initial")
    lines += [
        tag("segment", id="s1", state=state, subState=SUBSTATES.get(segment.condition)),
        f"<source>{_inline(parts, segment.source, refers=True)}</source>",
    ]
    if segment.target:
        lines.append(f"<target>{_inline(target_parts(segment), segment.source, refers=True)}</target>")
    return [*lines, "</segment>", "</unit>"]


def _original_data(source: str) -> list[str]:
    data = []
    for number, each in enumerate(read(source).elements, 1):
        start = f'<{each.name} id="{each.id}">' if each.id else f"<{each.name}>"
        data += [element("data", start, id=f"d{number}"), element("data", f"</{each.name}>", id=f"e{number}")]
    return data


def _inline(parts: list[Part], source: str, *, refers: bool = False) -> str:
    """`refers` says whether the unit has the original data of the elements."""

    def opening(number: int, name: str, link: str) -> str:
        return tag(
            "pc",
            id=number,
            type=TYPES.get(name, "fmt"),
            subType=SUBTYPES.get(name),
            canCopy="no",
            canDelete="no",
            dataRefStart=f"d{number}" if refers else None,
            dataRefEnd=f"e{number}" if refers else None,
        )

    return inline(
        parts,
        source,
        opening=opening,
        closing="</pc>",
        line_break=lambda number: f'<ph id="n{number}" type="fmt" subType="xlf:lb" equiv="&#10;"/>',
    )


def _begin(root: Element, file: Element) -> FileContent:
    return FileContent(uuid_in(file.get("original", "")), root.get("srcLang", ""), root.get("trgLang", ""))


def _exported_at(notes: Element, content: FileContent) -> None:
    for note in notes:
        if note.get("category") == "exported":
            content.exported_at = moment(words_of(note).strip())


def _add(unit: Element, content: FileContent) -> FileText | None:
    """A unit as one text, however many segments a tool has made of it."""
    if unit.get("translate") == "no":
        return None
    source, target = [], []
    done: list[bool | None] = []
    fault = ""
    for piece in unit:
        if name_of(piece) not in {"segment", "ignorable"}:
            continue
        own, translated = child(piece, "source"), child(piece, "target")
        source.append(words_of(own))
        try:
            if translated is not None:
                target += parts_in(translated)
            elif name_of(piece) == "ignorable" and own is not None:
                target += parts_in(own)
        except MarkupError as error:
            fault = str(error)
        if name_of(piece) == "segment":
            done.append(_done(piece))
            if translated is None and len(children(unit, "segment")) > 1:
                done.append(False)
    return text_of_unit(
        unit.get("id", ""),
        unit.get("name", ""),
        "".join(source),
        target,
        fault=fault,
        done=False if False in done else True if True in done else None,
        machine=any("machine" in piece.get("subState", "") for piece in children(unit, "segment")),
    )


def _done(segment: Element) -> bool | None:
    state = segment.get("state")
    return None if state is None else state != "initial"
