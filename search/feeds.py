"""Any search to follow: its newest works as a feed, its events as a calendar, and the hub's search in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from events.calendars import calendar_response
from events.models import EventPage
from hub.dates import format_day
from hub.feeds import FEED_SIZE, Head, entries_for, feed, xml_text
from hub.feeds import answer as atom
from hub.languages import language_name
from hub.limits import limited
from hub.models.links import readable

from .engines.protocol import Hit, Results
from .finding import answer
from .query import FACETS, PAGE_SIZE, SearchQuery, Sort, When
from .recognition import Concepts
from .vocabulary import fixed_labels, kind_labels

UPCOMING, PAST = 200, 50  # events in a calendar
EVENT = str(EventPage.kind)


def query_of(request: HttpRequest) -> SearchQuery:
    """The query of the results page with the same parameters."""
    language = get_language() or settings.LANGUAGE_CODE
    return SearchQuery.from_parameters(request.GET, language=language, kinds=kind_labels())


def title_of(query: SearchQuery, concepts: Concepts) -> str:
    """What a query asks for, in a few words, so that readers of several searches can tell them apart."""
    names: dict[str, Mapping[str, Any]] = {
        "theme": {slug: theme.label() for slug, theme in concepts.themes.items()},
        "place": {slug: place.label(query.language) for slug, place in concepts.places.items()},
        "organisation": concepts.organisations,
        "language": {code: language_name(code) for code, _name in settings.LANGUAGES},
    }
    parts = [_("Search"), query.text[:60]]
    for facet in FACETS:
        labels = names.get(facet) or fixed_labels(facet)
        parts += [str(labels.get(value, value)) for value in query.values(facet)]
    days = [format_day(day) if day else "" for day in (query.since, query.until)]
    parts.append(" – ".join(days).strip() if any(days) else "")
    return xml_text(" · ".join(filter(None, parts)))


@limited("SEARCHES_PER_MINUTE")
@feed
def search_feed(request: HttpRequest) -> HttpResponse:
    """The works that a query finds, those first published last before the others."""
    query = query_of(request)
    results = answer(replace(query, sort=Sort.NEWEST, page_size=FEED_SIZE, counted=())).results
    shown = replace(query, page=1, page_size=PAGE_SIZE)
    head = Head(
        title=title_of(shown, Concepts(shown, results)),
        url=reverse("search") + shown.address,
        path=request.path,
        parameters=shown.parameters(),
    )
    found = [hit.page_id for hit in results.hits]
    public = set(readable(Page.objects.filter(pk__in=found)).values_list("pk", flat=True))
    entries = entries_for([pk for pk in found if pk in public])
    return atom(request, head, entries, number=query.page, last=max(1, -(-results.total // FEED_SIZE)))


@limited("SEARCHES_PER_MINUTE")
@require_safe
def search_calendar(request: HttpRequest) -> HttpResponse:
    """The events that a query finds: those to come, and the last ones that are over."""
    query = query_of(request)
    hits: list[Hit] = []
    if not query.values("kind") or EVENT in query.values("kind"):
        wanted = query.values("when") or tuple(When.values)
        for when, size in ((When.UPCOMING, UPCOMING), (When.PAST, PAST)):
            if when in wanted:
                events = query.with_values("kind", [EVENT]).with_values("when", [when.value])
                hits += answer(replace(events, sort=Sort.EVENT, page_size=size, counted=())).results.hits
    pages = EventPage.objects.filter(pk__in=[hit.page_id for hit in hits]).for_calendars()
    found = {page.pk: page for page in pages}
    shown = [found[hit.page_id] for hit in hits if hit.page_id in found]
    name = title_of(query, Concepts(query, Results()))
    return calendar_response(request, shown, name=name, file_name="search")


@require_safe
@cache_control(public=True, max_age=86_400)
def opensearch(request: HttpRequest) -> HttpResponse:
    """Tells browsers how the hub is searched (OpenSearch 1.1)."""
    return render(
        request, "search/opensearch.xml", {"base": settings.BASE_URL}, "application/opensearchdescription+xml"
    )
