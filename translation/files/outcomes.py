"""What becomes of the texts of a file that comes back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy
from wagtail_localize.models import Translation

from ..segments import Segment


class Outcome(models.TextChoices):
    APPLIED = "applied", gettext_lazy("New translation")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")
    EMPTY = "empty", gettext_lazy("Not translated in the file")
    CHANGED_HERE = "changed_here", gettext_lazy("Written here meanwhile")
    SUGGESTED = "suggested", gettext_lazy("Kept as a suggestion")
    SOURCE_CHANGED = "source_changed", gettext_lazy("Original changed since")
    BROKEN = "broken", gettext_lazy("Markup broken")
    TOO_LONG = "too_long", gettext_lazy("Too long")
    UNKNOWN = "unknown", gettext_lazy("Unknown")
    WRONG_LANGUAGE = "wrong_language", gettext_lazy("Wrong language")
    NOT_PERMITTED = "not_permitted", gettext_lazy("Not permitted")


WRITTEN = {Outcome.APPLIED, Outcome.SUGGESTED}

# What somebody has to look at, in the order of the report.
REFUSED = [
    Outcome.BROKEN,
    Outcome.TOO_LONG,
    Outcome.CHANGED_HERE,
    Outcome.SOURCE_CHANGED,
    Outcome.UNKNOWN,
    Outcome.WRONG_LANGUAGE,
    Outcome.NOT_PERMITTED,
]


@dataclass
class Line:
    """What becomes of one text of a file. Texts are coded (see `translation.inline`), for people."""

    outcome: Outcome
    reason: str = ""
    place: str = ""
    source: str = ""
    current: str = ""
    new: str = ""
    segment: Segment | None = None
    former: tuple[int, int] | None = None  # (string, context) of an original that has changed
    data: str = ""
    machine: bool = False
    doubt: str = ""  # why somebody has to confirm it

    @property
    def is_written(self) -> bool:
        return self.outcome in WRITTEN


@dataclass
class FileReport:
    """What becomes of one file, or one part of it. `error` says why it cannot be read."""

    name: str
    error: str = ""
    translation: Translation | None = None
    title: str = ""
    language: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def counts(self) -> Counter[Outcome]:
        return Counter(line.outcome for line in self.lines)


@dataclass
class Report:
    files: list[FileReport] = field(default_factory=list)
    error: str = ""  # why nothing could be read

    @property
    def counts(self) -> Counter[Outcome]:
        return sum((file.counts for file in self.files), Counter())


@dataclass(frozen=True)
class Options:
    """`only` is the one translation that files may be of, and that files which name none are of. `overwrite` lets
    files win over what was written here meanwhile, until `seen_at`, when the report was shown. `machine` says that
    a machine has translated them."""

    only: Translation | None = None
    overwrite: bool = False
    machine: bool = False
    seen_at: datetime | None = None
