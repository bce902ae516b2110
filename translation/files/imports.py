"""Translated files coming back: first a report that writes nothing, then the same once more, written.

A translation is taken over where the original is still the same, the markup is whole, and nobody has written another
one since the file was made; what the file does not call finished waits until somebody has confirmed it. The
translation of an original that has changed meanwhile becomes what the place “said before”: the editor shows it beside
the difference, as a start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import IO, Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.fuzz import ratio
from wagtail.models import Locale, Page
from wagtail_localize.models import String, StringTranslation, Translation, TranslationContext

from hub.languages import language_name

from ..inline import MarkupError, coded, plain
from ..publishing import NotReady
from ..segments import Condition, Conflict, Segment, fault, segments_of, write
from ..starting import original_to_begin, translation_for, version_of
from .exchange import FileContent, FileError, FileText, code_of, normal
from .reading import contents_of, files_in

TOOL = "XLIFF, PO"  # who has written, where people did not write here


class Outcome(models.TextChoices):
    APPLIED = "applied", gettext_lazy("New translation")
    UNCHANGED = "unchanged", gettext_lazy("Unchanged")
    EMPTY = "empty", gettext_lazy("Not translated in the file")
    CHANGED_HERE = "changed_here", gettext_lazy("Written here meanwhile")
    SOURCE_CHANGED = "source_changed", gettext_lazy("Original changed since")
    BROKEN = "broken", gettext_lazy("Markup broken")
    TOO_LONG = "too_long", gettext_lazy("Too long")
    UNKNOWN = "unknown", gettext_lazy("Unknown")
    WRONG_LANGUAGE = "wrong_language", gettext_lazy("Wrong language")
    NOT_PERMITTED = "not_permitted", gettext_lazy("Not permitted")


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
        return self.outcome == Outcome.APPLIED or self.former is not None


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

    @property
    def applicable(self) -> int:
        """How many texts there are to write."""
        counts = self.counts
        return counts[Outcome.APPLIED] + sum(line.former is not None for file in self.files for line in file.lines)


@dataclass(frozen=True)
class Options:
    """`only` is the one translation that files may be of, and that files which name none are of. `overwrite` lets
    files win over what was written here meanwhile, until `seen_at`, when the report was shown. `machine` says that
    a machine has translated them."""

    only: Translation | None = None
    overwrite: bool = False
    machine: bool = False
    seen_at: datetime | None = None


def read(upload: IO[bytes], name: str, user: Any, options: Options | None = None) -> Report:
    """Report what applying a file or a ZIP would do. Never raises for what is in it, and writes nothing."""
    report = Report()
    options = options or Options()
    codes = list(Locale.objects.values_list("language_code", flat=True))
    seen: set[UUID] = set()
    try:
        for path, content in files_in(upload, name):
            try:
                contents = contents_of(content)
            except FileError as error:
                report.files.append(FileReport(path, str(error)))
                continue
            for part in contents:
                file = _report_on(part, path, user, options, codes)
                if file.translation and file.translation.uuid in seen:
                    file = FileReport(path, _("Another file before it is of the same page and language."))
                elif file.translation:
                    seen.add(file.translation.uuid)
                report.files.append(file)
    except FileError as error:
        return Report(error=str(error))
    return report


def apply(report: Report, user: Any) -> Report:
    """Write what a report promises, in a transaction for each file. What somebody has written since the report is
    kept, and the lines say so."""
    for file in report.files:
        if file.translation is None:
            continue
        with transaction.atomic():
            if any(line.is_written for line in file.lines):
                _begin(file, user)
            for line in file.lines:
                _apply(file.translation, line, user)
    return report


def _begin(file: FileReport, user: Any) -> None:
    """Begin a translation that was exported while it was missing."""
    translation = file.translation
    version = version_of(translation) if translation and not translation.enabled else None
    if version is None:
        return
    try:
        translation_for(version, user)
    except NotReady as reason:
        for line in file.lines:
            line.outcome, line.reason = Outcome.NOT_PERMITTED, str(reason)


def refusal(translation: Translation, user: Any) -> str:
    """Why somebody may not change a translation, in a sentence; "" if nothing is against it."""
    from ..editor.api import lock_of
    from ..people import may_work_on

    try:
        page = translation.get_target_instance()
    except ObjectDoesNotExist:
        return _reason_not_to_begin(translation, user)
    if not isinstance(page, Page):
        return _("You may not change this page.")
    if not may_work_on(user, page):
        return _("%(language)s is not among your languages.") % {
            "language": language_name(translation.target_locale.language_code)
        }
    if not page.permissions_for_user(user).can_edit():
        return _("You may not change this page.")
    return lock_of(page, user)


def _reason_not_to_begin(translation: Translation, user: Any) -> str:
    version = version_of(translation)
    if version is None:
        return _("The page is not there any more.")
    try:
        original_to_begin(version, user)
    except NotReady as reason:
        return str(reason)
    return ""


def _report_on(content: FileContent, name: str, user: Any, options: Options, codes: Iterable[str]) -> FileReport:
    translation = _translation_of(content, options)
    if translation is None:
        reason = (
            _("There is no such translation any more.")
            if content.translation
            else _("The file does not say which translation it is of.")
        )
        if content.translation and options.only:
            reason = _("The file is of another page or language.")
        return FileReport(name, lines=[_refused(text, Outcome.UNKNOWN, reason) for text in content.texts])
    file = FileReport(
        name,
        translation=translation,
        title=translation.source.object_repr,
        language=language_name(translation.target_locale.language_code),
    )
    source, target = translation.source.locale.language_code, translation.target_locale.language_code
    outcome, reason = Outcome.NOT_PERMITTED, refusal(translation, user)
    for tag, code in ((content.source_language, source), (content.language, target)):
        if tag and code_of(tag, codes) != code:
            outcome = Outcome.WRONG_LANGUAGE
            reason = _("The file is in %(found)s, where %(expected)s belongs.") % {
                "found": tag[:40],
                "expected": code,
            }
    if reason:
        file.lines = [_refused(text, outcome, reason) for text in content.texts]
        file.translation = None
        return file
    places = _Places(translation, user, content.texts)
    taken: set[tuple[UUID, UUID]] = set()
    for text in content.texts:
        if (text.place, text.source) in taken:
            file.lines.append(_refused(text, Outcome.UNKNOWN, _("The same text is in the file twice.")))
            continue
        taken.add((text.place, text.source))
        file.lines.append(_line(text, places, content, options))
    return file


class _Places:
    """The texts of a translation by their hashes, and what their places said before, as far as a file has it.

    A place has said what was ever translated for it. A text that is nowhere any more and that nobody has translated is
    taken for what it said too: its original has changed before there was a translation.
    """

    def __init__(self, translation: Translation, user: Any, texts: Iterable[FileText]) -> None:
        self.translation = translation
        self.user = user
        self.segments: dict[tuple[UUID, UUID], Segment] = {}
        self.by_place: dict[UUID, list[Segment]] = defaultdict(list)
        for segment in segments_of(translation):
            place = TranslationContext._get_path_id(segment.path)
            self.segments.setdefault((place, String._get_data_hash(segment.source)), segment)
            self.by_place[place].append(segment)
        self.said: dict[tuple[UUID, UUID], String] = {}
        self.nowhere: dict[UUID, String] = {}
        self.translations: dict[tuple[int, int], StringTranslation] = {}
        if wanted := {
            text.source
            for text in texts
            if text.place in self.by_place and (text.place, text.source) not in self.segments
        }:
            self._read_former(wanted)

    def _read_former(self, wanted: set[UUID]) -> None:
        source, target = self.translation.source, self.translation.target_locale_id
        rows = StringTranslation.objects.filter(
            context__object_id=source.object_id, translation_of__locale=source.locale_id
        ).select_related("translation_of", "context")
        for row in rows:
            self.said[(row.context.path_id, row.translation_of.data_hash)] = row.translation_of
            if row.locale_id == target:
                self.translations[(row.translation_of_id, row.context_id)] = row
        for batch in batched(wanted, 500):
            strings = String.objects.filter(
                locale=source.locale_id, data_hash__in=batch, segments=None, translations=None
            )
            self.nowhere |= {string.data_hash: string for string in strings}

    def former(self, text: FileText) -> tuple[String, Segment] | None:
        """(what the place said before, what it says now) for a text whose original is not there any more."""
        now = self.by_place.get(text.place)
        string = self.said.get((text.place, text.source)) or self.nowhere.get(text.source)
        if not now or not string:
            return None
        return string, max(now, key=lambda segment: ratio(plain(segment.source), plain(string.data)))


def _line(text: FileText, places: _Places, content: FileContent, options: Options) -> Line:
    segment = places.segments.get((text.place, text.source))
    if segment is None:
        return _line_of_former(text, places, content, options)
    line = Line(
        Outcome.UNCHANGED,
        place=segment.place.name,
        source=coded(segment.source),
        current=coded(segment.target, segment.source),
        segment=segment,
        machine=options.machine or (text.machine and not text.done and segment.condition != Condition.MACHINE),
    )
    if text.is_empty:
        line.outcome = Outcome.EMPTY
        return line
    try:
        line.data = text.data(segment.source)
    except MarkupError as error:
        if segment.target and text.html == segment.target:
            return line  # as it was written here
        line.outcome, line.reason, line.new = Outcome.BROKEN, str(error), _shown(text)
        return line
    line.new = coded(line.data, segment.source)
    if segment.target and (
        text.html == segment.target or line.data in {segment.target, normal(segment.target, segment.source)}
    ):
        # A translation that was to be read, and that somebody has found right, is theirs.
        unsure = segment.condition in (Condition.MACHINE, Condition.BROKEN)
        if unsure and text.done and not line.machine and not fault(segment, line.data):
            line.outcome = Outcome.APPLIED
        return line
    if text.done is False and not segment.target:
        if segment.old_target and line.data == normal(segment.old_target, segment.source):
            return line
        if line.data == normal(segment.source, segment.source):
            line.outcome = Outcome.EMPTY  # tools copy originals over
            return line
    if reason := fault(segment, line.data):
        line.outcome, line.reason = Outcome.TOO_LONG, reason
    elif segment.condition != Condition.MACHINE and _is_newer(
        segment.written_at, content, options, own=segment.tool == TOOL and segment.written_by == places.user
    ):
        line.outcome = Outcome.CHANGED_HERE
        line.reason = _("Somebody has translated it here since the file was made.")
    else:
        line.outcome = Outcome.APPLIED
        if text.done is False and not line.machine:
            line.reason = line.doubt = _("In the file it is not finished: somebody has to confirm it.")
    return line


def _line_of_former(text: FileText, places: _Places, content: FileContent, options: Options) -> Line:
    """The line of a text whose original is not there any more."""
    found = places.former(text)
    if found is None:
        return _refused(text, Outcome.UNKNOWN, _("The original has no such text, or not any more."))
    string, now = found
    line = Line(
        Outcome.SOURCE_CHANGED,
        place=now.place.name,
        source=coded(now.source),
        current=coded(now.target, now.source),
        new=_shown(text),
    )
    if text.is_empty:
        line.outcome = Outcome.EMPTY
        return line
    try:
        line.data = text.data(string.data)
    except MarkupError as error:
        line.outcome, line.reason = Outcome.BROKEN, str(error)
        return line
    line.new = coded(line.data, string.data)
    row = places.translations.get((string.pk, now.context_id))
    own = row is not None and row.tool_name == TOOL and row.last_translated_by_id == places.user.pk
    if row is None or (row.data != line.data and not _is_newer(row.updated_at, content, options, own=own)):
        line.former = (string.pk, now.context_id)
    line.reason = _("Kept as a suggestion: the original said “%(text)s”.") % {"text": plain(string.data)[:200]}
    return line


def _apply(translation: Translation, line: Line, user: Any) -> None:
    if line.outcome == Outcome.APPLIED and line.segment:
        try:
            write(
                translation,
                line.segment,
                line.data,
                user=user,
                version=line.segment.version,
                tool=TOOL,
                machine=line.machine,
                doubt=line.doubt,
            )
        except Conflict as conflict:
            line.outcome = Outcome.CHANGED_HERE
            line.reason = _("Somebody has translated it here since the report was shown.")
            line.current = coded(conflict.current.target, conflict.current.source)
    elif line.outcome == Outcome.SOURCE_CHANGED and line.former:
        string, context = line.former
        StringTranslation.objects.update_or_create(
            translation_of_id=string,
            context_id=context,
            locale=translation.target_locale,
            defaults={
                "data": line.data,
                "translation_type": StringTranslation.TRANSLATION_TYPE_MANUAL,
                "tool_name": TOOL,
                "last_translated_by": user,
                "has_error": False,
                "field_error": "",
                "updated_at": timezone.now(),
            },
        )


def _translation_of(content: FileContent, options: Options) -> Translation | None:
    if options.only:
        return options.only if content.translation in (None, options.only.uuid) else None
    if content.translation is None:
        return None
    found = (
        Translation.objects.filter(uuid=content.translation).select_related("source__locale", "target_locale").first()
    )
    return found if found and (found.enabled or not _has_page(found)) else None


def _has_page(translation: Translation) -> bool:
    pages = Page.objects.filter(translation_key=translation.source.object_id, locale=translation.target_locale_id)
    return pages.exists()


def _is_newer(written_at: datetime | None, content: FileContent, options: Options, *, own: bool) -> bool:
    """Whether a translation was written here after the file was made, or, if files win, after the report was shown.
    What the same person has brought from a file (`own`) counts as of the file."""
    made = None if options.overwrite or own else content.exported_at
    known = [moment for moment in (options.seen_at, made) if moment]
    return bool(written_at and known and written_at > min(known))


def _refused(text: FileText, outcome: Outcome, reason: str) -> Line:
    return Line(outcome, reason, source=text.shown, new=_shown(text))


def _shown(text: FileText) -> str:
    if text.parts is None:
        return text.html
    return "".join(
        part if isinstance(part, str) else f"<{'/' if part.closes else ''}{part.number}>" for part in text.parts
    )
