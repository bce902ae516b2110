"""The facets of a results page: names, counts, and the address that each value leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from hub.languages import language_name
from hub.templatetags.hub import number

from .engines.protocol import Results
from .query import FACETS, SearchQuery
from .recognition import Concepts
from .vocabulary import FACET_LABELS, fixed_labels

UNFOLDED = 8

# The drawing of years, in units of its view box.
CHART_WIDTH, CHART_HEIGHT = 256, 56
MOST_BARS = 64


@dataclass(frozen=True)
class Value:
    """A value of a facet. `count` is None where the engine did not count; `url` adds the value or takes it away.

    `below` holds narrower values, in the order of a tree, each with its `depth` below this one. They are folded unless
    one of them is selected; `below_label` says how many they are.
    """

    label: str
    value: str
    count: int | None
    selected: bool
    url: str
    depth: int = 0
    below: Sequence[Value] = ()
    below_label: str = ""

    @property
    def link(self) -> SafeString:
        """As HTML. A page has up to two hundred values, for which a template needs longer than the search itself."""
        current = SafeString(' aria-current="true"') if self.selected else ""
        amount = "" if self.count is None else format_html('\u00a0<span class="amount">{}</span>', number(self.count))
        return format_html('<a href="{}"{} rel="nofollow">{}{}</a>', self.url, current, self.label, amount)

    @property
    def is_open(self) -> bool:
        return self.selected or any(value.selected for value in self.below)


@dataclass(frozen=True)
class Bar:
    """A year in the drawing: where it stands, how high it is, and how wide its place is, as SVG writes numbers."""

    year: Value
    x: str
    y: str
    width: str
    height: str
    place: str


@dataclass(frozen=True)
class Facet:
    """`rare` is the number of values that are not listed, because a page lists the most frequent ones only."""

    name: str
    label: Any
    values: list[Value] = field(default_factory=list)
    bars: Sequence[Bar] = ()
    rare: int = 0

    @property
    def shown(self) -> list[Value]:
        """The first values, and those that are selected."""
        return [value for number, value in enumerate(self.values) if number < UNFOLDED or value.is_open]

    @property
    def folded(self) -> list[Value]:
        return [value for number, value in enumerate(self.values) if number >= UNFOLDED and not value.is_open]

    @property
    def everything(self) -> list[Value]:
        return [each for value in self.values for each in (value, *value.below)]

    @property
    def first_drawn(self) -> str:
        return self.bars[0].year.label

    @property
    def last_drawn(self) -> str:
        return self.bars[-1].year.label

    @property
    def has_selection(self) -> bool:
        return any(value.selected for value in self.everything)


def build_facets(query: SearchQuery, results: Results, concepts: Concepts) -> list[Facet]:
    """Facets that have something to offer, in their order. Zero counts disappear, selected values never do."""
    facets = [_facet(name, query, results, concepts) for name in FACETS]
    years = _years(query, results)
    facets.append(Facet("year", FACET_LABELS["year"], years, bars(years)))
    return [facet for facet in facets if facet.has_selection or _narrows(facet, results)]


def _facet(name: str, query: SearchQuery, results: Results, concepts: Concepts) -> Facet:
    facet = Facet(name, FACET_LABELS[name], _values(name, query, results, concepts))
    if name not in ("place", "organisation"):
        return facet
    listed = {value.value for value in facet.everything}
    return replace(facet, rare=sum(1 for value in results.facets.get(name, {}) if value not in listed))


def _narrows(facet: Facet, results: Results) -> bool:
    """Whether a value would leave out some of the results."""
    return any(value.count != results.total for value in facet.everything)


def _values(name: str, query: SearchQuery, results: Results, concepts: Concepts) -> list[Value]:
    counts, selected = results.facets.get(name, {}), query.values(name)
    adding = query.adding(name)

    def value_of(value: str, label: Any) -> Value | None:
        if not (value in selected or counts.get(value)):
            return None
        count = None if results.simpler else counts.get(value, 0)
        url = query.toggled(name, value).address if value in selected else adding(value)
        return Value(str(label), value, count, value in selected, url)

    if name == "theme":
        return _themes(concepts, value_of)
    if name == "place":
        return _places(concepts, query.language, value_of)
    if name == "organisation":
        return _by_count(map(value_of, concepts.organisations, concepts.organisations.values()))
    if name == "language":
        return _by_count(value_of(code, language_name(code)) for code, _name in settings.LANGUAGES)
    return [value for each, label in fixed_labels(name).items() if (value := value_of(each, label))]


type ValueMaker = Callable[[str, Any], Value | None]


def _themes(concepts: Concepts, value_of: ValueMaker) -> list[Value]:
    """Main themes with those below them. A theme stands under the next one above it that is shown."""
    trees: list[tuple[Value, list[Value]]] = []
    # How deep in the vocabulary the theme before and the shown ones above it are.
    line: list[int] = []
    for theme in concepts.themes.values():
        while line and line[-1] >= theme.depth:
            line.pop()
        value = value_of(theme.slug, theme.label())
        if not value:
            continue
        line.append(theme.depth)
        if len(line) == 1:
            trees.append((value, []))
        else:
            trees[-1][1].append(replace(value, depth=len(line) - 2))
    return [_with_narrower(top, below) for top, below in trees]


def _with_narrower(theme: Value, below: Sequence[Value]) -> Value:
    said = ngettext("%(amount)s narrower", "%(amount)s narrower", len(below))
    return replace(theme, below=below, below_label=said % {"amount": number(len(below))}) if below else theme


def _places(concepts: Concepts, language: str, value_of: ValueMaker) -> list[Value]:
    """Countries with their cities, by the number of works. A city whose country is not shown stands for itself."""
    values = [
        (place, value) for place in concepts.places.values() if (value := value_of(place.slug, place.label(language)))
    ]
    countries = {place.country for place, _value in values if place.is_country}
    cities: dict[str, list[Value]] = {}
    for place, value in values:
        if not place.is_country:
            cities.setdefault(place.country, []).append(value)
    tops = [
        _with_cities(value, _by_count(cities.get(place.country, ()))) if place.is_country else value
        for place, value in values
        if place.is_country or place.country not in countries
    ]
    return _by_count(tops)


def _with_cities(country: Value, cities: Sequence[Value]) -> Value:
    said = ngettext("%(amount)s city", "%(amount)s cities", len(cities))
    return replace(country, below=cities, below_label=said % {"amount": number(len(cities))}) if cities else country


def _by_count(values: Iterable[Value | None]) -> list[Value]:
    return sorted(filter(None, values), key=lambda value: (-(value.count or 0), value.label.casefold()))


def _years(query: SearchQuery, results: Results) -> list[Value]:
    """The years, the latest first."""
    counts, chosen = results.facets.get("year", {}), query.years
    # A long period is told by its first and last year.
    ends = {str(year) for year in (*chosen[:1], *chosen[-1:])}
    return [
        Value(
            year,
            year,
            None if results.simpler else counts.get(year, 0),
            int(year) in chosen,
            query.toggled_year(int(year)).address,
        )
        for year in sorted({*counts, *ends}, key=int, reverse=True)
    ]


def bars(years: Sequence[Value]) -> list[Bar]:
    """The drawing of the years, in their order; years without works are gaps. Nothing to compare is not drawn."""
    by_year = {int(value.value): value for value in years if value.count}
    if len(by_year) < 2:
        return []
    last = max(by_year)
    first = max(min(by_year), last - MOST_BARS + 1)
    place = CHART_WIDTH / (last - first + 1)
    highest = max(value.count or 0 for value in by_year.values())
    drawn: list[Bar] = []
    for year in sorted(by_year):
        if year >= first:
            value = by_year[year]
            height = max(2.0, (value.count or 0) / highest * CHART_HEIGHT)
            drawn.append(
                Bar(
                    year=value,
                    x=f"{(year - first) * place:.1f}",
                    y=f"{CHART_HEIGHT - height:.1f}",
                    width=f"{max(1.0, place - 2):.1f}",
                    height=f"{height:.1f}",
                    place=f"{place:.1f}",
                )
            )
    return drawn
