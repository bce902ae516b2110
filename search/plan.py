"""What a query means, for every engine: clauses over the fields of the index. An engine only translates them.

Fields per language: `title_xx` and `text_xx` hold stems, `exact_xx` the folded words of both, `head_xx` those of the
title. Fields of the work: the facets (whole values), `day` (yyyymmdd) and `year`, and `published`, `event_start` and
`event_end` in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from .analysis import folded_words, is_stop_word, query_forms, words
from .index_documents import EXACT, HEAD, TEXT, TITLE, day_number
from .query import FACETS, SearchQuery, Sort, Term, When

TERM_FACETS = tuple(name for name in FACETS if name != "when")
# What a facet's own selection is called among the filters.
OWN_FILTER = {"year": "period"}

TITLE_BOOST = 3.0
OWN_LANGUAGE_BOOST = 1.25
TIE = 0.1


@dataclass(frozen=True, slots=True)
class Everything:
    pass


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True, slots=True)
class Found:
    """A term of the query in one language: what `ways` says. Engines may keep what they make of it."""

    term: Term
    language: str


@dataclass(frozen=True, slots=True)
class Token:
    field: str
    token: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that follow each other."""

    field: str
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """A token that begins so; each counts the same."""

    field: str
    token: str


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whole values of which the field has one."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `first` on, that before `end`."""

    field: str
    first: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Boolean:
    """All of `must`, none of `must_not`; the scores of `must` and `should` are added up.

    Without `must`, one of `should`, or everything if there is none either.
    """

    must: tuple[Clause, ...] = ()
    should: tuple[Clause, ...] = ()
    must_not: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Best:
    """Any of the clauses, with the score of the best one and `tie` of the others'."""

    clauses: tuple[Clause, ...]
    tie: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighted:
    """The score of the clause, multiplied."""

    clause: Clause
    factor: float


@dataclass(frozen=True, slots=True)
class Constant:
    """The clause with the same score for whatever matches."""

    clause: Clause
    score: float = 0.0


type Clause = (
    Everything | Nothing | Found | Token | Phrase | Prefix | OneOf | Range | Boolean | Best | Weighted | Constant
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Works in one order: by score times recency if `order` is empty, else by that field."""

    clause: Clause
    order: str = ""
    ascending: bool = False


@dataclass(frozen=True)
class Plan:
    """A query in clauses. `languages` are those of the index.

    An engine that can tell at once whether a field `has` a token is spared what cannot match.
    """

    query: SearchQuery
    languages: Sequence[str]
    has: Callable[[str, str], bool] | None = None

    @cached_property
    def words(self) -> Clause:
        """All wanted terms in one language, whichever, and none of the excluded ones in any."""
        query = self.query
        if query.matches_nothing:
            return Nothing()
        if not query.terms:
            return Everything()
        wanted: tuple[Clause, ...] = ()
        if query.wanted:
            clauses = (self._in_language(code) for code in self.languages)
            in_languages = tuple(clause for clause in clauses if clause)
            if not in_languages:
                return Nothing()
            wanted = (Best(in_languages),)
        excluded = tuple(
            Found(term, code) for term in query.excluded for code in self.languages if self._may_be_found(term, code)
        )
        return Boolean(must=wanted, must_not=excluded) if excluded or not wanted else wanted[0]

    def _in_language(self, code: str) -> Clause | None:
        """All wanted terms in one language, or any of them if that is enough; None if it lacks them."""
        terms = self.query.wanted
        required = [term for term in terms if not _is_stop_word(term, code)] or terms
        if self.query.any_word:
            # More words count for more, however often a work has one of them.
            present = tuple(Constant(Found(term, code), 1.0) for term in required if self._may_be_found(term, code))
            return Boolean(should=present) if present else None
        if not all(self._may_be_found(term, code) for term in required):
            return None
        clause = Boolean(
            must=tuple(Found(term, code) for term in required),
            should=tuple(Found(term, code) for term in terms if term not in required),
        )
        # A gentle preference for what the reader can read.
        return Weighted(clause, OWN_LANGUAGE_BOOST) if code == self.query.language else clause

    def _may_be_found(self, term: Term, code: str) -> bool:
        return self.has is None or _can_match(ways(term, code), self.has)

    @cached_property
    def filters(self) -> dict[str, Clause]:
        """One clause per facet in use, without influence on the score."""
        query = self.query
        clauses: dict[str, Clause] = {
            name: OneOf(name, query.values(name)) for name in TERM_FACETS if query.values(name)
        }
        if query.values("when"):
            known = tuple(when_clause(value, query.now) for value in query.values("when") if value in When)
            clauses["when"] = Boolean(should=known) if known else Nothing()
        if query.since or query.until:
            first, last = (day_number(day) if day else None for day in (query.since, query.until))
            clauses["period"] = Range("day", first, None if last is None else last + 1)
        return {name: Constant(clause) for name, clause in clauses.items()}

    @cached_property
    def everything(self) -> Clause:
        return Boolean(must=(self.words, *self.filters.values()))

    def is_selected(self, facet: str) -> bool:
        return OWN_FILTER.get(facet, facet) in self.filters

    def without(self, facet: str) -> Clause:
        """What matches apart from the selection in this facet."""
        own = OWN_FILTER.get(facet, facet)
        others = tuple(clause for name, clause in self.filters.items() if name != own)
        return Boolean(must=(self.words, *others))

    @property
    def runs(self) -> list[Run]:
        """The results in their order: the works of the first run, then those of the next."""
        if self.query.sort == Sort.EVENT:
            upcoming, past = when_clause(When.UPCOMING, self.query.now), when_clause(When.PAST, self.query.now)
            return [
                Run(Boolean(must=(self.everything, upcoming)), "event_start", ascending=True),
                Run(Boolean(must=(self.everything, past)), "event_start"),
                Run(Boolean(must=(self.everything,), must_not=(upcoming, past)), "published"),
            ]
        if self.query.sort == Sort.NEWEST or not self.query.wanted:
            return [Run(self.everything, "published")]
        return [Run(self.everything)]


# Of some hundred words in all languages.
@lru_cache(maxsize=20_000)
def ways(term: Term, code: str) -> Clause:
    """The ways in which a term is found in a language."""
    exact = f"{EXACT}_{code}"
    as_written = Phrase(exact, term.tokens) if len(term.tokens) > 1 else Token(exact, term.tokens[0])
    if term.exact:
        return as_written
    found: list[Clause] = [as_written]
    for stems in query_forms(term.typed, code):
        in_title, in_text = (
            Token(f"{name}_{code}", stems[0]) if len(stems) == 1 else Phrase(f"{name}_{code}", stems)
            for name in (TITLE, TEXT)
        )
        found += [Weighted(in_title, TITLE_BOOST), in_text]
    if term.prefix:
        found.append(Prefix(exact, term.tokens[0]))
    return Best(tuple(found), TIE)


def _can_match(clause: Clause, has: Callable[[str, str], bool]) -> bool:
    match clause:
        case Token(field, token):
            return has(field, token)
        case Phrase(field, tokens):
            return all(has(field, token) for token in tokens)
        case Weighted(inner):
            return _can_match(inner, has)
        case Best(clauses):
            return any(_can_match(part, has) for part in clauses)
    return True


def _is_stop_word(term: Term, code: str) -> bool:
    return not term.exact and all(is_stop_word(word, code) for word in words(term.typed))


def when_clause(when: str, now: datetime) -> Range:
    """An event is upcoming until its last occurrence has ended."""
    moment = int(now.timestamp())
    return Range("event_end", first=moment) if when == When.UPCOMING else Range("event_end", end=moment)


def when_counts(buckets: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Counts of the facet "when" from the two buckets of a range aggregation: up to now, and from now on."""
    counts = {
        When.UPCOMING.value if "from" in bucket else When.PAST.value: bucket["doc_count"]
        for bucket in buckets
        if ("from" in bucket) != ("to" in bucket)
    }
    return {name: count for name, count in counts.items() if count}


def title_clause(typed: str, code: str) -> Clause | None:
    """Titles in a language with each typed word, the last one as a beginning. None where no word was typed."""
    words = folded_words(typed[:200])
    if not words:
        return None
    head = f"{HEAD}_{code}"
    return Boolean(must=(*(Token(head, word) for word in words[:-1]), Prefix(head, words[-1])))
