"""Large files, read and applied by a job: the request that sends one is answered at once.

The job first reads: every text becomes a row of its report. Once somebody has approved this, it applies, PIECE texts
in one transaction with what has become of their rows and with `parts_done`: killed at any moment, it goes on where it
was, and its report stays whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import batched, islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail_localize.models import Translation

from ..models import ImportedText, Job
from ..publishing import NotReady
from . import uploads
from .exchange import FileError
from .imports import begin, read_file, write_line
from .outcomes import FileReport, Line, Options, Outcome, Report
from .reading import files_in, unpacked_size

LARGE = 256 * 1024  # bytes: some hundred texts, which take a second
PIECE = 100  # texts that are written at once

type Files = list[tuple[str, Any]]


def is_large(file: UploadedFile) -> bool:
    return unpacked_size(file) > LARGE


def start(file: UploadedFile, user: Any, *, only: int | None, machine: bool) -> Job:
    """Begin to read a file. Raises FileError if it is too large."""
    from ..jobs import run

    options: dict[str, Any] = {
        "file": uploads.store(file),
        "name": Path(file.name or "").name[:200],
        "only": only,
        "machine": machine,
        "read": [],  # of each file: texts, translations, why it cannot be read, and when it was read
        "approved": False,
    }
    job = Job.objects.create(kind=Job.Kind.IMPORT, user=user, options=options)
    waiting = Job.objects.filter(kind=Job.Kind.IMPORT, user=user, options__approved=False).order_by("-pk")
    for old in waiting[uploads.MOST_KEPT :]:
        uploads.drop(old.options["file"])
    run.enqueue(job.pk)
    return job


def texts_of(job: Job) -> QuerySet[ImportedText]:
    """The rows of its report; of one that could not go on, what it has done."""
    return job.texts.filter(number__lt=job.parts_done) if job.options["approved"] else job.texts.all()


def approve(job: Job, *, overwrite: bool) -> None:
    """Have a file applied whose report is there. Done twice, it is the same."""
    from ..jobs import run

    if not job.waits_for_approval:
        return
    options = job.options | {"approved": True, "overwrite": overwrite}
    is_first = Job.objects.filter(pk=job.pk, finished_at=job.finished_at).update(
        options=options, finished_at=None, held_until=None
    )
    if is_first:
        run.enqueue(job.pk)
    job.refresh_from_db()


def pieces(job: Job) -> Iterator[None]:
    """Do what is left, and pause after each piece. Raises NotReady."""
    if job.options["approved"] and job.parts_done == job.parts:
        return
    try:
        with uploads.opened(job.options["file"]) as upload:
            files = files_in(upload, job.options["name"])
            yield from _apply(job, files) if job.options["approved"] else _read(job, files)
    except FileError as error:
        raise NotReady(str(error)) from error
    except FileNotFoundError as error:
        raise NotReady(_("This file is not here any more: upload it again.")) from error
    if job.options["approved"]:
        uploads.drop(job.options["file"])


def counts(job: Job) -> Counter[Outcome]:
    rows = texts_of(job).order_by().values_list("outcome").annotate(count=Count("pk"))
    return Counter({Outcome(outcome): count for outcome, count in rows})


def report_of(job: Job) -> Report:
    """The files of a report, without their lines."""
    files = [FileReport(*part) for read in job.options["read"] for part in read["parts"]]
    return Report(files)


def line_of(row: ImportedText) -> tuple[FileReport, Line]:
    line = Line(Outcome(row.outcome), row.reason, row.place, row.source, row.current, row.new)
    return FileReport(row.file), line


def _read(job: Job, files: Files) -> Iterator[None]:
    """While it reads, its parts are files; afterwards, texts."""
    read = job.options["read"]
    options = _options(job)
    for path, content in files[len(read) :]:
        at, seen = timezone.now(), _translations(read)
        known = set(seen)
        parts = _parts(job, path, content(), options, seen)
        first = sum(each["texts"] for each in read)
        lines = [(file, line) for file in parts for line in file.lines]
        with transaction.atomic():
            rows = (_row(job, number, *line) for number, line in enumerate(lines, first))
            for batch in batched(rows, 500):
                ImportedText.objects.bulk_create(batch)
            read.append(
                {
                    "texts": len(lines),
                    "translations": [str(uuid) for uuid in seen - known],
                    "parts": [(part.name, part.error) for part in parts],
                    "at": at.isoformat(),
                }
            )
            job.parts, job.parts_done = len(files), len(read)
            job.save(update_fields=["options", "parts", "parts_done"])
        yield
    job.parts, job.parts_done = sum(each["texts"] for each in read), 0
    job.save(update_fields=["parts", "parts_done"])


def _apply(job: Job, files: Files) -> Iterator[None]:
    from ..jobs import hold_on

    read = job.options["read"]
    first = 0
    for number, (path, content) in enumerate(files):
        texts, at = read[number]["texts"], datetime.fromisoformat(read[number]["at"])
        if job.parts_done < first + texts:
            parts = _parts(job, path, content(), _options(job, at), _translations(read[:number]))
            # Again in every slice: what cannot begin is refused each time.
            for file in parts:
                begin(file, job.user)
                hold_on(job)
            lines = ((file, line) for file in parts for line in file.lines)
            for batch in batched(islice(lines, job.parts_done - first, texts), PIECE):
                with transaction.atomic():
                    _write(job, batch)
                yield
            if job.parts_done < first + texts:
                _leave(job, first + texts, " ".join(file.error for file in parts))
        first += texts


def _parts(job: Job, path: str, content: bytes, options: Options, seen: set[UUID]) -> list[FileReport]:
    from ..jobs import hold_on

    parts = []
    for file in read_file(path, content, job.user, options, seen):
        parts.append(file)
        hold_on(job)
    return parts


@transaction.atomic
def _leave(job: Job, end: int, reason: str) -> None:
    """Say of texts that were read once and cannot be read now, after an update for example, that they are unknown."""
    rows = job.texts.filter(number__gte=job.parts_done, number__lt=end)
    rows.update(outcome=Outcome.UNKNOWN, reason=reason)
    job.parts_done = end
    job.save(update_fields=["parts_done"])


def _write(job: Job, lines: tuple[tuple[FileReport, Line], ...]) -> None:
    """Write texts, and into their rows what has become of them."""
    end = job.parts_done + len(lines)
    rows = job.texts.filter(number__gte=job.parts_done, number__lt=end).order_by("number")
    changed = []
    for row, (file, line) in zip(rows, lines, strict=True):
        write_line(file, line, job.user)
        if (row.outcome, row.reason) != (line.outcome, line.reason):
            row.outcome, row.reason, row.current = line.outcome, line.reason, line.current
            changed.append(row)
    ImportedText.objects.bulk_update(changed, ["outcome", "reason", "current"])
    job.parts_done = end
    job.save(update_fields=["parts_done"])


def _row(job: Job, number: int, file: FileReport, line: Line) -> ImportedText:
    return ImportedText(
        job=job,
        number=number,
        file=f"{file.title}, {file.language}" if file.title else file.name,
        outcome=line.outcome,
        reason=line.reason,
        place=line.place,
        source=line.source,
        current=line.current,
        new=line.new,
    )


def _translations(read: list[dict[str, Any]]) -> set[UUID]:
    return {UUID(uuid) for each in read for uuid in each["translations"]}


def _options(job: Job, seen_at: datetime | None = None) -> Options:
    options = job.options
    only = None
    if options["only"]:
        translations = Translation.objects.select_related("source__locale", "target_locale")
        only = translations.filter(pk=options["only"], enabled=True).first()
        if only is None:
            raise NotReady(_("There is no such translation any more."))
    return Options(only, options.get("overwrite", False), options["machine"], seen_at)
