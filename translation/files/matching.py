"""What a text of a file means for the text that stands in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rapidfuzz.fuzz import ratio
from wagtail_localize.models import String, StringTranslation, Translation, TranslationContext

from ..inline import MarkupError, coded, plain
from ..segments import Condition, Segment, fault, segments_of
from .exchange import FileContent, FileText, normal
from .outcomes import Line, Options, Outcome

TOOL = "XLIFF, PO"  # who has written, where people did not write here


class Places:
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


def line_for(text: FileText, places: Places, content: FileContent, options: Options) -> Line:
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


def _line_of_former(text: FileText, places: Places, content: FileContent, options: Options) -> Line:
    """The line of a text whose original is not there any more."""
    found = places.former(text)
    if found is None:
        return refused(text, Outcome.UNKNOWN, _("The original has no such text, or not any more."))
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
    if now.target:
        line.reason = _("The text that is there now has a translation already.")
    elif row is not None and row.data == line.data:
        line.outcome, line.current = Outcome.UNCHANGED, line.new
        line.reason = str(Outcome.SUGGESTED.label)
    elif row is not None and _is_newer(row.updated_at, content, options, own=own):
        line.outcome, line.current = Outcome.CHANGED_HERE, coded(row.data, string.data)
        line.reason = _("Somebody has translated it here since the file was made.")
    else:
        line.outcome, line.former = Outcome.SUGGESTED, (string.pk, now.context_id)
        line.reason = _("The original said “%(text)s”.") % {"text": plain(string.data)[:200]}
    return line


def _is_newer(written_at: datetime | None, content: FileContent, options: Options, *, own: bool) -> bool:
    """Whether a translation was written here after the file was made, or, if files win, after the report was shown.
    What the same person has brought from a file (`own`) counts as of the file."""
    made = None if options.overwrite or own else content.exported_at
    known = [moment for moment in (options.seen_at, made) if moment]
    return bool(written_at and known and written_at > min(known))


def refused(text: FileText, outcome: Outcome, reason: str) -> Line:
    return Line(outcome, reason, source=text.shown, new=_shown(text))


def _shown(text: FileText) -> str:
    if text.parts is None:
        return text.html
    return "".join(
        part if isinstance(part, str) else f"<{'/' if part.closes else ''}{part.number}>" for part in text.parts
    )
