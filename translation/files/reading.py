"""Opening files that somebody sends: what they are is told by what is in them, never by their names."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from . import po, xliff1, xliff2
from .exchange import FileContent, FileError
from .limits import LARGEST_FILE, LARGEST_UNPACKED, LARGEST_UPLOAD, MB, MOST_FILES
from .safe_xml import events, name_of

BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# Bytes of the end of a ZIP with the longest comment, and of a line in its list of files: more than there will be.
# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.12 and 4.3.16
LONGEST_END = 22 + 65_535
LONGEST_ENTRY = 1_000
OTHERS = {"tmx", "martif", "tbx"}


def contents_of(content: bytes) -> list[FileContent]:
    """What a file of translations says. Raises FileError."""
    if not content.strip():
        raise FileError(_("It is empty."))
    if len(content) > LARGEST_FILE:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_FILE // MB})
    if looks_like_xml(content):
        version = _version(content)
        read = xliff1.read_xliff if version.startswith("1.") else xliff2.read_xliff
        return read(io.BytesIO(content))
    if b"msgid" in content:
        return po.read_po(content)
    if is_zip(content):
        raise FileError(_("It is a ZIP within a ZIP."))
    raise FileError(_("It is neither XLIFF nor PO."))


def looks_like_xml(content: bytes) -> bool:
    start = content[:4096]
    for mark, encoding in BOMS.items():
        if start.startswith(mark):
            return start.decode(encoding, "replace").lstrip("\ufeff \t\r\n").startswith("<")
    return start.lstrip(b"\x00 \t\r\n").startswith(b"<")


def is_zip(start: bytes) -> bool:
    return start.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def opened(upload: IO[bytes]) -> zipfile.ZipFile:
    """A ZIP with a list of files of a sensible length. Raises FileError, or what `zipfile` does.

    `zipfile` reads the whole list first, and of 60 MB of it makes 550 MB in memory.
    """
    size = upload.seek(0, io.SEEK_END)
    upload.seek(max(0, size - LONGEST_END))
    end = upload.read()
    at = end.rfind(b"PK\x05\x06")
    if b"PK\x06\x07" in end[max(0, at - 20) : at]:  # the form for more than 65,535 files, or 4 GB
        raise FileError(_("The ZIP is packed in a way that is not known here."))
    if at >= 0 and int.from_bytes(end[at + 12 : at + 16], "little") > MOST_FILES * LONGEST_ENTRY:
        raise FileError(_("There are more than %(count)s files in the ZIP.") % {"count": MOST_FILES})
    return zipfile.ZipFile(upload)


def unpacked_size(upload: IO[bytes]) -> int:
    """Bytes of a file, or of all files of a ZIP as it says."""
    size = upload.seek(0, io.SEEK_END)
    try:
        with opened(upload) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        pass  # its report says what is wrong with it
    upload.seek(0)
    return size


def files_in(upload: IO[bytes], name: str) -> list[tuple[str, Callable[[], bytes]]]:
    """Names of a file, or of all files of a ZIP, with what reads each. Raises FileError if any cannot be read."""
    upload.seek(0, io.SEEK_END)
    size = upload.tell()
    upload.seek(0)
    start = upload.read(4)
    upload.seek(0)
    if not is_zip(start):
        if size > LARGEST_FILE:
            raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_FILE // MB})
        return [(name, upload.read)]
    if size > LARGEST_UPLOAD:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_UPLOAD // MB})
    return _unpacked(upload)


def _version(content: bytes) -> str:
    """The version of XLIFF. Raises FileError if it is none that is known."""
    for _event, root, _around in events(io.BytesIO(content)):
        if name_of(root) in OTHERS:
            raise FileError(_("It is a memory or a glossary, and those are uploaded on pages of their own."))
        if name_of(root) != "xliff":
            raise FileError(_("It is neither XLIFF nor PO."))
        version = root.get("version", "")
        if version not in {"1.0", "1.1", "1.2", "2.0", "2.1", "2.2"}:
            raise FileError(_("It is XLIFF of a version that is not known: %(version)s.") % {"version": version[:20]})
        return version
    raise FileError(_("It is neither XLIFF nor PO."))


def _unpacked(upload: IO[bytes]) -> list[tuple[str, Callable[[], bytes]]]:
    try:
        archive = opened(upload)
        entries = [entry for entry in archive.infolist() if not _is_ignored(entry)]
        _check(entries)
        # Every checksum is verified before the first file is used.
        for entry in entries:
            with archive.open(entry) as file:
                left = LARGEST_FILE
                while chunk := file.read(MB):
                    left -= len(chunk)
                    if left < 0:
                        raise FileError(_too_large(entry.filename))
        return [(entry.filename, partial(archive.read, entry)) for entry in entries]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(_("The ZIP is damaged or not whole.")) from error


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if not entries:
        raise FileError(_("There are no files in the ZIP."))
    if len(entries) > MOST_FILES:
        raise FileError(_("There are more than %(count)s files in the ZIP.") % {"count": MOST_FILES})
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileError(_("The ZIP is encrypted."))
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise FileError(_("The ZIP is packed in a way that is not known here."))
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise FileError(
                _("A file in the ZIP has a path that leaves it: %(name)s") % {"name": entry.filename[:100]}
            )
        if entry.file_size > LARGEST_FILE:
            raise FileError(_too_large(entry.filename))
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise FileError(_("Unpacked it is larger than %(size)s MB.") % {"size": LARGEST_UNPACKED // MB})


def _too_large(name: str) -> str:
    return _("A file in the ZIP is larger than %(size)s MB: %(name)s") % {
        "size": LARGEST_FILE // MB,
        "name": name[:100],
    }


def _is_ignored(entry: zipfile.ZipInfo) -> bool:
    """Folders, our own note, and what computers put into every ZIP."""
    parts = PurePosixPath(entry.filename).parts
    return (
        entry.is_dir()
        or not parts
        or parts[0] == "__MACOSX"
        or parts[-1] in {"README.txt", ".DS_Store", "Thumbs.db", "desktop.ini"}
    )
