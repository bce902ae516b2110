"""Works that are like another, and words that are nearly what was typed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from .analysis import stem_parts, words
from .hits import text_in
from .index_documents import TEXT
from .plan import Boolean, Clause, Constant, OneOf, Token
from .works import WorkText

TELLING_WORDS = 20
THEME_SCORE, PLACE_SCORE = 4.0, 2.0


type Frequencies = Callable[[str, Sequence[str]], Mapping[str, int]]


def like(work: dict[str, Any], language: str, without: Sequence[Clause], frequencies: Frequencies) -> Clause:
    """Works with the themes, places and telling words of `work` (as an engine stored it), without itself and some.

    `frequencies(field, tokens)` says how many works of the index have each token.
    """
    text = text_in([WorkText(**each) for each in work["texts"]], language)
    field = f"{TEXT}_{text.language}"
    telling = telling_words(text, lambda tokens: frequencies(field, tokens))
    likes: list[Clause] = [Token(field, stem) for stem in telling]
    likes += [Constant(OneOf("theme", (slug,)), THEME_SCORE) for slug in work["own_themes"]]
    likes += [Constant(OneOf("place", (slug,)), PLACE_SCORE) for slug in work["places"]]
    return Boolean(must=(Boolean(should=tuple(likes)),), must_not=(OneOf("key", (work["key"],)), *without))


def telling_words(text: WorkText, frequencies: Callable[[Sequence[str]], Mapping[str, int]]) -> list[str]:
    """The stems that tell most about a text: frequent in it, rare elsewhere."""
    counts: Counter[str] = Counter()
    for word, times in Counter(words(f"{text.title} {text.title} {text.lead} {text.body}"[:20_000])).items():
        for stem in _long_stems(word, text.language):
            counts[stem] += times
    frequent = [stem for stem, _times in counts.most_common(5 * TELLING_WORDS)]
    elsewhere = frequencies(frequent) if frequent else {}
    return sorted(frequent, key=lambda stem: -counts[stem] / (1 + elsewhere.get(stem, 0)))[:TELLING_WORDS]


@lru_cache(maxsize=20_000)
def _long_stems(word: str, language: str) -> tuple[str, ...]:
    return tuple(stem for stem in stem_parts(word, language) if len(stem) > 3)


def furthest(word: str) -> int:
    """How many letters a word may differ in and still be taken for a slip of the finger."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def near(word: str, terms: Mapping[str, Mapping[str, int]], language: str, limit: int) -> list[tuple[str, int]]:
    """What `Engine.near_words` answers, from the words of each language and how many works have them."""
    counts: dict[str, int] = {}
    own: set[str] = set()
    distance = furthest(word)
    for code, known in terms.items():
        if not distance:
            break
        close = process.extract(word, list(known), scorer=OSA.distance, score_cutoff=distance, limit=None)
        for other, steps, _at in close:
            if steps and other[:1] == word[:1]:
                counts[other] = counts.get(other, 0) + known[other]
                if code == language:
                    own.add(other)
    ordered = sorted(counts, key=lambda other: (other not in own, -counts[other], other))
    return [(other, counts[other]) for other in ordered[:limit]]
