"""XLIFF 1.2: http://docs.oasis-open.org/xliff/v1.2/os/xliff-core.html

Elements are <g> whose id is their number, line breaks <x/>. What a changed text said before is an <alt-trans>.
"""

from __future__ import annotations

from typing import IO
from xml.etree.ElementTree import Element

from ..inline import MarkupError, Part, parts_of, read
from ..segments import Condition, Segment
from .exchange import Exported, FileContent, FileText, key_of, remarks_on, target_parts, uuid_in
from .safe_xml import child, element, tag, words_of
from .xliff import TOOL, inline, moment, parts_in, read_files, text_of_unit

CORE = "urn:oasis:names:tc:xliff:document:1.2"
TYPES = {"a": "link", "b": "bold", "i": "italic", "strong": "bold", "em": "italic"}
STATES = {
    Condition.TRANSLATED: {"state": "translated"},
    Condition.MACHINE: {"state": "needs-review-translation", "state_qualifier": "mt-suggestion"},
    Condition.BROKEN: {"state": "needs-translation"},
}
DONE = {"translated", "final", "signed-off"}
FROM_MACHINES = {"mt-suggestion", "leveraged-mt"}


def write(exported: Exported) -> bytes:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        tag("xliff", version="1.2", xmlns=CORE),
        tag(
            "file",
            original=f"urn:uuid:{exported.translation.uuid}",
            datatype="html",
            source_language=exported.source_language,
            target_language=exported.language,
            date=exported.at.isoformat(),
            tool_id="hub",
        ),
        "<header>",
    ]
    if exported.address:
        lines += [f"<reference>{tag('external-file', href=exported.preview)}</external-file></reference>"]
    lines += [f"{tag('tool', tool_id='hub', tool_name=TOOL)}</tool>", element("note", exported.title)]
    if exported.address:
        lines += [element("note", exported.address)]
    lines += ["</header>", "<body>"]
    for segment in exported.segments:
        lines += _unit(segment, exported)
    lines += ["</body>", "</file>", "</xliff>", ""]
    return "\n".join(lines).encode()


def read_xliff(stream: IO[bytes]) -> list[FileContent]:
    return read_files(stream, unit="trans-unit", begin=_begin, add=_add)


def _unit(segment: Segment, exported: Exported) -> list[str]:
    limit = segment.place.max_length
    lines = [
        tag(
            "trans-unit",
            id=key_of(segment),
            resname=segment.path,
            maxwidth=limit,
            size_unit="char" if limit else None,
            xml__space="preserve",
        ),
        f"<source>{_inline(read(segment.source).parts, segment.source)}</source>",
    ]
    if segment.target:
        content = _inline(target_parts(segment), segment.source)
        lines.append(f"{tag('target', **STATES[segment.condition])}{content}</target>")
    if segment.condition == Condition.CHANGED:
        lines += [
            tag("alt-trans", alttranstype="previous-version"),
            f"<source>{_inline(read(segment.old_source).parts, segment.old_source)}</source>",
            f"<target>{_inline(parts_of(segment.old_target, segment.old_source), segment.old_source)}</target>",
            "</alt-trans>",
        ]
    remarks = remarks_on(segment, exported)
    lines.append(tag("context-group", purpose="location"))
    lines += [element("context", segment.path, context_type="x-path")]
    lines += [element("context", remark, context_type="x-place") for kind, remark in remarks if kind == "place"]
    lines.append("</context-group>")
    lines += [
        element("note", remark, **{"from": kind}, annotates="target" if kind == "fault" else "source")
        for kind, remark in remarks
    ]
    return [*lines, "</trans-unit>"]


def _inline(parts: list[Part], source: str) -> str:
    return inline(
        parts,
        source,
        opening=lambda number, name, link: tag("g", id=number, ctype=TYPES.get(name, f"x-html-{name}")),
        closing="</g>",
        line_break=lambda number: f'<x id="n{number}" ctype="lb"/>',
    )


def _begin(root: Element, file: Element) -> FileContent:
    return FileContent(
        uuid_in(file.get("original", "")),
        file.get("source-language", ""),
        file.get("target-language", ""),
        moment(file.get("date")),
    )


def _add(unit: Element, content: FileContent) -> FileText | None:
    if unit.get("translate") == "no":
        return None
    target = child(unit, "target")
    parts: list[Part] = []
    fault = ""
    done = None
    qualifier = ""
    if target is not None:
        try:
            parts = parts_in(target)
        except MarkupError as error:
            fault = str(error)
        if state := target.get("state"):
            done = state in DONE
        qualifier = target.get("state-qualifier", "")
    if unit.get("approved") == "yes":
        done = True
    return text_of_unit(
        unit.get("id", ""),
        unit.get("resname", ""),
        words_of(child(unit, "source")),
        parts,
        fault=fault,
        done=done,
        machine=qualifier in FROM_MACHINES and done is not True,
    )
