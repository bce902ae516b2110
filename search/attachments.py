"""The text of documents: read by the worker, once per file, and kept in DocumentText.

A file may be broken or hostile. It is read by `reader.py` in a process of its own with limits of time and memory, so
what it does to its reader it does to nothing else.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionViewRestriction
from wagtail.utils.file import hash_filelike

from hub.models import HubDocument

from .analysis import clean
from .models import DocumentText
from .signals import document_changed

logger = logging.getLogger(__name__)

READER = 2  # raise it when reader.py finds more than before: all files are then read again
KINDS = frozenset({"pdf", "docx", "pptx", "xlsx", "odt", "odp", "ods", "txt"})
MISSING_AGAIN_AFTER = timedelta(minutes=10)


@dataclass(frozen=True)
class Limits:
    """What one file may cost. Sizes are in bytes, seconds those of the processor."""

    file: int = 30_000_000
    unpacked: int = 100_000_000
    pages: int = 300
    characters: int = 300_000
    seconds: int = 20
    memory: int = 512_000_000


# A busy machine may give a file so many times its seconds.
PATIENCE = 5


LIMITS = Limits()


class Reason(models.TextChoices):
    """What kept the text of a file from being read."""

    ENCRYPTED = "encrypted", _("The text of this file cannot be searched: it is protected by a password.")
    BROKEN = "broken", _("The text of this file cannot be searched: it is damaged, or not what its name says.")
    LARGE = "large", _("The text of this file cannot be searched: it is larger than %(megabytes)s MB.")
    HEAVY = "heavy", _("The text of this file cannot be searched: reading it takes too much time or memory.")
    EMPTY = (
        "empty",
        _("The text of this file cannot be searched: it has none. If it was scanned, upload it with recognised text."),
    )
    LONG = "long", _("Only the beginning of this file can be searched: it is very long.")
    MISSING = "missing", _("The text of this file cannot be searched: it could not be opened. Trying again later.")


def texts_of(ids: Iterable[int]) -> dict[int, str]:
    """Text by document id, of those documents that everybody may read and whose file has been read."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = DocumentText.objects.filter(document__in=wanted).exclude(text="")
    private = tuple(CollectionViewRestriction.objects.values_list("collection__path", flat=True))
    return {
        row.document_id: row.text
        for row in rows.select_related("document__collection").defer("document__description")
        if _is_of(row, row.document) and not (private and row.document.collection.path.startswith(private))
    }


def note(document: HubDocument) -> str:
    """A sentence for editors about why the text of a document is not found; empty if it is, or is not read yet."""
    row = DocumentText.objects.filter(document=document).first()
    if not row or row.error not in Reason.values or not _is_of(row, document):
        return ""
    return str(Reason(row.error).label) % {"megabytes": LIMITS.file // 1_000_000}


def _is_of(row: DocumentText, document: HubDocument) -> bool:
    """Whether the text is that of the document's file as it is now, whichever version of the reader read it."""
    return row.file_hash.partition(":")[2] == document.file_hash[:38]


def waiting() -> models.QuerySet[HubDocument]:
    """Documents whose file has not been read by this version of the reader. Failures are not tried again: only a
    storage that did not give the file, after a while."""
    now = Concat(Value(f"{READER}:"), Substr("file_hash", 1, 38))
    lately = timezone.now() - MISSING_AGAIN_AFTER, timezone.now()
    missing = Q(search_text__error=Reason.MISSING) & ~Q(search_text__read_at__range=lately)
    return HubDocument.objects.alias(now=now).filter(
        Q(search_text=None) | ~Q(search_text__file_hash=F("now")) | missing
    )


def read_waiting() -> int:
    """Reads files that have not been read yet, and touches the works with them. The worker calls it all the time."""
    ids = list(waiting().order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        document = HubDocument.objects.filter(pk=pk).first()
        if document:
            _keep_text(document)
    return len(ids)


def _keep_text(document: HubDocument) -> None:
    file_hash, text, reason = document.file_hash, "", ""
    try:
        with document.file.open("rb") as file:
            file_hash = file_hash or hash_filelike(file)
            file.seek(0)
            text, reason = read_file(file, document.file_extension.lower())
    except Exception as error:  # noqa: BLE001  storages raise errors of their own
        reason = Reason.MISSING
        logger.warning("The file of document %s (%s) cannot be opened: %r", document.pk, document.filename, error)
    if reason and reason != Reason.MISSING:
        logger.warning("Document %s (%s) cannot be searched as a whole: %s", document.pk, document.filename, reason)
    with transaction.atomic():
        same_file = HubDocument.objects.filter(pk=document.pk, file=document.file.name, file_hash=document.file_hash)
        if not same_file.update(file_hash=file_hash):
            return  # replaced or deleted meanwhile
        DocumentText.objects.update_or_create(
            document=document,
            defaults={"file_hash": f"{READER}:{file_hash[:38]}", "text": text, "error": reason},
        )
        document_changed(document)


def read_file(file: IO[bytes], kind: str) -> tuple[str, str]:
    """The text of a file, and the Reason why there is none or not all of it; both empty for kinds without text."""
    if kind not in KINDS:
        return "", ""
    with TemporaryFile() as source, TemporaryFile() as output:
        shutil.copyfileobj(file, source)
        if source.tell() > LIMITS.file:
            return "", Reason.LARGE
        source.seek(0)
        reader = [sys.executable, "-I", str(Path(__file__).with_name("reader.py")), kind, json.dumps(asdict(LIMITS))]
        try:
            subprocess.run(  # noqa: S603  our own program
                reader,
                stdin=source,
                stdout=output,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                timeout=PATIENCE * LIMITS.seconds,
            )
        except subprocess.TimeoutExpired:
            return "", Reason.HEAVY
        output.seek(0)
        try:
            answer = json.load(output)
            return clean(answer["text"]), Reason(answer["reason"]) if answer["reason"] else ""
        except (ValueError, KeyError, TypeError):
            return "", Reason.HEAVY
