"""The facets of a results page: names, counts, and the address that each value leads to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings

from hub.languages import language_name
from hub.models import Organisation, Place, Theme

from .analysis import folded_words
from .engines.protocol import Results
from .query import FACETS, SearchQuery
from .vocabulary import FACET_LABELS, fixed_labels

UNFOLDED = 8


@dataclass(frozen=True)
class Value:
    """A value of a facet. `count` is None where the engine did not count; `url` adds the value or takes it away."""

    label: str
    value: str
    count: int | None
    selected: bool
    url: str
    depth: int = 0


@dataclass(frozen=True)
class Facet:
    name: str
    label: Any
    values: list[Value] = field(default_factory=list)

    @property
    def shown(self) -> list[Value]:
        """The first values, and those that are selected."""
        return [value for number, value in enumerate(self.values) if number < UNFOLDED or value.selected]

    @property
    def folded(self) -> list[Value]:
        shown = self.shown
        return [value for value in self.values if value not in shown]

    @property
    def has_selection(self) -> bool:
        return any(value.selected for value in self.values)


class Concepts:
    """Names of the themes, places and organisations that a query and its results have. Five queries at most."""

    def __init__(self, query: SearchQuery, results: Results) -> None:
        self.themes: dict[str, Theme] = {theme.slug: theme for theme in Theme.objects.named().tree()}
        self.places = _by_slug(Place.objects.with_names(), _slugs("place", query, results))
        self.organisations = _by_slug(Organisation.objects.all(), _slugs("organisation", query, results))

    def labels(self, facet: str) -> dict[str, str]:
        concepts: dict[str, Mapping[str, Any]] = {
            "theme": self.themes,
            "place": self.places,
            "organisation": self.organisations,
        }
        return {slug: concept.label() for slug, concept in concepts[facet].items()}

    def unknown(self, query: SearchQuery) -> list[tuple[str, str]]:
        """Values of the query that no concept has."""
        known = {"theme": self.themes, "place": self.places, "organisation": self.organisations}
        return [(name, value) for name, slugs in known.items() for value in query.values(name) if value not in slugs]

    def named(self, text: str) -> list[Theme]:
        """Themes that have the text as a label or another name, in any language; case and diacritics do not count."""
        typed = folded_words(text)
        if not typed:
            return []
        return [
            theme
            for theme in self.themes.values()
            if any(
                folded_words(name) == typed for row in theme.labels.all() for name in (row.label, *row.alternatives)
            )
        ]


def _by_slug(concepts: Any, slugs: Iterable[str]) -> dict[str, Any]:
    wanted = set(slugs)
    return {concept.slug: concept for concept in concepts.filter(slug__in=wanted)} if wanted else {}


def _slugs(facet: str, query: SearchQuery, results: Results) -> set[str]:
    return {*query.values(facet), *results.facets.get(facet, ())}


def build_facets(query: SearchQuery, results: Results, concepts: Concepts) -> list[Facet]:
    """Facets that have something to offer, in their order. Zero counts disappear, selected values never do."""
    facets = [Facet(name, FACET_LABELS[name], _values(name, query, results, concepts)) for name in FACETS]
    facets.append(Facet("year", FACET_LABELS["year"], _years(query, results)))
    return [facet for facet in facets if facet.has_selection or _narrows(facet, results)]


def _narrows(facet: Facet, results: Results) -> bool:
    """Whether a value would leave out some of the results."""
    return len(facet.values) > 1 or any(value.count != results.total for value in facet.values)


def _values(name: str, query: SearchQuery, results: Results, concepts: Concepts) -> list[Value]:
    counts, selected = results.facets.get(name, {}), query.values(name)
    labels, depths = _labels(name, counts, selected, concepts)
    values = [
        Value(
            str(label),
            value,
            None if results.simpler else counts.get(value, 0),
            value in selected,
            query.toggled(name, value).address,
            depths.get(value, 0),
        )
        for value, label in labels.items()
        if value in selected or counts.get(value)
    ]
    if name in ("place", "organisation", "language"):
        values.sort(key=lambda value: (-(value.count or 0), value.label.casefold()))
    return values


def _labels(
    name: str, counts: Iterable[str], selected: Iterable[str], concepts: Concepts
) -> tuple[dict[str, Any], dict[str, int]]:
    """Names of the values of a facet in their order, and their depth in a tree. A value unknown to all has no name."""
    if name == "theme":
        return concepts.labels(name), {slug: theme.depth for slug, theme in concepts.themes.items()}
    if name in ("place", "organisation"):
        return concepts.labels(name), {}
    if name == "language":
        return {code: language_name(code) for code, _name in settings.LANGUAGES}, {}
    return fixed_labels(name), {}


def _years(query: SearchQuery, results: Results) -> list[Value]:
    values = []
    for year in sorted({*results.facets.get("year", ()), *([selected] if (selected := _year(query)) else [])}):
        first, last = date(int(year), 1, 1), date(int(year), 12, 31)
        chosen = year == selected
        period = replace(query, since=None if chosen else first, until=None if chosen else last, page=1)
        count = None if results.simpler else results.facets.get("year", {}).get(year, 0)
        values.append(Value(year, year, count, chosen, period.address))
    return values[::-1]


def _year(query: SearchQuery) -> str:
    """The year that the period of the query is, if it is one."""
    if query.since and query.until and (query.since.year, query.until.year) == (query.until.year, query.since.year):
        whole = (query.since.month, query.since.day, query.until.month, query.until.day) == (1, 1, 12, 31)
        return str(query.since.year) if whole else ""
    return ""
