"""Works in 24 languages, of any number, the same for the same seed.

Words come by their real frequencies from wordfreq (Apache-2.0), up to 60,000 a language; for Estonian, Irish and
Maltese, which it lacks, from the names that CLDR has in them and the interface texts of Django, by rank. A work exists
in one language (60 %), two (25 %) or three; a text has a title of 7 words, a lead of 25 and a body of about 150. Four
works in ten are older than five years; one in five is an event. Themes, places and organisations are as unevenly used
as they are in life.
"""

from __future__ import annotations

import gettext
import itertools
import random
import re
import uuid
from bisect import bisect
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from babel import Locale
from wordfreq import get_frequency_dict

from search.works import EventTimes, WorkDocument, WorkText

LANGUAGES = tuple("bg cs da de el en es et fi fr ga hr hu it lt lv mt nl pl pt ro sk sl sv".split())
WITHOUT_FREQUENCIES = ("et", "ga", "mt")
VOCABULARY = 60_000
THEMES, PLACES, ORGANISATIONS = 60, 400, 2_000
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Vocabulary:
    """Words of a language that are drawn as often as people write them."""

    def __init__(self, language: str) -> None:
        frequencies = _frequencies(language)
        self.words = sorted(frequencies, key=lambda word: (-frequencies[word], word))[:VOCABULARY]
        self._sums = list(itertools.accumulate(frequencies[word] for word in self.words))

    def text(self, chance: random.Random, words: int) -> str:
        drawn = (self._sums[-1] * chance.random() for _ in range(words))
        return " ".join(self.words[min(bisect(self._sums, at), len(self.words) - 1)] for at in drawn)

    def telling(self, chance: random.Random) -> str:
        """A word that people search for: neither among the most common ones nor among the rarest."""
        return self.words[min(chance.randrange(100, 8_000), len(self.words) - 1)]


def _frequencies(language: str) -> dict[str, float]:
    if language not in WITHOUT_FREQUENCIES:
        found = get_frequency_dict(language, "best")
        return {word: share for word, share in found.items() if word.isalpha() and len(word) < 40}
    locale = Locale(language)
    texts = [*locale.territories.values(), *locale.languages.values(), *locale.currencies.values()]
    for catalog in Path(django.__file__).parent.glob(f"**/locale/{language}/LC_MESSAGES/django.mo"):
        with catalog.open("rb") as file:
            texts += [text for text in gettext.GNUTranslations(file)._catalog.values() if isinstance(text, str)]
    counts: dict[str, float] = {}
    for word in re.findall(r"[^\W\d_]+", " ".join(texts).lower()):
        counts[word] = counts.get(word, 0) + 1
    return counts


def _uneven(chance: random.Random, number: int) -> int:
    return int(number * chance.random() ** 2)


class Corpus:
    def __init__(self, seed: int = 1) -> None:
        self.seed = seed
        self.vocabularies = {code: Vocabulary(code) for code in LANGUAGES}

    def works(self, number: int) -> Iterator[WorkDocument]:
        chance = random.Random(self.seed)
        for place in range(number):
            yield self._work(chance, place)

    def _work(self, chance: random.Random, place: int) -> WorkDocument:
        versions = chance.choices((1, 2, 3), (60, 25, 15))[0]
        languages = chance.sample(LANGUAGES, versions)
        theme, city = _uneven(chance, THEMES), _uneven(chance, PLACES)
        age = timedelta(days=chance.choices((chance.randrange(1825), chance.randrange(1825, 5000)), (60, 40))[0])
        published = NOW - age
        event = None
        if chance.random() < 0.2:
            start = published + timedelta(days=chance.randrange(10, 90))
            event = EventTimes(start, start + timedelta(hours=3), start + timedelta(hours=3), "Europe/Berlin")
        return WorkDocument(
            key=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            kind="event" if event else chance.choice(("news", "news", "article", "call", "platform")),
            texts=tuple(self._text(chance, code, place * 4 + rank) for rank, code in enumerate(languages)),
            published=published,
            days=((event.start if event else published).date(),),
            themes=(f"theme-{theme}", f"theme-{theme // 6}-group"),
            own_themes=(f"theme-{theme}",),
            places=(f"city-{city}", f"country-{city // 15}"),
            organisations=(f"organisation-{_uneven(chance, ORGANISATIONS)}",),
            format=chance.choice(("online", "in_person", "hybrid")) if event else "",
            event=event,
        )

    def _text(self, chance: random.Random, code: str, page_id: int) -> WorkText:
        words = self.vocabularies[code]
        return WorkText(
            code,
            page_id,
            f"/{code}/news/{page_id}/",
            words.text(chance, 7).capitalize(),
            words.text(chance, 25).capitalize() + ".",
            words.text(chance, chance.randrange(50, 250)).capitalize() + ".",
        )

    def typed(self, number: int, seed: int = 2) -> list[tuple[str, str]]:
        """What readers type, one to four words of one language, with their language."""
        chance = random.Random(seed)
        found = []
        for _ in range(number):
            code = chance.choice(LANGUAGES)
            count = chance.choices((1, 2, 3, 4), (30, 40, 20, 10))[0]
            words = self.vocabularies[code]
            # People combine a rarer word with more common ones.
            typed = [words.telling(chance)] + [words.text(chance, 1) for _ in range(count - 1)]
            found.append((" ".join(typed), code))
        return found
