"""The embedded engine: one tantivy index on disk with fields per language.

Readers look for news at most every FRESH seconds; one process at a time writes, and keeps its writer open.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tantivy import Index, Order, Query, Searcher

from ..hits import HitMaker, load, suggestion
from ..index_documents import EXACT, Indexable
from ..plan import TERM_FACETS, Clause, OneOf, Plan, title_clause, when_counts
from ..query import SearchQuery
from ..similar import like, near
from ..works import WorkDocument
from .generations import Generations
from .protocol import Change, EngineBusy, EngineStatus, EngineUnavailable, Hit, Results, Suggestion, WorkKey
from .tantivy_index import FINGERPRINT, Translator, build_schema, document_of, open_index

logger = logging.getLogger(__name__)

FRESH = 0.2
HEAP = 64_000_000
MOST_BUCKETS = 10_000


class EmbeddedEngine:
    """See the module. Safe to use from several threads."""

    is_local = True

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self.schema = build_schema(languages)
        self._translate = Translator(self.schema)
        table = json.dumps([FINGERPRINT, version("tantivy"), sorted(self.languages)])
        self.generations = Generations(folder, hashlib.sha256(table.encode()).hexdigest()[:12])
        self._lock = threading.RLock()
        self._name = ""
        self._index: Index | None = None
        self._commit: tuple[int, int] = (0, 0)
        self._fresh_until = 0.0
        # tantivy counts without Python's lock, while the page is found and its hits are made.
        self._counting = ThreadPoolExecutor(4, "facets")
        self._writer: Any = None
        self._writer_name = ""

    # Opening

    def _open(self, name: str) -> Index:
        return open_index(self.schema, self.generations.path(name))

    def _searcher(self) -> Searcher:
        with self._lock:
            if self._index is None or time.monotonic() >= self._fresh_until:
                name = self.generations.current()
                if self._index is None or name != self._name:
                    self._index, self._name, self._commit = self._open(name), name, (0, 0)
                commit = self.generations.commit(name)
                if commit != self._commit:
                    self._index.reload()
                    self._commit, self._has = commit, _remembering(self._index.searcher())
                self._fresh_until = time.monotonic() + FRESH
            return self._index.searcher()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turns what a missing, broken or locked index raises into EngineUnavailable."""
        try:
            yield
        except (OSError, ValueError, RuntimeError) as error:
            self._forget()
            kind = EngineBusy if "LockBusy" in str(error) else EngineUnavailable
            raise kind(self._reason(error)) from error
        except EngineUnavailable:
            self._forget()
            raise
        except BaseException as error:
            # What tantivy panics over comes as pyo3's PanicException, which cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            self._forget()
            raise EngineUnavailable(self._reason(error)) from error

    def _reason(self, error: BaseException) -> str:
        """What tantivy says, which does not always name a full disk."""
        with suppress(OSError):
            if "No space left" not in str(error) and shutil.disk_usage(self.generations.folder).free < HEAP:
                return f"No space left for the search index: {error}"
        return str(error)

    def _forget(self) -> None:
        with self._lock:
            self._index, self._fresh_until = None, 0.0

    # Writing

    def apply(self, changes: Sequence[Change], as_of: datetime | None = None) -> None:
        # Outside the guard: what one work raises is that work's failure, not the engine's.
        documents = [
            (change.key, document_of(change) if isinstance(change, WorkDocument) else None) for change in changes
        ]
        with self._lock, self._guard():
            writer = self._open_writer()
            try:
                for key, document in documents:
                    writer.delete_documents_by_term("key", key)
                    if document:
                        writer.add_document(document)
                writer.commit()
            except BaseException:
                self.close()
                raise
            self._fresh_until = 0.0

    def _open_writer(self) -> Any:
        name = self.generations.current()
        if self._writer is None or self._writer_name != name:
            self.close()
            self._writer, self._writer_name = self._open(name).writer(HEAP, 1), name
        return self._writer

    def close(self) -> None:
        """Lets another process write. What was not committed is dropped."""
        writer, self._writer, self._writer_name = self._writer, None, ""
        if writer is not None:
            # Gives up the lock, though an exception that is still looked at may refer to the writer.
            with suppress(EngineUnavailable), self._guard():
                writer.wait_merging_threads()

    def rebuild(self, documents: Iterable[Indexable], as_of: datetime | None = None) -> list[WorkKey]:
        refused: list[WorkKey] = []
        with self._guard(), self.generations.new() as name:
            writer = open_index(self.schema, self.generations.path(name), new=True).writer(2 * HEAP, 1)
            for work in documents:
                try:
                    document = document_of(work)
                except Exception:
                    logger.exception("The index cannot hold the work %s", work.key)
                    refused.append(work.key)
                else:
                    writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        self._forget()
        return refused

    # Reading

    def search(self, query: SearchQuery) -> Results:
        maker = HitMaker(query)
        with self._guard():
            searcher = self._searcher()
            plan = Plan(query, self.languages, self._has)
            everything = self._translate.query(plan.everything)
            facets = self._counting.submit(self._facets, searcher, plan, everything)
            works, total = self._page(searcher, plan, everything)
            hits = tuple(maker.hit(work) for work in works)
            return Results(hits=hits, total=total, facets=facets.result())

    def _page(self, searcher: Searcher, plan: Plan, everything: Query) -> tuple[list[dict[str, Any]], int]:
        found: list[dict[str, Any]] = []
        total = 0
        for run in plan.runs:
            order: dict[str, Any] = {"weight_by_field": "weight"}
            if run.order:
                order = {"order_by_field": run.order, "order": Order.Asc if run.ascending else Order.Desc}
            # tantivy keeps limit + offset documents: an offset beyond the index would only cost memory.
            offset = min(max(0, plan.query.offset - total), searcher.num_docs)
            room = plan.query.page_size - len(found)
            clause = everything if run.clause is plan.everything else self._translate.query(run.clause)
            result = searcher.search(clause, limit=max(room, 1), offset=offset, count=True, **order)
            found += [_load(searcher, address) for _score, address in result.hits[:room]]
            total += result.count or 0  # type: ignore[attr-defined]
        return found, total

    def _facets(self, searcher: Searcher, plan: Plan, everything: Query) -> dict[str, dict[str, int]]:
        """One call for all facets without a selection, and one for each with: its counts ignore its own."""
        now = int(plan.query.now.timestamp())
        wanted: dict[str, dict[str, Any]] = {
            name: {"terms": {"field": name, "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}}
            for name in (*TERM_FACETS, "year")
        }
        wanted["when"] = {"range": {"field": "event_end", "ranges": [{"to": now}, {"from": now}]}}
        wanted = {name: request for name, request in wanted.items() if name in plan.query.counted}
        selected = [name for name in wanted if plan.is_selected(name)]
        free = {name: request for name, request in wanted.items() if name not in selected}
        answers = searcher.aggregate(everything, free) if free else {}
        for name in selected:
            answers |= searcher.aggregate(self._translate.query(plan.without(name)), {name: wanted[name]})
        facets = {
            name: {bucket["key"]: bucket["doc_count"] for bucket in answers[name]["buckets"]}
            for name in wanted
            if name != "when"
        }
        if "year" in facets:
            facets["year"] = {str(int(year)): count for year, count in facets["year"].items()}
        return facets | ({"when": when_counts(answers["when"]["buckets"])} if "when" in wanted else {})

    def suggest(self, prefix: str, language: str, limit: int) -> list[Suggestion]:
        found: dict[WorkKey, Suggestion] = {}
        with self._guard():
            searcher = self._searcher()
            for code in sorted(self.languages, key=lambda code: code != language):
                clause = title_clause(prefix, code)
                if clause is None or len(found) >= limit:
                    break
                result = searcher.search(
                    self._translate.query(clause), limit=limit, count=False, order_by_field="published"
                )
                for _score, address in result.hits:
                    work = _load(searcher, address)
                    found.setdefault(work["key"], suggestion(work, code))
        return list(found.values())[:limit]

    def similar(self, work: WorkKey, language: str, limit: int, without: Sequence[Clause] = ()) -> list[Hit]:
        maker = HitMaker(SearchQuery(language=language))
        with self._guard():
            searcher = self._searcher()
            itself = searcher.search(self._translate.query(OneOf("key", (work,))), limit=1, count=False)
            if not itself.hits or limit < 1:
                return []
            content = _load(searcher, itself.hits[0][1])
            clause = like(
                content,
                language,
                without,
                lambda field, tokens: {token: searcher.doc_freq(field, token) for token in tokens},
            )
            found = searcher.search(self._translate.query(clause), limit=limit, count=False, weight_by_field="weight")
            return [maker.hit(_load(searcher, address)) for _score, address in found.hits]

    def near_words(self, word: str, language: str, limit: int) -> list[tuple[str, int]]:
        with self._guard():
            searcher = self._searcher()
            terms = {
                code: dict(searcher.terms_with_prefix(f"{EXACT}_{code}", word[:1])) if word else {}
                for code in self.languages
            }
        return near(word, terms, language, limit)

    def digests(self) -> Iterator[tuple[WorkKey, str]]:
        with self._guard():
            searcher = self._searcher()
            result = searcher.search(Query.all_query(), limit=max(1, searcher.num_docs), count=False)
            for _score, address in result.hits:
                work = _load(searcher, address)
                yield work["key"], work["digest"]

    def status(self) -> EngineStatus:
        try:
            with self._guard():
                documents = self._searcher().num_docs
                return EngineStatus("embedded", self._name, documents)
        except EngineUnavailable as error:
            return EngineStatus("embedded", error=str(error))


def _remembering(searcher: Searcher) -> Callable[[str, str], bool]:
    """Whether a field has a token."""
    return lru_cache(maxsize=100_000)(lambda field, token: searcher.doc_freq(field, token) > 0)


def _load(searcher: Searcher, address: Any) -> dict[str, Any]:
    return load(searcher.doc(address)["stored"][0])
