"""The translation memory: what was translated once is offered again.

It holds every published translation and what was imported. Equal texts are found by their hash. Similar ones are found
by *minhashes*: of all runs of six characters of a text the smallest under a hash function is the same in two texts
with the probability that a run of either is in both (Broder 1997, "On the resemblance and containment of documents").
Twelve functions make twelve keys, and one query counts how many of them each unit shares; the best are compared letter
by letter.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from html import escape
from itertools import batched, islice
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import IsNull
from django.tasks import task
from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Locale, Page
from wagtail_localize.models import Translation

from .inline import Mark, MarkupError, fitted, missing, plain, read
from .models import LanguageVersion, MemoryImport, MemoryKey, MemoryUnit
from .segments import Condition, Conflict, Segment, fault, segments_of, write
from .texts import hash_of

IN_CONTEXT, EXACT = 101, 100
MARKUP_PENALTY, NUMBERS_PENALTY = 3, 2  # points that a match with other markup, other numbers loses
COMPARED = 40  # candidates that are compared letter by letter

_RUN = 6
_PRIME = (1 << 61) - 1
_dice = random.Random(1997)  # noqa: S311 - the functions have to be the same for ever
_FUNCTIONS = [(_dice.randrange(1, _PRIME), _dice.randrange(_PRIME)) for _number in range(12)]

NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Match:
    """A unit that is like a text. `score` is 101 if the texts beside it are the same too, 100 if the text is the same,
    below that how alike both are in percent, less what differs in markup and numbers."""

    unit: int
    score: int
    source: str
    target: str
    origin: str
    written_at: datetime


def lookup(
    data: str, *, source: Locale, target: Locale, before: int = 0, after: int = 0, limit: int = 5, minimum: int = 60
) -> list[Match]:
    """What the memory has for a text of wagtail-localize, the best first: the same text, else similar ones.

    `before` and `after` are the hashes of the texts beside it.
    """
    same = _of([data], source, target)
    units = list(_first(same, "target")[:limit])
    if units:
        here = same.filter(before=before, after=after, context__isnull=False)
        units += _first(here, "target")[:limit]
    found = [(_exact_score(unit, before, after), unit) for unit in units]
    found = found or _similar(data, source, target, minimum)
    best: dict[str, tuple[int, MemoryUnit]] = {}
    for score, unit in sorted(found, key=_place):
        best.setdefault(unit.target, (score, unit))
    return _fitted(_matches(list(best.values())[:limit]), data)


def lookup_many(segments: Sequence[Segment], translation: Translation) -> dict[int, list[Match]]:
    """Exact translations of many texts, by segment, in a fixed number of queries for each 500."""
    around: dict[int, tuple[int, int]] = {}
    by_hash: dict[int, list[MemoryUnit]] = defaultdict(list)
    for batch in batched(segments, 500):
        same = _of([segment.source for segment in batch], translation.source.locale, translation.target_locale)
        if not (latest := list(_first(same, "source_hash"))):
            continue
        around = around or neighbours(segments_of(translation))
        before, after = zip(*(around.get(segment.pk, (0, 0)) for segment in batch), strict=True)
        here = same.filter(before__in=before, after__in=after, context__isnull=False)
        for unit in [*latest, *_first(here, "source_hash", "before", "after")]:
            by_hash[unit.source_hash].append(unit)
    found = {}
    for segment in segments:
        place = around.get(segment.pk, (0, 0))
        if units := [(_exact_score(unit, *place), unit) for unit in by_hash[hash_of(segment.source)]]:
            found[segment.pk] = min(units, key=_place)
    matches = _matches(list(found.values()))
    sources = {segment.pk: segment.source for segment in segments}
    return {pk: _fitted([match], sources[pk]) for pk, match in zip(found, matches, strict=True)}


def exact_matches(translation: Translation, segments: Iterable[Segment]) -> dict[int, str]:
    """Translations of exactly the texts that have none, by segment: those that are whole and fit their places."""
    waiting = {segment.pk: segment for segment in segments if segment.waits and not segment.target}
    found = lookup_many(list(waiting.values()), translation)
    targets = {pk: matches[0].target for pk, matches in found.items() if matches}
    return {
        pk: target
        for pk, target in targets.items()
        if target and not fault(waiting[pk], target) and not missing(target, waiting[pk].source)
    }


def fill(translation: Translation, segments: Iterable[Segment], *, user: Any) -> list[Segment]:
    """Write these where nobody has translated meanwhile, and return what was written."""
    by_pk = {segment.pk: segment for segment in segments}
    written = []
    for pk, target in exact_matches(translation, by_pk.values()).items():
        with suppress(Conflict):
            written.append(write(translation, by_pk[pk], target, user=user, version="", tool=_("Memory")).segment)
    return written


def concordance(words: str, *, source: Locale, target: Locale, limit: int = 20) -> list[Match]:
    """Units that have all of these words, in the original or in the translation, the latest first."""
    units = MemoryUnit.objects.filter(source_locale=source, target_locale=target)
    in_source, in_target = Q(), Q()
    for word in words.split():
        in_source &= _has("source", word)
        in_target &= _has("target", word)
    candidates = units.filter(in_source | in_target).select_related("context", "imported", "written_by")
    latest = candidates.order_by("-written_at", "-pk").iterator(chunk_size=200)
    found = (unit for unit in latest if _says(unit.source, words) or _says(unit.target, words))
    return _matches([(0, unit) for unit in islice(found, limit)])


def _says(data: str, words: str) -> bool:
    """Whether a text has all words. A query finds them in its markup too."""
    text = plain(data).casefold()
    return all(word in text for word in words.casefold().split())


def _has(field: str, word: str) -> Q:
    """SQLite knows capitals of ASCII only."""
    word = escape(word, quote=False)
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return Q.create([(f"{field}__icontains", form) for form in sorted(forms)], connector=Q.OR)


@transaction.atomic
def remember(translation: Translation) -> int:
    """Take the texts of a published translation into the memory, and return how many were new or other than before.

    A place has one unit for each text that it ever said. What only a machine has written is left out, what was written
    after the publication too, and all of a page that not everybody may read, or that is not there any more.
    """
    try:
        page = translation.get_target_instance()
    except Page.DoesNotExist:
        return 0
    if page.get_view_restrictions().exists():
        return 0
    published_at = page.live_revision.created_at if page.live_revision else timezone.now()
    segments = segments_of(translation)
    around = neighbours(segments)
    existing = {
        (unit.context_id, unit.source_hash): unit
        for unit in MemoryUnit.objects.filter(
            context__object_id=translation.source.object_id, target_locale=translation.target_locale
        )
    }
    new, changed = [], []
    for segment in segments:
        written_at = segment.written_at
        if segment.condition != Condition.TRANSLATED or segment.omitted or not written_at or written_at > published_at:
            continue
        before, after = around[segment.pk]
        values = {"target": segment.target, "before": before, "after": after}
        unit = existing.get((segment.context_id, hash_of(segment.source)))
        if unit is None:
            unit = _unit(translation.source.locale, translation.target_locale, segment.source, **values)
            unit.context_id = segment.context_id
            existing[(segment.context_id, unit.source_hash)] = unit
            new.append(unit)
        elif any(getattr(unit, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(unit, name, value)
            changed.append(unit)
        else:
            continue
        unit.written_by, unit.written_at = segment.written_by, written_at
    _add(new)
    MemoryUnit.objects.bulk_update(changed, ["target", "before", "after", "written_by", "written_at"], batch_size=200)
    return len(new) + len(changed)


def remember_all() -> int:
    """The same for all translations that are public."""
    translations = Translation.objects.filter(enabled=True).select_related("source__locale", "target_locale")
    live = set(Page.objects.filter(live=True).values_list("translation_key", "locale_id"))
    return sum(
        remember(translation)
        for translation in translations
        if (translation.source.object_id, translation.target_locale_id) in live
    )


def begin() -> None:
    """The same where the memory has nothing of them: they are older than the memory. The worker calls this daily."""
    if not MemoryUnit.objects.filter(imported=None).exists():
        remember_all()


@task()
def remember_published(translation_id: int) -> None:
    """The same in the background."""
    translation = (
        Translation.objects.filter(pk=translation_id).select_related("source__locale", "target_locale").first()
    )
    if translation:
        remember(translation)


def add_units(imported: MemoryImport, source: Locale, target: Locale, pairs: Iterable[tuple[str, str]]) -> int:
    """Take pairs of texts, as wagtail-localize stores them, from a file; return how many there were."""
    done = 0
    for batch in batched(pairs, 500):
        units = [_unit(source, target, original, target=translated) for original, translated in batch]
        for unit in units:
            unit.imported = imported
        with transaction.atomic():
            _add(units)
        done += len(units)
    return done


@transaction.atomic
def forget(imported: MemoryImport) -> None:
    """Take an imported file out of the memory."""
    _delete(MemoryUnit.objects.filter(imported=imported))
    imported.delete()


@transaction.atomic
def forget_pages(pages: Iterable[Page]) -> None:
    """Take the texts of translations, and of what they were translated from, out of the memory."""
    works: dict[int, list[UUID]] = defaultdict(list)
    for page in pages:
        works[page.locale_id].append(page.translation_key)
    for locale, keys_of_works in works.items():
        for batch in batched(keys_of_works, 500):
            _delete(MemoryUnit.objects.filter(context__object_id__in=batch, target_locale=locale))


def _delete(units: QuerySet[MemoryUnit]) -> None:
    MemoryKey.objects.filter(unit__in=units.values("pk")).delete()
    units.delete()


def keys(data: str, source: int, target: int) -> list[int]:
    """The keys of a text, for originals in one language (a primary key of Locale) and translations into another."""
    runs = _runs(plain(data))
    return [
        hash_of(f"{number} {source} {target} {min((a * run + b) % _PRIME for run in runs)}")
        for number, (a, b) in enumerate(_FUNCTIONS)
    ]


def _runs(text: str) -> set[int]:
    """All runs of six characters, without case, and with all digits alike."""
    squeezed = f" {' '.join(NUMBER.sub('0', text.casefold()).split())} "
    return {crc32(squeezed[start : start + _RUN].encode()) for start in range(max(len(squeezed) - _RUN + 1, 1))}


def _unit(source_locale: Locale, target_locale: Locale, data: str, **values: Any) -> MemoryUnit:
    return MemoryUnit(
        source_locale=source_locale,
        target_locale=target_locale,
        source=data,
        source_hash=hash_of(data),
        written_at=timezone.now(),
        **values,
    )


def _add(units: list[MemoryUnit]) -> None:
    MemoryUnit.objects.bulk_create(units, batch_size=200)
    MemoryKey.objects.bulk_create(
        (
            MemoryKey(unit=unit, value=value)
            for unit in units
            for value in set(keys(unit.source, unit.source_locale_id, unit.target_locale_id))
        ),
        batch_size=400,
    )


def _of(sources: Iterable[str], source: Locale, target: Locale) -> QuerySet[MemoryUnit]:
    hashes = {hash_of(data) for data in sources}
    return MemoryUnit.objects.filter(source_hash__in=hashes, source_locale=source, target_locale=target)


def _first(units: QuerySet[MemoryUnit], *fields: str) -> QuerySet[MemoryUnit]:
    """Of all units that are alike in these fields the first, in the order of `_place`."""
    order = [IsNull(F("imported"), False), F("written_at").desc(), F("pk").desc()]
    number = Window(RowNumber(), partition_by=[F(name) for name in fields], order_by=order)
    first = units.annotate(number=number).filter(number=1)
    found = MemoryUnit.objects.filter(pk__in=first.values("pk")).order_by(*order)
    return found.select_related("context", "imported", "written_by")


def _similar(data: str, source: Locale, target: Locale, minimum: int) -> list[tuple[int, MemoryUnit]]:
    shared = (
        MemoryKey.objects.filter(value__in=keys(data, source.pk, target.pk))
        .values("unit")
        .annotate(shared=Count("pk"))
        .order_by("-shared")
        .values_list("unit", flat=True)
    )
    units = MemoryUnit.objects.filter(pk__in=list(shared[:COMPARED])).select_related(
        "context", "imported", "written_by"
    )
    found = [(_score(data, unit.source), unit) for unit in units]
    return [pair for pair in found if pair[0] >= minimum]


def _place(found: tuple[int, MemoryUnit]) -> tuple[int, bool, float]:
    """What decides which match comes before which: the score, then publications before files, the latest first."""
    score, unit = found
    return -score, unit.imported_id is not None, -unit.written_at.timestamp()


def _exact_score(unit: MemoryUnit, before: int, after: int) -> int:
    return IN_CONTEXT if unit.context_id and (unit.before, unit.after) == (before, after) else EXACT


def _score(data: str, other: str) -> int:
    (text, markup, numbers), (its_text, its_markup, its_numbers) = _features(data), _features(other)
    score = fuzz.ratio(text, its_text)
    score -= MARKUP_PENALTY * (markup != its_markup)
    score -= NUMBERS_PENALTY * (numbers != its_numbers)
    return min(int(score), EXACT - 1)


@lru_cache(maxsize=2000)
def _features(data: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """(the text, its markup, its numbers)"""
    if "<" not in data and "&" not in data:
        return data, (), tuple(NUMBER.findall(data))
    text = read(data)
    words = "".join(part for part in text.parts if not isinstance(part, Mark))
    return words, tuple(element.name for element in text.elements), tuple(NUMBER.findall(words))


def neighbours(segments: Sequence[Segment]) -> dict[int, tuple[int, int]]:
    """Hashes of the texts before and after each text, 0 where there is none."""
    hashes = [0, *(hash_of(segment.source) for segment in segments), 0]
    return {segment.pk: (hashes[number], hashes[number + 2]) for number, segment in enumerate(segments)}


def _matches(found: list[tuple[int, MemoryUnit]]) -> list[Match]:
    """With where each comes from, in a sentence."""
    works = {unit.context.object_id for _score, unit in found if unit.context}
    titles = dict(LanguageVersion.objects.filter(work__in=works).values_list("work", "title")) if works else {}
    return [
        Match(unit.pk, score, unit.source, unit.target, _origin(unit, titles), unit.written_at)
        for score, unit in found
    ]


def _fitted(matches: list[Match], data: str) -> list[Match]:
    """The matches with as much of their markup as the text has: imported ones come with any."""
    found = []
    for match in matches:
        with suppress(MarkupError):
            found.append(replace(match, target=fitted(match.target, data)))
    return found


def _origin(unit: MemoryUnit, titles: dict[Any, str]) -> str:
    if unit.imported:
        return _("From the file %(name)s") % {"name": unit.imported.name}
    title = titles.get(unit.context.object_id, "") if unit.context else ""
    who = get_user_display_name(unit.written_by) if unit.written_by else ""
    if title and who:
        return _("%(who)s, in “%(title)s”") % {"who": who, "title": title}
    return _("In “%(title)s”") % {"title": title} if title else who
