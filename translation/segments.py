"""The texts of a work with their translations into one language: what the editor, files and machines work on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from bs4 import BeautifulSoup
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rapidfuzz.fuzz import ratio
from wagtail.admin.utils import get_user_display_name
from wagtail_localize.models import (
    StringSegment,
    StringTranslation,
    TemplateSegment,
    Translation,
)

from .inline import missing, plain, read
from .models import OmittedBlock
from .places import Place, Places
from .words import count_words

# How alike (0 to 100) the old text of a place and its new one must be for the old translation to be a start.
ALIKE = 50


class Condition(models.TextChoices):
    NEW = "new", gettext_lazy("To translate")
    CHANGED = "changed", gettext_lazy("Original changed")
    BROKEN = "broken", gettext_lazy("To correct")
    MACHINE = "machine", gettext_lazy("Translated by machine")
    TRANSLATED = "translated", gettext_lazy("Translated")


WAITING = {Condition.NEW, Condition.CHANGED, Condition.BROKEN}


@dataclass(frozen=True)
class Segment:
    """A text of the original and its translation, both as wagtail-localize stores strings (see `translation.inline`).

    `target` is "" if there is none. `old_source` and `old_target` are what the place said before, if it has changed
    since it was translated. `version` tells one state of the translation from another.
    """

    pk: int
    string_id: int
    context_id: int
    path: str
    order: int
    place: Place
    source: str
    links: dict[str, str]
    target: str = ""
    condition: Condition = Condition.NEW
    error: str = ""
    old_source: str = ""
    old_target: str = ""
    version: str = ""
    tool: str = ""
    written_by: Any = None
    written_at: datetime | None = None
    repeats: bool = False  # the same text stands before it in the work
    omitted: bool = False  # its block is left out in this language

    @property
    def waits(self) -> bool:
        """Whether a translation of it is needed before the work can be published."""
        return self.condition in WAITING and not self.omitted

    @property
    def by(self) -> str:
        """The tool or the person that has written it."""
        return self.tool or (get_user_display_name(self.written_by) if self.written_by else "")

    @property
    def words(self) -> int:
        return count_words(self.source)


@dataclass(frozen=True)
class Conflict(Exception):  # noqa: N818 - not a fault
    """Somebody else has written the translation since it was read. `current` is what they wrote."""

    current: Segment


@dataclass
class Written:
    """What a translation of one text has changed: the segment itself, and repetitions that were filled with it."""

    segment: Segment
    repetitions: list[Segment] = field(default_factory=list)


def segments_of(translation: Translation) -> list[Segment]:
    """All texts of a work in their order, in a fixed number of queries. Those of omitted blocks are marked."""
    source = translation.source
    rows = list(
        StringSegment.objects.filter(source=source).select_related("string", "context").order_by("order", "pk")
    )
    translations = _translations(source.object_id, translation.target_locale_id)
    omitted = omitted_blocks(source.object_id, translation.target_locale_id)
    places = Places(source, _tags(source, rows))
    previous = _previous(rows, translations)
    seen: set[int] = set()
    segments = []
    for row in rows:
        place = places.of(row.context.path, row.pk)
        segments.append(
            _segment(
                row,
                place,
                translations.get((row.context_id, row.string_id)),
                previous.get((row.context_id, row.string_id)),
                repeats=row.string_id in seen,
                omitted=not omitted.isdisjoint(row.context.path.split(".")[1:]),
            )
        )
        seen.add(row.string_id)
    return segments


def omitted_blocks(work: UUID, locale: int) -> set[str]:
    """Ids of the blocks that a language leaves out."""
    return set(map(str, OmittedBlock.objects.filter(work=work, locale=locale).values_list("block", flat=True)))


def write(
    translation: Translation,
    segment: Segment,
    data: str,
    *,
    user: Any,
    version: str | None = None,
    tool: str = "",
    machine: bool = False,
    doubt: str = "",
    repetitions: Sequence[Segment] = (),
) -> Written:
    """Write the translation of one text; "" takes it away. What it breaks is said in `error` of the result.

    `version` is the segment's as the writer saw it: raises Conflict if the translation is another by now. None writes
    whatever is there. With a `doubt`, a sentence, the text waits until somebody has confirmed it. `repetitions` are
    segments that get the same translation where they have none.
    """
    with transaction.atomic():
        current = _current(translation, segment)
        if version is not None and _version(current) != version and (current.data if current else "") != data:
            raise Conflict(_with(segment, current))
        if not data:
            if current:
                current.delete()
            return Written(_with(segment, None))
        if current is None:
            current = StringTranslation(
                translation_of_id=segment.string_id,
                context_id=segment.context_id,
                locale_id=translation.target_locale_id,
            )
        elif current.data == data and machine:
            return Written(_with(segment, current))
        error = fault(segment, data) or doubt
        current.data = data
        current.translation_type = (
            StringTranslation.TRANSLATION_TYPE_MACHINE if machine else StringTranslation.TRANSLATION_TYPE_MANUAL
        )
        current.tool_name = tool
        current.last_translated_by = user
        current.has_error, current.field_error = bool(error), error
        try:
            with transaction.atomic():
                current.save()
        except IntegrityError:
            raise Conflict(_with(segment, _current(translation, segment))) from None
        result = Written(_with(segment, current))
        for other in repetitions:
            if other.string_id == segment.string_id and other.condition in WAITING and not other.target:
                with suppress(Conflict):
                    written = write(translation, other, data, user=user, version="", tool=tool, machine=machine)
                    result.repetitions.append(written.segment)
        return result


def fault(segment: Segment, data: str) -> str:
    """Why a translation could not be published, in a sentence; "" if it could."""
    length = len(plain(data))
    if segment.place.max_length and length > segment.place.max_length:
        return _("%(length)s characters, and there is room for %(limit)s.") % {
            "length": length,
            "limit": segment.place.max_length,
        }
    links = {element.id for element in read(segment.source).elements if element.id}
    if lost := [number for number in missing(data, segment.source) if _link(segment.source, number) in links]:
        return _("The link <%(number)s> is missing.") % {"number": lost[0]}
    return ""


def _link(source: str, number: int) -> str:
    return read(source).elements[number - 1].id


def _translations(work: UUID, locale: int) -> dict[tuple[int, int], StringTranslation]:
    """All that were ever written for places of the work, by place and text."""
    rows = StringTranslation.objects.filter(context__object_id=work, locale=locale).select_related(
        "translation_of", "last_translated_by"
    )
    return {(row.context_id, row.translation_of_id): row for row in rows}


def _previous(
    rows: Sequence[StringSegment], translations: dict[tuple[int, int], StringTranslation]
) -> dict[tuple[int, int], StringTranslation]:
    """For texts without translation: what their place said before, with its translation.

    A rich text is one place with many texts: those that look most alike belong together. A place with one text has
    changed from whatever it last said.
    """
    current: dict[int, list[StringSegment]] = defaultdict(list)
    for row in rows:
        current[row.context_id].append(row)
    known = {(row.context_id, row.string_id) for row in rows}
    former: dict[int, list[StringTranslation]] = defaultdict(list)
    for key, translation in translations.items():
        if key not in known:
            former[translation.context_id].append(translation)
    found: dict[tuple[int, int], StringTranslation] = {}
    for context, candidates in former.items():
        waiting = [row for row in current[context] if (context, row.string_id) not in translations]
        if len(current[context]) == 1 and waiting:
            found[(context, waiting[0].string_id)] = max(candidates, key=lambda each: each.updated_at)
            continue
        texts = [(plain(row.string.data), row) for row in waiting]
        former_texts = [(plain(old.translation_of.data), old) for old in candidates]
        pairs = [
            (likeness, old.updated_at, row.order, row, old)
            for text, row in texts
            for former_text, old in former_texts
            if (likeness := ratio(text, former_text, score_cutoff=ALIKE))
        ]
        pairs.sort(key=lambda pair: (-pair[0], -pair[1].timestamp(), pair[2]))
        used: set[int] = set()
        for _likeness, _at, _order, row, old in pairs:
            key = (context, row.string_id)
            if key not in found and old.pk not in used:
                found[key] = old
                used.add(old.pk)
    return found


def _tags(source: Any, rows: Iterable[StringSegment]) -> dict[int, str]:
    """The element in which each text of a rich text stands: "li", "p", "h3"."""
    templates = TemplateSegment.objects.filter(source=source).select_related("template")
    tags: dict[int, list[str]] = {}
    for template in templates:
        soup = BeautifulSoup(template.template.template, "html.parser")
        tags[template.context_id] = [text.parent.name if text.parent else "" for text in soup.find_all("text")]
    positions: dict[int, int] = defaultdict(int)
    found = {}
    for row in rows:
        names = tags.get(row.context_id, [])
        position = positions[row.context_id]
        positions[row.context_id] += 1
        if position < len(names):
            found[row.pk] = names[position]
    return found


def _segment(
    row: StringSegment,
    place: Place,
    translation: StringTranslation | None,
    previous: StringTranslation | None,
    *,
    repeats: bool,
    omitted: bool,
) -> Segment:
    attributes = json.loads(row.attrs or "null") or {}
    segment = Segment(
        pk=row.pk,
        string_id=row.string_id,
        context_id=row.context_id,
        path=row.context.path,
        order=row.order,
        place=place,
        source=row.string.data,
        links={name: values["href"] for name, values in attributes.items() if values.get("href")},
        condition=Condition.CHANGED if previous else Condition.NEW,
        old_source=previous.translation_of.data if previous else "",
        old_target=previous.data if previous else "",
        repeats=repeats,
        omitted=omitted,
    )
    return _with(segment, translation) if translation else segment


def _with(segment: Segment, translation: StringTranslation | None) -> Segment:
    """The segment with what is written for it now."""
    values = dict(segment.__dict__)
    if translation is None:
        values |= {"target": "", "error": "", "version": "", "tool": "", "written_by": None, "written_at": None}
        values["condition"] = Condition.CHANGED if segment.old_target else Condition.NEW
    else:
        is_machine = translation.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE
        condition = Condition.MACHINE if is_machine else Condition.TRANSLATED
        values |= {
            "target": translation.data,
            "condition": Condition.BROKEN if translation.has_error else condition,
            "error": (translation.get_error() or "") if translation.has_error else "",
            "version": _version(translation),
            "tool": translation.tool_name,
            "written_by": translation.last_translated_by,
            "written_at": translation.updated_at,
        }
    return Segment(**values)


def _current(translation: Translation, segment: Segment) -> StringTranslation | None:
    return (
        StringTranslation.objects.select_for_update(of=("self",))
        .filter(translation_of=segment.string_id, context=segment.context_id, locale=translation.target_locale_id)
        .select_related("translation_of", "last_translated_by")
        .first()
    )


def _version(translation: StringTranslation | None) -> str:
    return f"{translation.pk}-{translation.updated_at.timestamp()}" if translation else ""
