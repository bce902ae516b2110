"""Keeps `LanguageVersion` true: how far each work is in each language, and what waits there.

Whatever changes something of a work notes its key with `mark_stale` in the same transaction. The worker counts these
works again within seconds (`refresh_stale`), and all of them once a day (`check_versions`), and says what was wrong.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.dispatch import Signal
from wagtail.models import Locale, WorkflowState
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationLog, TranslationSource
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from hub.models import ContentPage, content_models

from .models import LanguageVersion, MemoryUnit, OmittedBlock, StaleWork, State
from .texts import hash_of
from .words import count_words

logger = logging.getLogger(__name__)

BATCH = 50  # works that are counted at once

COUNTED = [
    "source_locale_id", "original_id", "page_id", "content_type_id", "title", "state", "in_review",
    "words", "words_new", "words_fuzzy", "words_repeated", "words_machine", "changed_at",
]  # fmt: skip

# Sent with `changes` (a list of Change) in the transaction that writes them, also if versions have only gone.
versions_changed = Signal()


@dataclass(frozen=True)
class Change:
    """A version as it is counted now, and the row as it was before."""

    version: LanguageVersion
    before: LanguageVersion
    source_changed_at: datetime | None  # when the original's texts last changed

    @property
    def is_published(self) -> bool:
        """Whether readers have all of it only now."""
        return self.version.state == State.PUBLISHED != self.before.state

    @property
    def source_has_changed(self) -> bool:
        """Whether the original's texts have changed since it was begun and last counted."""
        changed = self.source_changed_at
        return bool(self.before.page_id and changed and changed > self.before.changed_at)


def mark_stale(works: Iterable[UUID]) -> None:
    StaleWork.objects.bulk_create(StaleWork(work=work) for work in set(works))


def refresh_stale() -> int:
    """Count again what has changed, and return how many works that were. The worker calls this every second."""
    done = 0
    last = StaleWork.objects.aggregate(last=Max("pk"))["last"]
    while works := list(StaleWork.objects.filter(pk__lte=last or 0).values_list("work", flat=True).distinct()[:BATCH]):
        with transaction.atomic():
            # Before counting, so that a mark of what is written meanwhile stays.
            StaleWork.objects.filter(pk__lte=last, work__in=works).delete()
            _refresh_each(works)
        done += len(works)
    return done


def _refresh_each(works: Collection[UUID]) -> int:
    """Count works together; if that fails, one by one, so that one that cannot be counted keeps back no other."""
    try:
        return refresh(works)
    except Exception:
        if len(works) == 1:
            logger.exception("The work %s could not be counted", *works)
            return 0
    return sum(_refresh_each([work]) for work in works)


def check_versions() -> int:
    """Count all works again, and return how many versions were not as they should have been."""
    wrong = 0
    known = set(LanguageVersion.objects.values_list("work", flat=True).distinct())
    for model in content_models():
        works = model.objects.filter(translated_from="").values_list("translation_key", flat=True)
        # All at once: SQLite lets nobody write whose own query is still being read while others write.
        for batch in batched(list(works), BATCH):
            known.difference_update(batch)
            wrong += _refresh_each(batch)
    for batch in batched(known, BATCH):
        wrong += _refresh_each(batch)
    if wrong:
        logger.warning("%s versions of works were counted wrongly, and are right now", wrong)
    return wrong


@transaction.atomic
def refresh(works: Iterable[UUID]) -> int:
    """Count works again, and return how many of their versions changed."""
    keys = set(works)
    locales = {
        locale.language_code: locale
        for locale in Locale.objects.filter(language_code__in=[code for code, _name in settings.LANGUAGES])
    }
    works_counted = _works(keys)
    wanted = {
        (version.work, version.locale_id): version
        for work in works_counted
        for version in work.versions(locales.values())
    }
    source_changes = {work.original.translation_key: work.changed_at for work in works_counted}
    existing = {(row.work, row.locale_id): row for row in LanguageVersion.objects.filter(work__in=keys)}
    gone = [row.pk for key, row in existing.items() if key not in wanted]
    new, changed = [], []
    for key, version in wanted.items():
        row = existing.get(key)
        if row is None:
            new.append(version)
        elif any(getattr(row, name) != getattr(version, name) for name in COUNTED):
            version.pk = row.pk
            changed.append(version)
    LanguageVersion.objects.filter(pk__in=gone).delete()
    LanguageVersion.objects.bulk_create(new)
    LanguageVersion.objects.bulk_update(changed, COUNTED)
    # Versions are deleted with their original.
    if changed or gone or len(works_counted) < len(keys):
        changes = [
            Change(version, existing[(version.work, version.locale_id)], source_changes[version.work])
            for version in changed
        ]
        versions_changed.send(sender=LanguageVersion, changes=changes)
    return len(gone) + len(new) + len(changed)


@dataclass
class _Text:
    """A text of an original: what identifies it, its words, and the blocks it stands in."""

    string: int  # primary key; 0 if the original was never submitted for translation
    context: int
    hash: int
    words: int
    blocks: frozenset[str]


@dataclass
class _Work:
    """All that the versions of one work follow from."""

    original: ContentPage
    pages: dict[int, ContentPage]  # by locale
    texts: list[_Text] = field(default_factory=list)
    changed_at: datetime | None = None  # when the original's texts changed
    enabled: set[int] = field(default_factory=set)  # locales with a running translation
    written: dict[int, datetime] = field(default_factory=dict)  # when texts were last put into a page, by locale
    translated: dict[int, dict[tuple[int, int], StringTranslation]] = field(default_factory=lambda: defaultdict(dict))
    omitted: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    remembered: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # hashes, by locale
    reviewed: set[int] = field(default_factory=set)  # pages

    def versions(self, locales: Iterable[Locale]) -> Iterator[LanguageVersion]:
        for locale in locales:
            if locale.pk != self.original.locale_id:
                yield self.version(locale)

    def version(self, locale: Locale) -> LanguageVersion:
        page = self.pages.get(locale.pk)
        changed_at = self.changed_at or self.original.latest_revision_created_at
        version = LanguageVersion(
            work=self.original.translation_key,
            locale=locale,
            source_locale_id=self.original.locale_id,
            original_id=self.original.pk,
            page_id=page.pk if page else None,
            content_type_id=self.original.content_type_id,
            title=self.original.title,
            in_review=bool(page and page.pk in self.reviewed),
        )
        changes = [changed_at, self.original.first_published_at]
        if page and locale.pk not in self.enabled:
            # Made without wagtail-localize: nobody can say which of its texts are translations of which.
            self._by_pages(version, page)
            changes.append(page.last_published_at)
        else:
            changes.append(self._count(version))
            version.state = self._state(version, page)
        version.changed_at = max(filter(None, changes))
        return version

    def _by_pages(self, version: LanguageVersion, page: ContentPage) -> None:
        version.words = sum(text.words for text in self.texts)
        edited, published = self.original.edited_on, page.last_published_at
        if not page.live:
            version.state = State.IN_PROGRESS
        elif edited and published and edited > published:
            version.state = State.OUTDATED
        else:
            version.state = State.PUBLISHED

    def _count(self, version: LanguageVersion) -> datetime | None:
        """Fill in the words, and return when the translation was last written."""
        rows = self.translated[version.locale_id]
        omitted, remembered = self.omitted[version.locale_id], self.remembered[version.locale_id]
        current = {(text.context, text.string) for text in self.texts}
        former: dict[int, int] = defaultdict(int)  # how many old translations a place has
        for context, string in rows:
            if (context, string) not in current:
                former[context] += 1
        seen: set[int] = set()
        for text in self.texts:
            if omitted & text.blocks:
                continue
            version.words += text.words
            row = rows.get((text.context, text.string)) if text.string else None
            if row and not row.has_error:
                if row.translation_type == StringTranslation.TRANSLATION_TYPE_MACHINE:
                    version.words_machine += text.words
            elif text.hash in seen or text.hash in remembered:
                version.words_repeated += text.words
            elif row:
                version.words_fuzzy += text.words
            elif former[text.context]:
                former[text.context] -= 1
                version.words_fuzzy += text.words
            else:
                version.words_new += text.words
            seen.add(text.hash)
        return max((row.updated_at for row in rows.values()), default=None)

    def _state(self, version: LanguageVersion, page: ContentPage | None) -> str:
        if page is None:
            return State.MISSING
        if version.words_to_do:
            return State.OUTDATED if page.live else State.IN_PROGRESS
        if not page.live:
            return State.COMPLETE
        written = self.written.get(version.locale_id)
        is_behind = bool(self.changed_at and written and self.changed_at > written)
        return State.COMPLETE if is_behind else State.PUBLISHED


def _works(keys: set[UUID]) -> list[_Work]:
    """Works that translators have to do with: those whose original is or was public."""
    versions: dict[UUID, list[ContentPage]] = defaultdict(list)
    for model in content_models():
        for page in model.objects.filter(translation_key__in=keys).select_related("locale").defer_streamfields():
            versions[page.translation_key].append(page)
    works = {}
    for key, pages in versions.items():
        original = next((page for page in pages if not page.translated_from), None)
        if original and original.first_published_at:
            others = {page.locale_id: page for page in pages if page.pk != original.pk}
            works[key] = _Work(original, others)
    _read_sources(works)
    _read_translations(works)
    drafts = [str(page.pk) for work in works.values() for page in work.pages.values()]
    in_review = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=drafts)
    page_type = ContentType.objects.get_by_natural_key("wagtailcore", "page")
    reviewed = {int(pk) for pk in in_review.filter(base_content_type=page_type).values_list("object_id", flat=True)}
    for work in works.values():
        work.reviewed = reviewed
    return list(works.values())


def _read_sources(works: dict[UUID, _Work]) -> None:
    sources = {}
    for source in TranslationSource.objects.filter(object_id__in=works).defer("content_json"):
        if source.locale_id == works[source.object_id].original.locale_id:
            sources[source.pk] = source
            works[source.object_id].changed_at = source.last_updated_at
    rows = StringSegment.objects.filter(source__in=sources).select_related("string", "context").order_by("order", "pk")
    for row in rows:
        works[sources[row.source_id].object_id].texts.append(
            _Text(
                row.string_id,
                row.context_id,
                hash_of(row.string.data),
                count_words(row.string.data),
                frozenset(row.context.path.split(".")[1:]),
            )
        )
    submitted = {source.object_id for source in sources.values()}
    for key, work in works.items():
        if key not in submitted:
            work.texts = list(_texts_of_page(work.original))
    running = (
        Translation.objects.filter(source__in=sources, enabled=True)
        .annotate(
            written=Subquery(
                TranslationLog.objects.filter(source=OuterRef("source"), locale=OuterRef("target_locale"))
                .values("source")
                .annotate(latest=Max("created_at"))
                .values("latest")
            )
        )
        .values_list("source_id", "target_locale_id", "written")
    )
    for source_id, locale, written in running:
        work = works[sources[source_id].object_id]
        work.enabled.add(locale)
        if written:
            work.written[locale] = written


def _texts_of_page(page: ContentPage) -> Iterator[_Text]:
    """Texts of a page that was never submitted for translation."""
    for segment in extract_segments(type(page).objects.get(pk=page.pk)):
        if isinstance(segment, StringSegmentValue):
            data = segment.string.data
            yield _Text(0, 0, hash_of(data), count_words(data), frozenset(segment.path.split(".")[1:]))


def _read_translations(works: dict[UUID, _Work]) -> None:
    rows = (
        StringTranslation.objects.filter(context__object_id__in=works)
        .select_related("context")
        .only("translation_of_id", "locale_id", "context__object_id", "has_error", "translation_type", "updated_at")
    )
    for row in rows:
        works[row.context.object_id].translated[row.locale_id][(row.context_id, row.translation_of_id)] = row
    for key, locale, block in OmittedBlock.objects.filter(work__in=works).values_list("work", "locale_id", "block"):
        works[key].omitted[locale].add(str(block))
    by_hash: dict[tuple[int, int], set[int]] = defaultdict(set)  # (hash, language of the original): languages
    hashes = {text.hash for work in works.values() for text in work.texts}
    for batch in batched(hashes, 500):
        units = MemoryUnit.objects.filter(source_hash__in=batch).values_list(
            "source_hash", "source_locale_id", "target_locale_id"
        )
        for value, source, target in units.distinct():
            by_hash[(value, source)].add(target)
    for work in works.values():
        for text in work.texts:
            for locale in by_hash.get((text.hash, work.original.locale_id), ()):
                work.remembered[locale].add(text.hash)
