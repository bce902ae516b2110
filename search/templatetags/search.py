"""What pages ask of search, without knowing it: ways to follow results, and works to read on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django import template
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from hub.remembering import facts

from .. import read_on
from ..beside import beside
from ..development import development as development_of
from ..engines import get_engine
from ..finding import elsewhere
from ..query import PAGE_SIZE, SearchQuery, View
from ..vocabulary import kind_labels

register = template.Library()


class Follow(NamedTuple):
    """Addresses of a search as a feed and as a calendar."""

    feed: str
    calendar: str


@register.simple_tag
def search_addresses(query: SearchQuery) -> Follow:
    parameters = replace(query, page=1, page_size=PAGE_SIZE, view=View.LIST).address
    return Follow(reverse("search_feed") + parameters, reverse("search_calendar") + parameters)


@register.simple_tag
def works_to_read_on(page: Any, picks: Iterable[Any], sections: Iterable[Any] = ()) -> list[Any]:
    """The editors' picks, then works that are like the page. What `sections` show of it is left out."""
    shown = [page for section in sections or () for page in section.pages]
    return read_on.works_to_read_on(page, list(picks or ()), shown)


@register.simple_tag
def similar_works(page: Any, picks: Iterable[Any], sections: Iterable[Any] = ()) -> list[Any]:
    """Works that are like a page which shows its picks elsewhere."""
    shown = [page for section in sections or () for page in section.pages]
    return read_on.similar_works(page, [*(picks or ()), *shown])


@register.inclusion_tag("search/includes/development.html")
def development(theme: Any, language: str) -> dict[str, Any]:
    return {"years": development_of(theme.slug, language), "theme": theme}


@register.simple_tag
def theme_counts() -> Mapping[str, int]:
    """How many works there are in the reader's language under each theme, by slug. Empty while the index is away."""
    language = get_language() or ""
    query = SearchQuery(language=language, filters={"language": (language,)}, page_size=0, counted=("theme",))
    results = beside(get_engine().search, query)
    return results.facets.get("theme", {}) if results else {}


@register.simple_tag
def works_elsewhere(address: str) -> int:
    """How many works a search finds that the reader's language does not have. 0 while the index is away.

    `address` is that of its results, with kinds or other filters.
    """
    language = get_language() or ""
    known, key = facts(), (works_elsewhere, language, address)
    if known is not None and key in known:
        return int(known[key])
    query = SearchQuery.from_parameters(QueryDict(urlsplit(address).query), language=language, kinds=kind_labels())
    number = beside(elsewhere, query)
    if known is not None and number is not None:
        known[key] = number
    return number or 0


@register.filter
def of(counts: Mapping[str, int], name: str) -> int:
    return counts.get(name, 0)
