"""The results page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hub.dates import format_day, format_days, format_hours, last_day
from hub.languages import language_name
from hub.models import Theme

from .engines.protocol import Hit
from .facets import Concepts, build_facets
from .finding import find
from .query import SearchQuery, Sort
from .vocabulary import FACET_LABELS, UNKNOWN, kind_labels

PAGES_AROUND = 2


@dataclass(frozen=True)
class Link:
    """A word that leads somewhere; `current` for the one the reader is at."""

    label: Any
    url: str
    current: bool = False


@dataclass(frozen=True)
class Row:
    """A hit with the names that a reader sees. `start` is in the event's own time zone."""

    hit: Hit
    kind_label: Any
    themes: list[Theme]
    language_label: str
    matched_label: str
    start: datetime | None
    days: str
    hours: str
    versions: list[Link]
    is_closed: bool


def results(request: HttpRequest) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    kinds = kind_labels()
    query = SearchQuery.from_parameters(request.GET, language=language, kinds=kinds)
    found = find(query)
    concepts = Concepts(query, found)
    facets = build_facets(query, found, concepts)
    unknown = list(dict.fromkeys([*query.unknown, *concepts.unknown(query)]))
    pages = max(1, -(-found.total // query.page_size))
    return render(
        request,
        "search/results.html",
        {
            "query": query,
            "results": found,
            "rows": [_row(hit, query, concepts, kinds) for hit in found.hits],
            "facets": facets,
            "chosen": _chosen(query, facets),
            "unknown": [UNKNOWN[name] % {"value": value} for name, value in unknown],
            "offered": concepts.named(query.text),
            "sorts": [
                Link(label, query.sorted_by(value).address, value == query.sort) for value, label in Sort.choices
            ],
            "kept": replace(query, page=1, text="").parameters(),
            "page_links": _page_links(query, pages),
            "previous_url": query.at_page(min(query.page - 1, pages)).address if query.page > 1 else "",
            "next_url": query.at_page(query.page + 1).address if query.page < pages else "",
            "first_number": query.offset + 1,
            "first_page_url": query.at_page(1).address,
            "without_filters_url": SearchQuery(text=query.text, language=language).address,
        },
    )


def _row(hit: Hit, query: SearchQuery, concepts: Concepts, kinds: dict[str, Any]) -> Row:
    start, days, hours = None, "", ""
    if hit.start and hit.end:
        start, end = (moment.astimezone(ZoneInfo(hit.timezone)) for moment in (hit.start, hit.end))
        days = format_days(start, last_day(start, end))
        hours = "" if hit.all_day else format_hours(start, end)
    return Row(
        hit=hit,
        kind_label=kinds.get(hit.kind, hit.kind),
        themes=[concepts.themes[slug] for slug in hit.themes if slug in concepts.themes],
        language_label=language_name(hit.language) if hit.language != query.language else "",
        matched_label=language_name(hit.matched_language) if hit.matched_language != hit.language else "",
        start=start,
        days=days,
        hours=hours,
        versions=[Link(code, url) for code, url in hit.versions.items() if code != hit.language],
        is_closed=bool(hit.deadline and hit.deadline < timezone.localdate()),
    )


def _chosen(query: SearchQuery, facets: list[Any]) -> list[Link]:
    """Every filter in use, known or not, with the address that takes it away."""
    chosen = [
        Link(f"{facet.label}: {value.label}", value.url)
        for facet in facets
        for value in facet.values
        if value.selected
    ]
    named = {(facet.name, value.value) for facet in facets for value in facet.values}
    chosen += [
        Link(f"{FACET_LABELS[name]}: {value}", query.toggled(name, value).address)
        for name, values in query.filters.items()
        for value in values
        if (name, value) not in named
    ]
    if not any(facet.name == "year" and facet.has_selection for facet in facets):
        if query.since:
            label = _("From %(day)s") % {"day": format_day(query.since)}
            chosen.append(Link(label, replace(query, since=None, page=1).address))
        if query.until:
            label = _("Until %(day)s") % {"day": format_day(query.until)}
            chosen.append(Link(label, replace(query, until=None, page=1).address))
    return chosen


def _page_links(query: SearchQuery, pages: int) -> list[Link]:
    """The first and last page and those around the current one; an empty link stands for a gap."""
    if pages == 1:
        return []
    near = range(query.page - PAGES_AROUND, query.page + PAGES_AROUND + 1)
    numbers = sorted({1, pages, *(number for number in near if 1 <= number <= pages)})
    links: list[Link] = []
    for number in numbers:
        if links and number - int(links[-1].label) > 1:
            links.append(Link(number - 1, ""))
        links.append(Link(number, query.at_page(number).address, number == query.page))
    return links
