"""The simpler search that stands in for the engine: titles and leads in the database, with the same filters."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from events.models import EventPage, Occurrence
from hub.addresses import address
from hub.models import ContentPage, Place, PlatformPage, StandardPage, ThematicHubPage, Theme, content_models
from hub.models.links import restricted
from news.models import NewsPage

from .engines.protocol import Hit, Results
from .highlight import Matcher
from .query import SearchQuery, Sort, When
from .works import WorkText

MOST_PAGES = 1000
TAKES_PLACE = Q(occurrences__change__in=[Occurrence.Change.NONE, Occurrence.Change.MOVED])


def public_page_ids(ids: Iterable[int]) -> set[int]:
    """Those of some pages that are live and under no restriction now, whatever the index still says. One query."""
    wanted = set(ids)
    if not wanted:
        return set()
    pages = Page.objects.filter(pk__in=wanted, live=True).exclude(restricted())
    return set(pages.order_by().values_list("pk", flat=True))


def search(query: SearchQuery) -> Results:
    """The newest pages whose title or lead contains all the words, as works. There are no counts for facets."""
    if query.matches_nothing:
        return Results(simpler=True)
    works: dict[uuid.UUID, list[Any]] = {}
    for model in content_models():
        pages = _pages(model, query)
        if pages is not None:
            for page in pages.select_related("locale").defer("body").order_by(*_order(model, query))[:MOST_PAGES]:
                works.setdefault(page.translation_key, []).append(page)
    shown = [shown_version(versions, query.language) for versions in works.values()]
    shown.sort(key=_date(query), reverse=not _soonest_first(query))
    hits = shown[query.offset : query.offset + query.page_size]
    found = tuple(hit_of(page, works[page.translation_key], query) for page in hits)
    return Results(found, len(shown), simpler=True)


def _pages(model: type[ContentPage], query: SearchQuery) -> QuerySet[Any] | None:
    """Public pages of one type that match; None if the type cannot have what is asked for."""
    is_event = model is EventPage
    if (query.values("when") or query.values("format")) and not is_event:
        return None
    languages = query.values("language") or [code for code, _name in settings.LANGUAGES]
    pages = model.objects.filter(live=True, locale__language_code__in=languages).exclude(restricted())
    for term in query.terms:
        has_it = Q(title__icontains=term.typed) | Q(lead__icontains=term.typed)
        pages = pages.filter(~has_it if term.excluded else has_it)
    kinds = query.values("kind")
    if kinds:
        pages = pages.filter(news_kind__in=kinds) if model is NewsPage else pages if model.kind in kinds else None
        if pages is None:
            return None
    if query.values("theme"):
        chosen = Theme.objects.filter(slug__in=query.values("theme")).values_list("pk", flat=True)
        themes = Theme.objects.descendant_ids(*chosen)
        condition = Q(themes__in=themes)
        pages = pages.filter(condition | Q(theme__in=themes) if model is ThematicHubPage else condition)
    if query.values("place"):
        slugs = query.values("place")
        countries = Place.objects.filter(slug__in=slugs, kind=Place.Kind.COUNTRY).values("country")
        places = Place.objects.filter(Q(slug__in=slugs) | Q(country__in=countries)).values("pk")
        condition = Q(places__in=places)
        pages = pages.filter(condition | Q(place__in=places) if is_event else condition)
    if query.values("organisation"):
        condition = Q(organisations__slug__in=query.values("organisation"))
        if is_event:
            condition |= Q(organisers__slug__in=query.values("organisation"))
        if model is PlatformPage:
            condition |= Q(operator__slug__in=query.values("organisation"))
        pages = pages.filter(condition)
    if query.values("format"):
        pages = pages.filter(format__in=query.values("format"))
    if query.values("when"):
        pages = pages.alias(last_end=Max("occurrences__end", filter=TAKES_PLACE))
        upcoming, past = Q(last_end__gte=query.now), Q(last_end__lt=query.now)
        wanted = {When.UPCOMING.value: upcoming, When.PAST.value: past}
        moments = [wanted[value] for value in query.values("when") if value in wanted]
        pages = pages.filter(moments[0] if len(moments) == 1 else upcoming | past) if moments else pages.none()
    return _in_period(pages, query, is_event).distinct()


def _in_period(pages: QuerySet[Any], query: SearchQuery, is_event: bool) -> QuerySet[Any]:
    starts, ends = ("occurrences__start", "occurrences__end") if is_event else ("first_published_at",) * 2
    zone = timezone.get_default_timezone()
    condition = Q()
    if query.since:
        condition &= Q(**{f"{ends}__gte": datetime.combine(query.since, time.min, zone)})
    if query.until:
        condition &= Q(**{f"{starts}__lt": datetime.combine(query.until, time.min, zone) + timedelta(days=1)})
    if condition and is_event:
        condition &= TAKES_PLACE
    return pages.filter(condition) if condition else pages


def _order(model: type[ContentPage], query: SearchQuery) -> tuple[str, ...]:
    if query.sort == Sort.EVENT and model is EventPage:
        return ("start" if _soonest_first(query) else "-start", "pk")
    return ("-first_published_at", "-pk")


def _soonest_first(query: SearchQuery) -> bool:
    return query.sort == Sort.EVENT and query.values("when") == (When.UPCOMING.value,)


def _date(query: SearchQuery) -> Any:
    def date(page: Any) -> datetime:
        by_event = query.sort == Sort.EVENT and isinstance(page, EventPage)
        return (page.start if by_event else page.first_published_at) or datetime.min.replace(tzinfo=UTC)

    return date


def shown_version(versions: Iterable[Any], language: str) -> Any:
    """The version in the reader's language, else the original, else any."""
    return min(
        versions, key=lambda page: (page.locale.language_code != language, bool(getattr(page, "translated_from", "")))
    )


def hit_of(page: Any, versions: Iterable[Any], query: SearchQuery) -> Hit:
    """The hit that shows a page, whose live versions are given. A page that is no content has a title alone."""
    language = page.locale.language_code
    matcher = Matcher(query.wanted, language)
    url = address(page)
    is_event = isinstance(page, EventPage)
    return Hit(
        key=str(page.translation_key),
        page_id=page.pk,
        url=url,
        language=language,
        matched_language=language,
        versions={version.locale.language_code: address(version) for version in versions},
        title=matcher.mark(page.title),
        passage=matcher.passage(WorkText(language, page.pk, url, page.title, getattr(page, "lead", ""))),
        kind=str(getattr(page, "kind", StandardPage.kind)),
        published=page.first_published_at,
        start=page.start if is_event else None,
        end=page.end if is_event else None,
        timezone=page.timezone if is_event else "UTC",
        all_day=page.all_day if is_event else False,
        status=page.status if is_event else "",
        deadline=page.deadline if isinstance(page, NewsPage) else None,
    )
