"""The results page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from events.states import State, happening
from hub.dates import format_day, format_days, format_hours, format_offset, format_zone, is_abroad, last_day
from hub.languages import language_name
from hub.limits import limited
from hub.models import Theme
from hub.trails import Crumb

from .advice import advise
from .engines.protocol import Hit
from .facets import CHART_HEIGHT, CHART_WIDTH, Facet, build_facets
from .finding import Answer, answer
from .pins import Pins, pins_for
from .places import map_of_results
from .query import PAGE_SIZES, SearchQuery, Sort, View
from .recognition import Concepts
from .unanswered import notes
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
    """A hit with the names that a reader sees. `start` and `end` are in the event's own time zone.

    `zone`, in words, and its `offset` from UTC: where clocks show another time than those of the network.
    """

    hit: Hit
    kind_label: Any
    themes: list[Theme]
    language_label: str
    matched_label: str
    start: datetime | None
    end: datetime | None
    state: State | None
    days: str
    hours: str
    zone: str
    offset: str
    versions: list[Link]
    is_closed: bool


@limited("SEARCHES_PER_MINUTE")
def results(request: HttpRequest) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    kinds = kind_labels()
    query = SearchQuery.from_parameters(request.GET, language=language, kinds=kinds)
    found = answer(query)
    asked, total = found.asked, found.results.total
    pins = pins_for(asked)
    concepts = Concepts(asked, found.results)
    facets = build_facets(query, found.results, concepts)
    unknown = list(dict.fromkeys([*query.unknown, *concepts.unknown(query)]))
    pages = max(1, -(-total // query.page_size))
    _keep_note(request, found, pins)
    return render(
        request,
        "search/results.html",
        {
            "trail": [Crumb(_("Search"), reverse("search"))],
            "description": _("Search news, events, hubs, platforms and their documents in all languages."),
            "query": query,
            "results": found.results,
            "rows": [_row(hit, asked, concepts, kinds) for hit in pins.without_pinned(found.results.hits)],
            "pinned": [_row(hit, asked, concepts, kinds) for hit in pins.hits] if query.page == 1 else [],
            "pinned_external": pins.external if query.page == 1 else (),
            "correction": found.correction,
            "as_typed_url": query.as_typed().address,
            "also": found.also,
            "also_url": replace(query, text=found.also.text, exact=False, page=1).address if found.also else "",
            "also_rows": [_row(hit, asked, concepts, kinds) for hit in found.also_results.hits]
            if found.also_results
            else [],
            "advice": advise(found, concepts),
            "facets": facets,
            "chosen": _chosen(query, facets),
            "unknown": [UNKNOWN[name] % {"value": value} for name, value in unknown],
            "sorts": [
                Link(label, query.sorted_by(value).address, value == query.sort) for value, label in Sort.choices
            ],
            "sizes": [Link(size, query.sized(size).address, size == query.page_size) for size in PAGE_SIZES]
            if total > PAGE_SIZES[0]
            else [],
            "views": [Link(label, query.viewed(value).address, value == query.view) for value, label in View.choices],
            "map": map_of_results(query, found.results, concepts.known_places) if query.view == View.MAP else None,
            # Other words are looked for without the corrections that this text was refused.
            "kept": replace(query, page=1, text="", exact=False, typing=False).parameters(),
            "kept_with_period": [
                pair for pair in replace(query, page=1).parameters() if pair[0] not in ("from", "to")
            ],
            "page_links": _page_links(query, pages),
            "previous_url": query.at_page(min(query.page - 1, pages)).address if query.page > 1 else "",
            "next_url": query.at_page(query.page + 1).address if query.page < pages else "",
            "first_number": query.offset + 1,
            "first_page_url": query.at_page(1).address,
            "without_filters_url": query.without_filters().address,
            "chart": (CHART_WIDTH, CHART_HEIGHT),
        },
    )


def _keep_note(request: HttpRequest, found: Answer, pins: Pins) -> None:
    """For the editors: words that found nothing though no filter kept anything out, and how often pins were shown."""
    query = found.query
    if request.method != "GET" or query.page > 1 or query.typing or found.results.simpler:
        return
    for query_id in pins.query_ids:
        notes.pinned(query_id)
    if query.text and not found.results.total and not pins and not query.is_filtered:
        notes.unanswered(query)


def _row(hit: Hit, query: SearchQuery, concepts: Concepts, kinds: dict[str, Any]) -> Row:
    start, end, days, hours, zone, offset = None, None, "", "", "", ""
    if hit.start and hit.end:
        start, end = (moment.astimezone(ZoneInfo(hit.timezone)) for moment in (hit.start, hit.end))
        days = format_days(start, last_day(start, end))
        hours = "" if hit.all_day else format_hours(start, end)
        if hours and is_abroad(start):
            zone, offset = format_zone(start), format_offset(start)
    return Row(
        hit=hit,
        kind_label=kinds.get(hit.kind, hit.kind),
        themes=[concepts.themes[slug] for slug in hit.themes if slug in concepts.themes],
        language_label=language_name(hit.language) if hit.language != query.language else "",
        matched_label=language_name(hit.matched_language) if hit.matched_language != hit.language else "",
        start=start,
        end=end,
        state=happening(hit.status, hit.start, hit.end) if hit.start else None,
        days=days,
        hours=hours,
        zone=zone,
        offset=offset,
        versions=[Link(code, url) for code, url in hit.versions.items() if code != hit.language],
        is_closed=bool(hit.deadline and hit.deadline < timezone.localdate()),
    )


def _chosen(query: SearchQuery, facets: list[Facet]) -> list[Link]:
    """Every filter in use, known or not, with the address that takes it away."""
    chosen = [
        Link(f"{facet.label}: {value.label}", value.url)
        for facet in facets
        if facet.name != "year"
        for value in facet.everything
        if value.selected
    ]
    named = {(facet.name, value.value) for facet in facets for value in facet.everything}
    chosen += [
        Link(f"{FACET_LABELS[name]}: {value}", query.toggled(name, value).address)
        for name, values in query.filters.items()
        for value in values
        if (name, value) not in named
    ]
    if years := query.years:
        period = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        chosen.append(Link(f"{FACET_LABELS['year']}: {period}", query.in_period(None, None).address))
        return chosen
    if query.since:
        label = _("From %(day)s") % {"day": format_day(query.since)}
        chosen.append(Link(label, query.in_period(None, query.until).address))
    if query.until:
        label = _("Until %(day)s") % {"day": format_day(query.until)}
        chosen.append(Link(label, query.in_period(query.since, None).address))
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
