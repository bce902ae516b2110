"""Finds what a reader meant where a typed word is unknown, or nearly so.

A word is doubted if it is plain (not in a phrase, not excluded), has at least SHORTEST letters and no digit, and fewer
than FEW works have it, in any language. It is replaced by a near word of the index that at least TIMES as many works
have. Where the words as typed find nothing, the results are those of the corrected words; where they find a few works,
these are shown and the correction is offered.

Bounded: at most MOST_WORDS words are looked up, and MOST_TRIES combinations of near words tried.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice, product

from rapidfuzz.distance import OSA

from .analysis import fold
from .engines.protocol import Engine, Hit
from .query import SearchQuery, Term

FEW = 3
TIMES = 10
SHORTEST = 4
NEAR = 10
MOST_WORDS = 4
MOST_TRIES = 4
PER_WORD = 3

MARKED = re.compile("<mark>([^<]+)</mark>")


@dataclass(frozen=True, slots=True)
class Correction:
    """The corrected text, and how many works it finds without filters.

    `finds_more_only` says that the words as typed find something too.
    """

    text: str
    total: int
    finds_more_only: bool = False


def corrections(engine: Engine, query: SearchQuery, total: int) -> Correction | None:
    """The correction of a query that found `total` works. Raises EngineUnavailable."""
    if total >= FEW:
        return None
    plain = query.without_filters()
    if query.is_filtered:
        total = engine.search(plain.total_only()).total
        if total >= FEW:
            return None
    doubted: dict[str, list[str]] = {}
    for term in [term for term in query.wanted if _may_be_doubted(term)][:MOST_WORDS]:
        if near := _better_words(engine, term, query.language):
            doubted[term.tokens[0]] = near
    combinations = product(*doubted.values())
    # The best words of each first.
    ranked = sorted(combinations, key=lambda words: sum(map(list.index, doubted.values(), words)))
    for words in islice(ranked if doubted else (), MOST_TRIES):
        changed = plain.respelled(dict(zip(doubted, words, strict=True)))
        found = engine.search(replace(changed.total_only(), page_size=NEAR))
        if found.total > total:
            text = plain.respelled(
                {typed: _as_written(word, found.hits) for typed, word in zip(doubted, words, strict=True)}
            ).text
            return Correction(text, found.total, finds_more_only=bool(total))
    return None


def _may_be_doubted(term: Term) -> bool:
    word = term.tokens[0]
    return (
        not term.exact
        and len(term.tokens) == 1
        and len(word) >= SHORTEST
        and not any(letter.isdigit() for letter in word)
    )


def _better_words(engine: Engine, term: Term, language: str) -> list[str]:
    """Words of the index near a doubtful one, the most alike first; none if the word is fine."""
    own = engine.search(SearchQuery(text=term.typed, language=language).total_only()).total
    if own >= FEW:
        return []
    word = term.tokens[0]
    near = [other for other, works in engine.near_words(word, language, NEAR) if works >= max(1, own * TIMES)]
    return sorted(near, key=lambda other: OSA.distance(word, other))[:PER_WORD]


def _as_written(word: str, hits: Iterable[Hit]) -> str:
    """A folded word as most of the hits write it."""
    written = Counter(
        text
        for hit in hits
        for text in MARKED.findall(f"{hit.title} {hit.passage}")
        if fold(text) == word
    )  # fmt: skip
    return written.most_common(1)[0][0] if written else word
