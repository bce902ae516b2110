"""The translators' desk: the words that it has agreed on, and what editors have asked it for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.models import Locale

from translation.models import (
    Concept,
    LanguageVersion,
    RequestedVersion,
    RequestEvent,
    State,
    Term,
    TranslationRequest,
)
from translation.progress import refresh
from translation.requests import add, assign, open_request

from .pages import key_of
from .reading import Content
from .translations import begin, stamp, stamp_translation


def load_glossary(content: Content, locales: dict[str, Locale]) -> None:
    """Makes the concepts none of whose preferred terms is one here. `locales` are those of the hub, by code."""
    preferred = Term.objects.filter(status=Term.Status.PREFERRED)
    known = set(preferred.values_list("locale__language_code", "text"))
    for row in content.glossary.values():
        words = [
            (language, status, text)
            for status in Term.Status
            for language in locales
            for text in row.get(language, {}).get(status, [])
        ]
        if known.isdisjoint((language, text) for language, status, text in words if status == Term.Status.PREFERRED):
            concept = Concept.objects.create(domain=row["domain"], note=row["note"])
            for language, status, text in words:
                Term.objects.create(concept=concept, locale=locales[language], status=status, text=text)


def load_requests(content: Content, users: dict[str, Any]) -> list[Any]:
    """Asks for what nobody has asked for under the same title, and returns the pages that this has begun. No mails."""
    known = set(TranslationRequest.objects.values_list("title", flat=True))
    pages: list[Any] = []
    for title, row in content.requests.items():
        if title in known:
            continue
        works = {name: key_of(content.works[name]) for name in row["works"]}
        refresh(works.values())
        translators: dict[int, Any] = {}
        for part in row.get("begun", []):
            missing = LanguageVersion.objects.filter(work=works[part["work"]], page=None)
            version = missing.filter(locale__language_code=part["language"]).select_related("locale").first()
            if version:
                translators[version.pk] = users[part["by"]]
                pages.append(_begin(version, part, users[part["by"]], row["asked"]))
        refresh(works.values())
        _ask(row, works.values(), users[row["by"]], translators)
    return pages


def _begin(version: LanguageVersion, part: dict[str, str], user: Any, asked: int) -> Any:
    texts = {name: text for name, text in part.items() if name not in ("work", "language", "by")}
    translation = begin(version.original.specific, locale=version.locale, texts=texts, user=user)
    page, moment = translation.get_target_instance(), _day_after(asked)
    stamp(page, published=moment, edited=moment)
    stamp_translation(translation, moment)
    return page


def _ask(row: dict[str, Any], works: Collection[Any], user: Any, translators: dict[int, Any]) -> None:
    """`works` are translation keys; `translators` have versions, by key of the version."""
    asked = timezone.now() + timedelta(days=row["asked"])
    versions = LanguageVersion.objects.filter(work__in=works, locale__language_code__in=row["languages"])
    taken = RequestedVersion.objects.filter(done_at=None).values("version")
    waiting = list(versions.exclude(state=State.PUBLISHED).exclude(pk__in=taken).select_related("locale"))
    if not waiting:
        return
    due = timezone.localdate() + timedelta(days=row["due"])
    request = open_request(user=user, title=row["title"], message=row["message"], due=due)
    for version in waiting:
        add(request, version, user)
    request.events.update(at=asked)
    for version in waiting:
        if translator := translators.get(version.pk):
            assign(version, translator=translator, due=None, by=translator)
    request.events.filter(kind=RequestEvent.Kind.ASSIGNED).update(at=_day_after(row["asked"]))
    published = versions.filter(state=State.PUBLISHED, page__last_published_at__gt=asked)
    for version_id, moment in published.values_list("pk", "page__last_published_at"):
        RequestedVersion.objects.create(request=request, version_id=version_id, done_at=moment)
        event = RequestEvent.objects.create(request=request, version_id=version_id, kind=RequestEvent.Kind.DONE)
        RequestEvent.objects.filter(pk=event.pk).update(at=moment)
    TranslationRequest.objects.filter(pk=request.pk).update(created_at=asked)


def _day_after(asked: int) -> Any:
    """When work on a request has begun. Nobody has yet on what is asked for today."""
    return min(timezone.now(), timezone.now() + timedelta(days=asked + 1))
