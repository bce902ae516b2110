"""What a reader can do where nothing was found, and beside results: other languages, near themes.

Every way out is told with the number of works that it leads to, and those that lead nowhere are left out. Each number
is one call to the engine for a total: one per filter in use and one per word, MOST_CALLS at most, and one for all
themes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hub.languages import language_name
from hub.models import Theme

from .engines import EngineUnavailable, get_engine
from .engines.protocol import Results
from .finding import Answer, count
from .query import FACETS, SearchQuery
from .recognition import Concepts
from .vocabulary import FACET_LABELS

MOST_CALLS = 8
MOST_NEAR = 8


@dataclass(frozen=True, slots=True)
class Way:
    """Where a reader can go on: how many works there are, None if that is not known."""

    label: Any
    url: str
    works: int | None = None


@dataclass(frozen=True, slots=True)
class ThemeOffer:
    theme: Theme
    works: int | None = None


@dataclass(frozen=True)
class Advice:
    """`themes` and `places` were named in the words, `together` has a theme and a place at once.

    The rest is for a reader who found nothing, but `elsewhere`: how many more works there are in other languages than
    the chosen ones.
    """

    themes: Sequence[ThemeOffer] = ()
    places: Sequence[Way] = ()
    together: Way | None = None
    elsewhere: Way | None = None
    without: Sequence[Way] = ()
    unfiltered: Way | None = None
    languages: Sequence[Way] = ()
    words: Sequence[Way] = ()
    near: Sequence[ThemeOffer] = field(default_factory=tuple)


def advise(answer: Answer, concepts: Concepts) -> Advice:
    """Never raises for want of an index: there are fewer offers then, without numbers."""
    query, results = answer.asked, answer.results
    if not results.simpler:
        try:
            return _advise(query, results, concepts)
        except EngineUnavailable:
            pass
    return Advice(
        themes=[ThemeOffer(concepts.themes[slug]) for slug in concepts.named_themes],
        places=[_place(query, slug, concepts, None) for slug in concepts.named_places],
    )


def _advise(query: SearchQuery, results: Results, concepts: Concepts) -> Advice:
    nothing = not results.total
    near = concepts.near([*concepts.named_themes, *query.values("theme")]) if nothing else []
    offered = bool(concepts.named_themes or concepts.named_places or near)
    works = _works_of_concepts(query) if offered else {}
    by_theme, by_place = works.get("theme", {}), works.get("place", {})
    advice = Advice(
        themes=[
            ThemeOffer(concepts.themes[slug], by_theme[slug]) for slug in concepts.named_themes if by_theme.get(slug)
        ],
        places=[_place(query, slug, concepts, by_place[slug]) for slug in concepts.named_places if by_place.get(slug)],
        together=_together(query, concepts),
    )
    if not nothing:
        return replace(advice, elsewhere=_elsewhere(query, results))
    without = _without(query) if not any(name not in FACETS for name, _value in query.unknown) else []
    filters = len(query.filters) + bool(query.since or query.until)
    everything = query.without_filters()
    return replace(
        advice,
        without=without,
        unfiltered=_way("", everything) if filters > 1 and query.text else None,
        languages=[
            Way(language_name(code), query.with_values("language", [code]).address, works)
            for code, works in sorted(results.facets.get("language", {}).items(), key=lambda pair: -pair[1])
            if query.values("language")
        ],
        words=_words_alone(query),
        near=[ThemeOffer(theme, by_theme[theme.slug]) for theme in near if by_theme.get(theme.slug)][:MOST_NEAR],
    )


def _works_of_concepts(query: SearchQuery) -> Any:
    everything = SearchQuery(language=query.language, page_size=0, counted=("theme", "place"), now=query.now)
    return get_engine().search(everything).facets


def _place(query: SearchQuery, slug: str, concepts: Concepts, works: int | None) -> Way:
    chosen = SearchQuery(language=query.language, filters={"place": (slug,)})
    return Way(concepts.places[slug].label(query.language), chosen.address, works)


def _together(query: SearchQuery, concepts: Concepts) -> Way | None:
    """What is about the first named theme and from the first named place."""
    if not (concepts.named_themes and concepts.named_places):
        return None
    theme, place = concepts.named_themes[0], concepts.named_places[0]
    label = f"{concepts.themes[theme].label()} – {concepts.places[place].label(query.language)}"
    return _way(label, SearchQuery(language=query.language, filters={"theme": (theme,), "place": (place,)}))


def _way(label: Any, query: SearchQuery) -> Way | None:
    works = count(query)
    return Way(label, query.address, works) if works else None


def _elsewhere(query: SearchQuery, results: Results) -> Way | None:
    """Works in other languages than the chosen ones, which the filter keeps out."""
    if not query.values("language"):
        return None
    others = query.with_values("language", ())
    more = count(others) - results.total
    return Way("", others.address, more) if more > 0 else None


def _without(query: SearchQuery) -> list[Way]:
    """The query without one of its filters, where that finds something."""
    looser = [(FACET_LABELS[name], query.with_values(name, ())) for name in FACETS if query.values(name)]
    if query.since or query.until:
        looser.append((FACET_LABELS["period"], query.in_period(None, None)))
    ways = [_way(label, other) for label, other in looser[:MOST_CALLS]]
    return sorted(filter(None, ways), key=lambda way: -(way.works or 0))


def _words_alone(query: SearchQuery) -> list[Way]:
    """Each of several words or phrases on its own, with the filters of the query."""
    wanted = query.wanted
    if len(wanted) < 2:
        return []
    ways = []
    for term in wanted[:MOST_CALLS]:
        text = f'"{term.typed}"' if term.exact else term.typed
        ways.append(_way(term.typed, replace(query, text=text, page=1)))
    return [way for way in ways if way]
