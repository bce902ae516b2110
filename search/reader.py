"""Reads the text of one file: a program of its own, for files may be hostile. `attachments.py` starts it, isolated and
without environment; it knows nothing of Django.

The file is standard input; the arguments are its kind (the ending of its name) and the limits as JSON. It writes JSON:
the text, and in a word what kept it from being read to its end.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

ENCRYPTED_OFFICE = b"\xd0\xcf\x11\xe0"  # Office wraps an encrypted file in its older format
NOT_SHOWN = {  # kept beside the text: deleted, moved away, said twice, comments
    "moveFrom", "Fallback", "rPh", "tracked-changes", "annotation", "notes",
}  # fmt: skip
ENDS_WORD = {"p", "h", "br", "cr", "tab", "tc", "si", "s", "line-break", "table-cell"}
OFFICE_PARTS = {
    "docx": re.compile(r"word/(?:document|footnotes|endnotes)(\d*)\.xml"),
    "pptx": re.compile(r"ppt/slides/slide(\d+)\.xml"),
    "xlsx": re.compile(r"xl/sharedStrings(\d*)\.xml"),
}
OPEN_DOCUMENT = re.compile(r"content()\.xml")
CHUNK = 65_536


class Stopped(Exception):  # noqa: N818
    """Reading ends here; the argument says why."""


class Text:
    """Collects text up to a number of characters."""

    def __init__(self, most: int) -> None:
        self.parts: list[str] = []
        self.left = most

    def end_word(self) -> None:
        if self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")

    def add(self, text: str) -> None:
        self.parts.append(text[: self.left])
        self.left -= len(self.parts[-1])
        if len(self.parts[-1]) < len(text):
            raise Stopped("long")


def read_pdf(file: BinaryIO, text: Text, limits: dict[str, int], deadline: float) -> None:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, WrongPasswordError

    try:
        reader = PdfReader(file)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Stopped("encrypted")
        for number, page in enumerate(reader.pages):
            if number >= limits["pages"] or time.process_time() > deadline:
                raise Stopped("long")
            text.add(page.extract_text())
            text.end_word()
    except (DependencyError, FileNotDecryptedError, WrongPasswordError) as error:
        raise Stopped("encrypted") from error


class Shown:
    """What the parser calls: passes on the text that a reader of the document sees."""

    def __init__(self, text: Text, everything: bool) -> None:
        self.text = text
        self.everything = everything  # else only what is in elements called "t"
        self.hidden = 0
        self.inside = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.hidden += bool(self.hidden or name in NOT_SHOWN)
        self.inside += name == ("body" if self.everything else "t")

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        self.inside -= name == ("body" if self.everything else "t")
        if self.hidden:
            self.hidden -= 1
        elif name in ENDS_WORD:
            self.text.end_word()

    def data(self, data: str) -> None:
        if self.inside and not self.hidden:
            self.text.add(data)

    def close(self) -> None:
        pass


def read_zip(file: BinaryIO, kind: str, text: Text, limits: dict[str, int]) -> None:
    """The formats of Office and OpenDocument: XML in a ZIP archive. Nothing is unpacked to disk."""
    from xml.etree.ElementTree import ParseError
    from xml.parsers.expat import errors

    from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

    if file.read(4) == ENCRYPTED_OFFICE:
        raise Stopped("encrypted")
    budget = limits["unpacked"]
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        if "META-INF/manifest.xml" in names:
            with archive.open("META-INF/manifest.xml") as manifest:
                if b"encryption-data" in manifest.read(CHUNK):
                    raise Stopped("encrypted")
        pattern = OFFICE_PARTS.get(kind, OPEN_DOCUMENT)
        found = [(int(match[1] or 0), name) for name in names if (match := pattern.fullmatch(name))]
        if not found:
            raise Stopped("broken")
        for _number, name in sorted(found)[: limits["pages"]]:
            entry = archive.getinfo(name)
            if entry.flag_bits & 1:
                raise Stopped("encrypted")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Stopped("broken")
            parser = DefusedXMLParser(target=Shown(text, kind not in OFFICE_PARTS), forbid_dtd=True)
            with archive.open(entry) as part:
                try:
                    for chunk in _chunks(part):
                        budget -= len(chunk)
                        if budget < 0:
                            raise Stopped("heavy")
                        parser.feed(chunk)
                    parser.close()
                except ParseError as error:
                    no_memory = error.code == errors.codes[errors.XML_ERROR_NO_MEMORY]
                    raise Stopped("heavy" if no_memory else "broken") from error


def _chunks(part: Any) -> Iterator[bytes]:
    while chunk := part.read(CHUNK):
        yield chunk


def read_plain(file: BinaryIO, text: Text) -> None:
    most = 4 * text.left + 4
    data = file.read(most)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.add(data.decode("utf-16", "replace"))
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut_off = len(data) == most and most - error.start < 4
        decoded = data.decode("utf-8", "replace") if cut_off else data.decode("cp1252", "replace")
    return text.add(decoded)


def read(file: BinaryIO, kind: str, limits: dict[str, int]) -> tuple[str, str]:
    """The text, at least what there is of it before `reason`, and that reason: empty if it was read to the end."""
    text = Text(limits["characters"])
    readers: dict[str, Callable[[], None]] = {
        "pdf": lambda: read_pdf(file, text, limits, limits["seconds"] * 0.75),
        "txt": lambda: read_plain(file, text),
    }
    reason = ""
    try:
        readers.get(kind, lambda: read_zip(file, kind, text, limits))()
    except Stopped as stopped:
        reason = str(stopped)
    except MemoryError:
        reason = "heavy"
    except Exception:  # noqa: BLE001  a hostile file makes its reader raise anything
        reason = "broken"
    found = " ".join("".join(text.parts).split()) if reason in ("", "long") else ""
    return found, reason if found else reason if reason not in ("", "long") else "empty"


def main() -> None:
    kind, limits = sys.argv[1], json.loads(sys.argv[2])
    for name, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, limits["seconds"]),
        (resource.RLIMIT_FSIZE, limits["characters"] * 12 + CHUNK),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (most, most))
    with open(0, "rb") as file:
        text, reason = read(file, kind, limits)
    json.dump({"text": text, "reason": reason}, sys.stdout)


if __name__ == "__main__":
    main()
