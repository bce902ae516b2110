"""Translations as files for translators' own tools, and back. See docs/translation-internals.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO

from wagtail_localize.models import Translation

from . import archive, po, xliff1, xliff2
from .exchange import gather

FORMATS = {"xliff2": "XLIFF 2.1", "xliff1": "XLIFF 1.2", "po": "PO (gettext)"}
EXTENSIONS = {"xliff2": ".xlf", "xliff1": ".xlf", "po": ".po"}
CONTENT_TYPES = {
    "xliff2": "application/xliff+xml",
    "xliff1": "application/xliff+xml",
    "po": "text/x-gettext-translation",
}
WRITERS = {"xliff2": xliff2.write, "xliff1": xliff1.write, "po": po.write}


def export_file(translation: Translation, file_format: str) -> tuple[str, bytes]:
    """(name, content) of a file with all texts of a translation. `file_format` is one of FORMATS."""
    exported = gather(translation)
    name = f"{archive.stem(translation)}-{exported.language}{EXTENSIONS[file_format]}"
    return name, WRITERS[file_format](exported)


def export_archive(translations: Iterable[Translation], file_format: str) -> IO[bytes]:
    """A ZIP of such files, open at its beginning; whoever asks closes it. Holds one translation at a time."""
    exports = (gather(translation) for translation in translations)
    return archive.pack(((each, WRITERS[file_format](each)) for each in exports), EXTENSIONS[file_format])
