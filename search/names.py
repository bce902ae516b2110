"""The names of themes and places in all languages, kept in memory for suggestions.

Kept per process and never stale: every change of a name writes a new version in the same transaction, and who looks a
name up compares versions first, which costs one small query.
"""

from __future__ import annotations

import uuid
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save

from hub.languages import country_name
from hub.marks import colour, mark
from hub.models import Place, PlaceName, Theme, ThemeLabel

from .analysis import folded_words
from .models import Vocabulary


def connect() -> None:
    """Called once, when the app is ready."""
    for model in (Theme, ThemeLabel, Place, PlaceName):
        for signal in (post_save, post_delete):
            signal.connect(name_changed, sender=model)


def name_changed(**kwargs: Any) -> None:
    Vocabulary.changed()


@dataclass(frozen=True)
class Concept:
    """A theme or a place with its label in each language. `rank` gives a theme its mark and colour.

    `position` is a city's latitude and longitude in degrees.
    """

    slug: str
    labels: Mapping[str, str]
    rank: int = 0
    country: str = ""
    is_country: bool = False
    position: tuple[float, float] | None = None

    def label(self, language: str) -> str:
        labels = self.labels
        return labels.get(language) or labels.get(settings.LANGUAGE_CODE) or next(iter(labels.values()), self.slug)

    @property
    def colour(self) -> int:
        return colour(self.rank)

    @property
    def drawing(self) -> str:
        return mark(self.rank)


@dataclass(frozen=True)
class Name:
    """One name of a concept. `language` is empty where the name is that of no language in particular."""

    concept: Concept
    text: str
    language: str
    words: tuple[str, ...]


class NameIndex:
    """Names by the words in them."""

    def __init__(self, names: Iterable[tuple[Concept, str, str]]) -> None:
        self.names: list[Name] = []
        by_word: dict[str, set[int]] = {}
        for concept, text, language in names:
            words = tuple(folded_words(text))
            for word in words:
                by_word.setdefault(word, set()).add(len(self.names))
            self.names.append(Name(concept, text, language, words))
        self._words = sorted(by_word)
        self._by_word = by_word

    def find(self, typed: str, language: str) -> list[Name]:
        """The best name of each concept that has all words of `typed`, the last one as a beginning.

        Names that begin as what was typed come first, then those of `language`, then short ones.
        """
        words = folded_words(typed)
        if not words:
            return []
        *whole, beginning = words
        start = bisect_left(self._words, beginning)
        end = bisect_left(self._words, beginning + "\U0010ffff")
        numbers = set[int]().union(*(self._by_word[word] for word in self._words[start:end]))
        for word in whole:
            numbers &= self._by_word.get(word, set())

        def order(name: Name) -> tuple[bool, bool, int, str]:
            begins = " ".join(name.words).startswith(" ".join(words))
            return (not begins, name.language != language, len(name.text), name.text)

        best: dict[str, Name] = {}
        for name in sorted((self.names[number] for number in numbers), key=order):
            best.setdefault(name.concept.slug, name)
        return list(best.values())


@dataclass(frozen=True)
class Names:
    themes: NameIndex
    places: NameIndex


_kept: tuple[uuid.UUID | None, Names] | None = None


def current_names() -> Names:
    """All names as they are now. One query; four when a name has changed."""
    global _kept
    # Read before the names: these are then of this version, or newer.
    version = Vocabulary.current()
    kept = _kept
    if kept is None or kept[0] != version:
        _kept = kept = (version, Names(NameIndex(_theme_names()), NameIndex(_place_names())))
    return kept[1]


def _theme_names() -> list[tuple[Concept, str, str]]:
    labels: dict[int, list[tuple[str, str, str]]] = {}
    rows = ThemeLabel.objects.order_by("pk").values_list("theme_id", "language", "label", "alternative_labels")
    for theme_id, language, label, alternatives in rows:
        labels.setdefault(theme_id, []).append((language, label, alternatives))
    names: list[tuple[Concept, str, str]] = []
    for theme in Theme.objects.named().order_by("pk"):
        own = labels.get(theme.pk, [])
        concept = Concept(theme.slug, {language: label for language, label, _more in own}, rank=theme.rank)
        for language, label, alternatives in own:
            names += [(concept, text, language) for text in (label, *alternatives.splitlines()) if text.strip()]
    return names


def _place_names() -> list[tuple[Concept, str, str]]:
    rows: dict[int, tuple[str, str, str, str, tuple[float, float] | None, dict[str, str]]] = {}
    fields = ("pk", "slug", "kind", "country", "name", "latitude", "longitude", "names__language", "names__name")
    for pk, slug, kind, country, own, latitude, longitude, language, name in Place.objects.order_by("pk").values_list(
        *fields
    ):
        position = None if latitude is None or longitude is None else (latitude, longitude)
        names = rows.setdefault(pk, (slug, kind, country, own, position, {}))[5]
        if name:
            names[language] = name
    found: list[tuple[Concept, str, str]] = []
    codes = [code for code, _name in settings.LANGUAGES]
    for slug, kind, country, own, position, names in rows.values():
        if kind == Place.Kind.COUNTRY:
            labels = {code: country_name(country, code) for code in codes}
            concept = Concept(slug, labels, country=country, is_country=True)
        else:
            labels = names
            concept = Concept(slug, {code: names.get(code, own) for code in codes}, 0, country, position=position)
            found.append((concept, own, ""))
        found += [(concept, text, language) for language, text in labels.items()]
    return found
