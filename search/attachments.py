"""The text of documents, kept in DocumentText. Only the worker and rebuilds read files."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction

from .analysis import clean
from .models import DocumentText

logger = logging.getLogger(__name__)

LARGEST_FILE = 30_000_000
MOST_PAGES = 300
MOST_CHARACTERS = 300_000
SECONDS = 20.0


def texts_of(ids: Iterable[int]) -> dict[int, str]:
    """Text by document id, of those documents that everybody may read. Reads files that have not been read yet."""
    wanted = set(ids)
    if not wanted:
        return {}
    documents = get_document_model().objects.filter(pk__in=wanted).select_related("collection", "search_text")
    private = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    public = [document for document in documents if not (private and document.collection.path.startswith(private))]
    return {document.pk: _text_of(document) for document in public}


def _text_of(document: Any) -> str:
    kept: DocumentText | None = getattr(document, "search_text", None)
    file_hash = document.file_hash or document.file.name
    if kept and kept.file_hash == file_hash[:40]:
        return kept.text
    try:
        text, error = read_file(document)
    except FileNotFoundError:
        logger.warning("The file of document %s (%s) is missing", document.pk, document.filename)
        return ""
    if error:
        logger.warning("No text from document %s (%s): %s", document.pk, document.filename, error)
    row, _created = DocumentText.objects.update_or_create(
        document=document, defaults={"file_hash": file_hash[:40], "text": text, "error": error[:250]}
    )
    return row.text


def read_file(document: Any) -> tuple[str, str]:
    """The text of a PDF or plain text file, and what kept it from being read.

    Raises for no bad file, but for a storage that does not answer: the work then waits, and is read again later.
    """
    extension = document.file_extension.lower()
    if extension not in ("pdf", "txt"):
        return "", ""
    if document.file.size > LARGEST_FILE:
        return "", f"larger than {LARGEST_FILE // 1_000_000} MB"
    with document.file.open("rb") as file:
        data = file.read(MOST_CHARACTERS if extension == "txt" else LARGEST_FILE)
    if extension == "txt":
        return clean(data.decode("utf-8", "replace")), ""
    try:
        return _read_pdf(BytesIO(data))
    except Exception as error:  # noqa: BLE001  files may be hostile: what pypdf raises is not only its own
        return "", clean(f"{type(error).__name__}: {error}")


def _read_pdf(file: Any) -> tuple[str, str]:
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        return "", "protected by a password"
    parts: list[str] = []
    length, deadline = 0, time.monotonic() + SECONDS
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES or length > MOST_CHARACTERS or time.monotonic() > deadline:
            break
        parts.append(page.extract_text())
        length += len(parts[-1])
    return clean(" ".join(" ".join(parts).split()))[:MOST_CHARACTERS], ""
