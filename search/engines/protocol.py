"""What every search engine does for the hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from django.utils.safestring import SafeString

from ..index_documents import Indexable
from ..plan import Clause
from ..query import SearchQuery
from ..works import Deletion, WorkDocument

type WorkKey = str
type Change = WorkDocument | Deletion


class EngineUnavailable(Exception):  # noqa: N818
    """The engine cannot answer or write now: missing, corrupt, out of reach."""


class EngineBusy(EngineUnavailable):
    """Another process writes. It will see to what is to be written."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A work in a list of results, in one language.

    `title` and `passage` are HTML in which the words that matched stand in <mark>. `matched_language` is the language
    whose text holds the words: the shown one, unless the work is shown in the reader's language and was found in
    another.
    """

    key: WorkKey
    page_id: int
    url: str
    language: str
    matched_language: str
    versions: Mapping[str, str]
    title: SafeString
    passage: SafeString
    kind: str
    published: datetime | None
    themes: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    timezone: str = "UTC"
    all_day: bool = False
    status: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that begins as what was typed."""

    page_id: int
    title: str
    url: str
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, how many works match in all, and for each facet the works per value.

    A facet's counts ignore its own selection. Values nothing has are not in them. `simpler` says that the engine did
    not answer, and that titles and leads in the database were searched instead.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    simpler: bool = False


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """`generation` names the index in use and changes with every rebuild. If there is none, `error` says why.

    `out_of_reach` says that there may be one, and that the engine could not be asked.
    """

    name: str
    generation: str = ""
    documents: int = 0
    error: str = ""
    out_of_reach: bool = False


class Engine(Protocol):
    """`is_local` says that it answers from this process, so that nobody waits for a network."""

    is_local: bool

    def search(self, query: SearchQuery) -> Results:
        """Raises EngineUnavailable."""

    def suggest(self, prefix: str, language: str, limit: int) -> list[Suggestion]:
        """Works with a title of which each typed word is a word, the last one a beginning; `language` first."""

    def similar(self, work: WorkKey, language: str, limit: int, without: Sequence[Clause] = ()) -> list[Hit]:
        """Other works that share words and themes with this one, in `language` where they exist in it.

        Those of which one of the clauses `without` is true are left out.
        """

    def near_words(self, word: str, language: str, limit: int) -> list[tuple[str, int]]:
        """Words of the index that are nearly `word`, all folded, and how many works have them; `language` first.

        They begin with the same letter and differ by one letter, from 8 letters on by two; swapped ones count once.
        """

    def apply(self, changes: Sequence[Change], as_of: datetime | None = None) -> None:
        """Writes and removes works, all or nothing per work. Raises EngineUnavailable, or EngineBusy.

        `as_of` is a moment before the works were read: an engine with several writers keeps what was read later. Any
        other error says that it cannot hold one of these works; the others may have been written.
        """

    def rebuild(self, documents: Iterable[Indexable], as_of: datetime | None = None) -> list[WorkKey]:
        """Fills a new generation, then switches to it at once; the old one serves meanwhile.

        Returns the works that it cannot hold.
        """

    def digests(self) -> Iterator[tuple[WorkKey, str]]:
        """Every work in the index with the digest of its document."""

    def status(self) -> EngineStatus:
        """Never raises."""
