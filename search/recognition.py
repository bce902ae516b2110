"""Concepts: the names that a results page needs, and those that stand in what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import override

from hub.models import Organisation, Theme

from .engines.protocol import Results
from .names import Concept, NameIndex, Names, current_names
from .query import SearchQuery

LONGEST_NAME = 8
MOST_THEMES = 3
MOST_PLACES = 2

# The values of a facet that a page shows, by the number of works; a network may have thousands of places.
MOST_VALUES = 50


class Concepts:
    """Names of the themes, places and organisations that a query and its results have. Two queries of the database.

    `named_themes` and `named_places` are slugs of what is named in the words of the query, in any language, whole or
    in part: in “digital transformation in Lyon” a theme and a city.
    """

    def __init__(self, query: SearchQuery, results: Results) -> None:
        names = current_names()
        known = _by_words(names)
        self.themes = _themes(names, query.language or settings.LANGUAGE_CODE)
        typed = Typed(query)
        self.named_themes = [slug for slug in typed.named(known.themes) if slug in self.themes][:MOST_THEMES]
        self.named_places = typed.named(known.places)[:MOST_PLACES]
        shown = {*query.values("place"), *most_frequent(results.facets.get("place", {})), *self.named_places}
        self.known_places = known.place_by_slug
        self.places = {slug: concept for slug, concept in known.place_by_slug.items() if slug in shown}
        wanted = {*query.values("organisation"), *most_frequent(results.facets.get("organisation", {}))}
        organisations = Organisation.objects.filter(slug__in=wanted).order_by() if wanted else ()
        self.organisations: dict[str, str] = {each.slug: each.name for each in organisations}

    def unknown(self, query: SearchQuery) -> list[tuple[str, str]]:
        """Values of the query that no concept has."""
        known: dict[str, Mapping[str, Any]] = {
            "theme": self.themes,
            "place": self.places,
            "organisation": self.organisations,
        }
        return [(name, value) for name, slugs in known.items() for value in query.values(name) if value not in slugs]

    def near(self, slugs: Iterable[str]) -> list[Theme]:
        """The themes above, beside and below some themes, in this order."""
        chosen = [self.themes[slug] for slug in slugs if slug in self.themes]
        ids = {theme.pk for theme in chosen}
        above = {theme.parent_id for theme in chosen if theme.parent_id}
        found = [theme for theme in self.themes.values() if theme.pk in above]
        found += [theme for theme in self.themes.values() if theme.parent_id in above]
        found += [theme for theme in self.themes.values() if theme.parent_id in ids]
        return [theme for theme in dict.fromkeys(found) if theme.pk not in ids]


class Typed:
    """The words of a query that are not excluded, to find names in."""

    def __init__(self, query: SearchQuery) -> None:
        words = [token for term in query.wanted for token in term.tokens]
        self.spans: dict[tuple[str, ...], range] = {}
        for length in range(1, min(LONGEST_NAME, len(words)) + 1):
            for start in range(len(words) - length + 1):
                self.spans.setdefault(tuple(words[start : start + length]), range(start, start + length))

    def __bool__(self) -> bool:
        return bool(self.spans)

    def named(self, names: Mapping[tuple[str, ...], Sequence[str]]) -> list[str]:
        """Of names those that were typed, as slugs: the longest first, no word in two of them.

        Two concepts may have the same name.
        """
        found = sorted((span for words, span in self.spans.items() if words in names), key=len, reverse=True)
        words_at = {span: words for words, span in self.spans.items()}
        taken: set[int] = set()
        slugs: list[str] = []
        for span in found:
            if not taken.intersection(span):
                taken.update(span)
                slugs += names[words_at[span]]
        return list(dict.fromkeys(slugs))


@dataclass(frozen=True)
class KnownNames:
    """Slugs by the words of their names, and places by their slugs."""

    themes: Mapping[tuple[str, ...], Sequence[str]]
    places: Mapping[tuple[str, ...], Sequence[str]]
    place_by_slug: Mapping[str, Concept]


@lru_cache(maxsize=64)
def _themes(names: Names, language: str) -> Mapping[str, Theme]:
    """All themes by their slugs, parents before children, named in a language. Read again when `names` are."""
    with override(language):
        return {theme.slug: theme for theme in Theme.objects.named().in_tree_order()}


@lru_cache(maxsize=2)
def _by_words(names: Names) -> KnownNames:
    def slugs(index: NameIndex) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = {}
        for name in index.names:
            if name.words and name.concept.slug not in found.setdefault(name.words, []):
                found[name.words].append(name.concept.slug)
        return found

    return KnownNames(
        slugs(names.themes), slugs(names.places), {name.concept.slug: name.concept for name in names.places.names}
    )


def most_frequent(counts: Mapping[str, int]) -> Sequence[str]:
    """The values of a facet with the most works, as many as a page shows."""
    return sorted(counts, key=lambda value: -counts[value])[:MOST_VALUES]
