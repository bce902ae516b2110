"""A reader's question: built once from the address, and all that an engine sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from urllib.parse import quote_plus, urlencode

from django.conf import settings
from django.db.models import TextChoices
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.models import EventPage

from .analysis import WORD, clean, folded_words

LONGEST_TEXT = 1_000
MOST_TERMS = 32
MOST_WORDS = 64
MOST_VALUES = 50
PAGE_SIZES = (10, 20, 50)
PAGE_SIZE = PAGE_SIZES[0]
YEARS = range(1900, 2201)

# A phrase in straight, typographic or French quotation marks, or anything up to the next blank.
TERM = re.compile(r"""(?P<minus>(?<!\S)[-−–])?(?:["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?|(?P<word>[^\s"“”„«»]+))""")


class Sort(TextChoices):
    RELEVANCE = "relevance", _("Best match")
    NEWEST = "newest", _("Newest")
    EVENT = "event", _("Event date")


class When(TextChoices):
    UPCOMING = "upcoming", _("Upcoming")
    PAST = "past", _("Past")


class View(TextChoices):
    LIST = "list", _("List")
    MAP = "map", _("Map")


# The facets in the order of the page: the parameter's name is the facet's.
FACETS = ("theme", "kind", "language", "place", "organisation", "when", "format")
# What an engine counts. The year is chosen as a period.
COUNTED = (*FACETS, "year")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that belong together in this order, as they were `typed` and as folded `tokens`.

    Words without a blank between them (l’innovation, e-mail, 10-15) are one term; what stood in quotation marks is
    `exact`. A `prefix` also stands for the words that begin so.
    """

    typed: str
    tokens: tuple[str, ...]
    exact: bool = False
    excluded: bool = False
    prefix: bool = False


def parse_terms(text: str, *, typing: bool = False) -> tuple[Term, ...]:
    """Words, “phrases” and -excluded of a typed text, at most MOST_TERMS of MOST_WORDS in all. Never raises.

    While the reader is `typing`, a word at the very end is the beginning of a word.
    """
    terms: dict[Term, None] = {}
    room = MOST_WORDS
    for match in TERM.finditer(text):
        typed = match["phrase"] if match["word"] is None else match["word"]
        written = list(WORD.finditer(typed))[:room]
        inside = typed[written[0].start() : written[-1].end()] if written else ""
        tokens = tuple(folded_words(inside))
        if tokens:
            room -= len(written)
            exact = match["word"] is None
            excluded = bool(match["minus"])
            last = typing and match.end() == len(text) and not exact and not excluded
            prefix = last and len(tokens) == 1 and len(tokens[0]) > 1
            terms[Term(inside, tokens, exact, excluded, prefix)] = None
        if len(terms) == MOST_TERMS or not room:
            break
    return tuple(terms)


def _date(value: str) -> date | None:
    try:
        day = date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


@dataclass(frozen=True)
class SearchQuery:
    """What a reader asks for. Values inside a facet are alternatives; facets narrow each other.

    `filters` holds the values of each facet as they were given, `unknown` those parameters that cannot mean anything.
    `exact` asks for the words as they were typed, without corrections; `typing` takes the last one for a beginning,
    `any_word` is content with one of them.
    `counted` names the facets to count, `page_size` may be 0 for a total without hits. `now` (aware) decides what is
    upcoming. `view` is how the page shows what was found, and nothing to an engine.
    """

    text: str = ""
    language: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: date | None = None
    until: date | None = None
    sort: str = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    exact: bool = False
    typing: bool = False
    any_word: bool = False
    view: str = View.LIST
    counted: tuple[str, ...] = COUNTED
    unknown: tuple[tuple[str, str], ...] = ()
    now: datetime = field(default_factory=timezone.now)

    @classmethod
    def from_parameters(cls, data: QueryDict, *, language: str, kinds: Iterable[str]) -> SearchQuery:
        """Reads the parameters of the results page. Never raises: what is not understood is in `unknown`."""
        known = {
            "kind": set(kinds),
            "language": {code for code, _name in settings.LANGUAGES},
            "when": set(When.values),
            "format": set(EventPage.Format.values),
        }
        unknown: list[tuple[str, str]] = []
        filters: dict[str, tuple[str, ...]] = {}
        for name in FACETS:
            values = [clean(value).strip()[:100] for value in data.getlist(name)[:MOST_VALUES]]
            given = tuple(dict.fromkeys(value for value in values if value))
            if given:
                filters[name] = given
            unknown += [(name, value) for value in given if name in known and value not in known[name]]

        def single(name: str) -> str:
            return clean(data.get(name) or "").strip()[:100]

        periods = {name: _date(single(name)) for name in ("from", "to")}
        unknown += [(name, single(name)) for name, value in periods.items() if single(name) and value is None]
        sort = single("sort") or Sort.RELEVANCE.value
        if sort not in Sort.values:
            unknown.append(("sort", sort))
            sort = Sort.RELEVANCE.value
        number = single("page") or "1"
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
        if page < 1:
            unknown.append(("page", number))
        size = single("size") or str(PAGE_SIZE)
        if size not in map(str, PAGE_SIZES):
            unknown.append(("size", size))
            size = str(PAGE_SIZE)
        view = single("view") or View.LIST.value
        if view not in View.values:
            unknown.append(("view", view))
            view = View.LIST.value
        unknown += [(name, single(name)) for name in ("exact", "typing") if single(name) not in ("", "1")]
        typed = clean(data.get("q") or "")[:LONGEST_TEXT]
        return cls(
            text=" ".join(typed.split()),
            language=language,
            filters=filters,
            since=periods["from"],
            until=periods["to"],
            sort=sort,
            page=max(page, 1),
            page_size=int(size),
            exact=single("exact") == "1",
            view=view,
            # A blank at the end says that the last word is complete.
            typing=single("typing") == "1" and typed == typed.rstrip(),
            unknown=tuple(unknown),
        )

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        return parse_terms(self.text, typing=self.typing)

    @property
    def wanted(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.excluded)

    @property
    def excluded(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.excluded)

    @property
    def matches_nothing(self) -> bool:
        """Whether no work can match: signs without a word, a meaningless parameter, a period that ends too early."""
        single = [name for name, _value in self.unknown if name not in FACETS]
        reversed_period = bool(self.since and self.until and self.since > self.until)
        return bool((self.text and not self.terms) or single or reversed_period)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size

    def values(self, facet: str) -> tuple[str, ...]:
        return self.filters.get(facet, ())

    @property
    def is_filtered(self) -> bool:
        return bool(self.filters or self.since or self.until or self.unknown)

    @property
    def years(self) -> range:
        """The years that the period consists of; empty if it is none, or begins or ends within a year."""
        if self.since and self.until and (self.since, self.until) == whole_years(self.since.year, self.until.year):
            return range(self.since.year, self.until.year + 1)
        return range(0)

    def parameters(self) -> list[tuple[str, str]]:
        """The query as address parameters, in one order whatever the order they came in."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.values(name)]
        pairs += [(name, day.isoformat()) for name, day in (("from", self.since), ("to", self.until)) if day]
        if self.sort != Sort.RELEVANCE:
            pairs.append(("sort", self.sort))
        if self.page_size in PAGE_SIZES and self.page_size != PAGE_SIZE:
            pairs.append(("size", str(self.page_size)))
        pairs += [(name, "1") for name, given in (("exact", self.exact), ("typing", self.typing)) if given]
        if self.view != View.LIST:
            pairs.append(("view", self.view))
        if self.page > 1:
            pairs.append(("page", str(self.page)))
        return pairs

    @property
    def address(self) -> str:
        """The address of this query, relative to the results page."""
        return "?" + urlencode(self.parameters())

    def with_values(self, facet: str, values: Iterable[str]) -> SearchQuery:
        """The query with other values of one facet, at its first page."""
        filters = {name: given for name, given in self.filters.items() if name != facet}
        kept = tuple(values)
        return replace(self, filters=filters | ({facet: kept} if kept else {}), page=1)

    def toggled(self, facet: str, value: str) -> SearchQuery:
        """The query with a value of a facet added, or removed if it was there."""
        given = self.values(facet)
        return self.with_values(
            facet, [other for other in given if other != value] if value in given else [*given, value]
        )

    def adding(self, facet: str) -> Callable[[str], str]:
        """`toggled(facet, value).address` for values that are not there, made once for all of them."""
        sign = "\0"  # is in no address
        before, after = self.toggled(facet, sign).address.split(quote_plus(sign))
        return lambda value: f"{before}{quote_plus(value)}{after}"

    def toggled_year(self, year: int) -> SearchQuery:
        """The query with a period that reaches to the year as well, or without it if it was there.

        A year between others becomes the only one: a period has no gaps.
        """
        years = self.years
        if year not in years:
            first, last = min([year, *years]), max([year, *years])
        elif len(years) == 1:
            return self.in_period(None, None)
        elif year in (years[0], years[-1]):
            first, last = years[0] + (year == years[0]), years[-1] - (year == years[-1])
        else:
            first = last = year
        return self.in_period(*whole_years(first, last))

    def in_period(self, since: date | None, until: date | None) -> SearchQuery:
        return replace(self, since=since, until=until, page=1)

    def at_page(self, page: int) -> SearchQuery:
        return replace(self, page=page)

    def sorted_by(self, sort: str) -> SearchQuery:
        return replace(self, sort=sort, page=1)

    def viewed(self, view: str) -> SearchQuery:
        return replace(self, view=view, page=1)

    def sized(self, page_size: int) -> SearchQuery:
        return replace(self, page_size=page_size, page=1)

    def without_filters(self) -> SearchQuery:
        return replace(self, filters={}, since=None, until=None, unknown=(), page=1)

    def as_typed(self) -> SearchQuery:
        """The query without corrections."""
        return replace(self, exact=True, page=1)

    def total_only(self) -> SearchQuery:
        """The query for the number of works alone."""
        return replace(self, page=1, page_size=0, counted=())

    def respelled(self, words: Mapping[str, str]) -> SearchQuery:
        """The query with other words for some of its own, which are given folded. Phrases and exclusions stay."""

        def write(match: re.Match[str]) -> str:
            if match["minus"] or match["word"] is None:
                return match[0]
            tokens = folded_words(match["word"])
            return words.get(tokens[0], match[0]) if len(tokens) == 1 else match[0]

        return replace(self, text=TERM.sub(write, self.text))


def whole_years(first: int, last: int) -> tuple[date, date]:
    return date(first, 1, 1), date(last, 12, 31)
