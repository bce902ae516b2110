"""The embedded engine: one tantivy index on disk with fields per language.

Each generation is a folder of its own beside a file `current` that names the one in use. A generation's name begins
with the fingerprint of its schema, so an index that other settings or another release wrote is never opened. Readers
look for news at most every FRESH seconds; one process at a time writes, and keeps its writer open.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Document, FieldType, Filter, Index, Occur, Order, Query, Searcher, TextAnalyzerBuilder, Tokenizer

from ..analysis import fold, folded_words, is_stop_word, query_stems, stemming_analyzer, stems
from ..highlight import Matcher
from ..query import FACETS, SearchQuery, Sort, Term, When
from ..works import WorkDocument, WorkText
from .protocol import Change, EngineBusy, EngineStatus, EngineUnavailable, Hit, Results, Suggestion, WorkKey

logger = logging.getLogger(__name__)

FRESH = 0.2
SCHEMA_VERSION = 2
HEAP = 64_000_000
MOST_BUCKETS = 10_000
TITLE_BOOST = 3.0
TITLE, TEXT, EXACT, HEAD = "title", "text", "exact", "head"
TERM_FACETS = {name: name for name in FACETS if name != "when"}


def build_schema(languages: Sequence[str]) -> tantivy.Schema:
    """Per language: `title` and `text` stemmed, `exact` both folded with positions, `head` the folded title."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("stored", stored=True)
    for name in TERM_FACETS:
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("day", indexed=True)
    builder.add_unsigned_field("year", fast=True)
    builder.add_integer_field("published", fast=True)
    builder.add_integer_field("event_start", fast=True)
    builder.add_integer_field("event_end", indexed=True, fast=True)
    builder.add_float_field("weight", fast=True)
    for code in languages:
        builder.add_text_field(f"{TITLE}_{code}", tokenizer_name=f"stems_{code}", index_option="freq")
        builder.add_text_field(f"{TEXT}_{code}", tokenizer_name=f"stems_{code}", index_option="freq")
        builder.add_text_field(f"{EXACT}_{code}", tokenizer_name="folded", index_option="position")
        builder.add_text_field(f"{HEAD}_{code}", tokenizer_name="folded", index_option="position")
    return builder.build()


def register_tokenizers(index: Index, languages: Sequence[str]) -> None:
    """tantivy forgets tokenizers when an index is closed. Text of languages that Python stems arrives as stems."""
    folded = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).build()
    index.register_tokenizer("folded", folded)
    for code in languages:
        stemmed = TextAnalyzerBuilder(Tokenizer.whitespace()).build()
        index.register_tokenizer(f"stems_{code}", stemming_analyzer(code) or stemmed)


def day_number(day: Any) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def recency(published: datetime | None) -> float:
    """A weight that multiplies a score by 1 for the year 2000 and 4 % more for each year after: gentle, and the same
    for ever.

    tantivy multiplies the score by log2(2 + weight).
    """
    years = max(0.0, (published - datetime(2000, 1, 1, tzinfo=UTC)).days / 365.25) if published else 0.0
    return float(2 ** (1 + 0.04 * years) - 2)


class EmbeddedEngine:
    """See the module. Safe to use from several threads."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        self.folder = folder
        self.languages = tuple(languages)
        self.schema = build_schema(languages)
        table = json.dumps([SCHEMA_VERSION, version("tantivy"), sorted(self.languages)])
        self.fingerprint = hashlib.sha256(table.encode()).hexdigest()[:12]
        self._lock = threading.RLock()
        self._name = ""
        self._index: Index | None = None
        self._fresh_until = 0.0
        self._writer: Any = None
        self._writer_name = ""

    # Generations

    def _current(self) -> str:
        """The name of the generation in use. Raises EngineUnavailable if there is none that this code can read."""
        try:
            name = (self.folder / "current").read_text().strip()
        except OSError as error:
            raise EngineUnavailable("There is no search index.") from error
        if not name.startswith(self.fingerprint) or not (self.folder / name / "meta.json").is_file():
            raise EngineUnavailable(
                "The search index was made by other settings or another release, or is incomplete."
            )
        return name

    def _open(self, name: str) -> Index:
        index = Index.open(str(self.folder / name))
        register_tokenizers(index, self.languages)
        index.config_reader("manual")
        return index

    def _searcher(self) -> Searcher:
        with self._lock:
            if self._index is None or time.monotonic() >= self._fresh_until:
                name = self._current()
                if self._index is None or name != self._name:
                    self._index, self._name = self._open(name), name
                self._index.reload()
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
            raise kind(str(error)) from error
        except EngineUnavailable:
            self._forget()
            raise
        except BaseException as error:
            # What tantivy panics over comes as pyo3's PanicException, which cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            self._forget()
            raise EngineUnavailable(str(error)) from error

    def _forget(self) -> None:
        with self._lock:
            self._index, self._fresh_until = None, 0.0

    # Writing

    def apply(self, changes: Sequence[Change]) -> None:
        # Outside the guard: what one work raises is that work's failure, not the engine's.
        documents = [
            (change.key, self._document(change) if isinstance(change, WorkDocument) else None) for change in changes
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
        name = self._current()
        if self._writer is None or self._writer_name != name:
            self.close()
            self._writer, self._writer_name = self._open(name).writer(HEAP, 1), name
        return self._writer

    def close(self) -> None:
        """Lets another process write. What was not committed is dropped."""
        self._writer, self._writer_name = None, ""

    def rebuild(self, documents: Iterable[WorkDocument]) -> list[WorkKey]:
        refused: list[WorkKey] = []
        with self._guard():
            self.folder.mkdir(parents=True, exist_ok=True)
            name = f"{self.fingerprint}-{time.time_ns():x}"
            path = self.folder / name
            path.mkdir()
            try:
                index = Index(self.schema, str(path))
                register_tokenizers(index, self.languages)
                writer = index.writer(2 * HEAP, 1)
                for work in documents:
                    try:
                        document = self._document(work)
                    except Exception:
                        logger.exception("The index cannot hold the work %s", work.key)
                        refused.append(work.key)
                    else:
                        writer.add_document(document)
                writer.commit()
                writer.wait_merging_threads()
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
            self._switch(name)
        return refused

    def _switch(self, name: str) -> None:
        """Names the new generation in one step. Removes old ones but the last, which readers may still open."""
        try:
            before = (self.folder / "current").read_text().strip()
        except OSError:
            before = ""
        new = self.folder / f"current-{name}"
        new.write_text(name)
        new.replace(self.folder / "current")
        for old in self.folder.iterdir():
            if old.is_dir() and old.name not in (name, before) and old.stat().st_mtime < time.time() - 3600:
                shutil.rmtree(old, ignore_errors=True)
        self._forget()

    def _document(self, work: WorkDocument) -> Document:
        document = Document()
        document.add_text("key", work.key)
        document.add_bytes("stored", _stored(work))
        facets = {
            "theme": work.themes,
            "kind": (work.kind,),
            "language": work.languages,
            "place": work.places,
            "organisation": work.organisations,
            "format": (work.format,) if work.format else (),
        }
        for name, values in facets.items():
            for value in values:
                document.add_text(name, value)
        for day in work.days:
            document.add_unsigned("day", day_number(day))
        for year in {day.year for day in work.days}:
            document.add_unsigned("year", year)
        if work.published:
            document.add_integer("published", int(work.published.timestamp()))
        document.add_float("weight", recency(work.published))
        if work.event:
            document.add_integer("event_start", int(work.event.start.timestamp()))
            document.add_integer("event_end", int(work.event.last_end.timestamp()))
        for text in work.texts:
            code = text.language
            stemmed: Callable[[str], str] = (
                (lambda part: part)
                if stemming_analyzer(code)
                else (lambda part, code=code: " ".join(stems(part, code)))
            )
            document.add_text(f"{TITLE}_{code}", stemmed(text.title))
            document.add_text(f"{HEAD}_{code}", fold(text.title))
            document.add_text(f"{EXACT}_{code}", fold(text.title))
            for part in (text.lead, text.body, text.names, text.attachments):
                if part:
                    document.add_text(f"{TEXT}_{code}", stemmed(part))
                    document.add_text(f"{EXACT}_{code}", fold(part))
        return document

    # Reading

    def search(self, query: SearchQuery) -> Results:
        with self._guard():
            searcher = self._searcher()
            words = self._words(query)
            filters = self._filters(query)
            everything = _all_of([words, *filters.values()])
            hits, total = self._hits(searcher, query, everything)
            matchers = self._matchers(query)
            return Results(
                hits=tuple(self._hit(stored, query, matchers) for stored in hits),
                total=total,
                facets=self._facets(searcher, query, words, filters),
            )

    def _words(self, query: SearchQuery) -> Query:
        """All wanted terms in one language, whichever, and none of the excluded ones in any."""
        if query.matches_nothing:
            return Query.empty_query()
        if not query.terms:
            return Query.all_query()
        wanted = Query.all_query()
        if query.wanted:
            # A gentle preference for what the reader can read.
            wanted = Query.disjunction_max_query(
                [
                    Query.boost_query(self._in_language(query.wanted, code), 1.25 if code == query.language else 1.0)
                    for code in self.languages
                ]
            )
        excluded = [self._term(term, code) for term in query.excluded for code in self.languages]
        return Query.boolean_query([(Occur.Must, wanted), *((Occur.MustNot, clause) for clause in excluded)])

    def _in_language(self, terms: Sequence[Term], code: str) -> Query:
        required = [term for term in terms if term.exact or not is_stop_word(term.words[0], code)] or list(terms)
        optional = [term for term in terms if term not in required]
        clauses = [(Occur.Must, self._term(term, code)) for term in required]
        clauses += [(Occur.Should, self._term(term, code)) for term in optional]
        return Query.boolean_query(clauses)

    def _term(self, term: Term, code: str) -> Query:
        exact = f"{EXACT}_{code}"
        if len(term.tokens) > 1:
            return Query.phrase_query(self.schema, exact, list(term.tokens))
        as_written = Query.term_query(self.schema, exact, term.tokens[0])
        if term.exact:
            return as_written
        ways = [as_written]
        for stemmed in query_stems(term.words[0], code):
            in_title = Query.term_query(self.schema, f"{TITLE}_{code}", stemmed)
            in_text = Query.term_query(self.schema, f"{TEXT}_{code}", stemmed)
            ways += [Query.boost_query(in_title, TITLE_BOOST), in_text]
        return Query.disjunction_max_query(ways, 0.1)

    def _filters(self, query: SearchQuery) -> dict[str, Query]:
        """One clause per facet in use, without influence on the score."""
        clauses = {
            name: Query.term_set_query(self.schema, name, list(query.values(name)))
            for name in TERM_FACETS
            if query.values(name)
        }
        if query.values("when"):
            moments = [self._when(value, query.now) for value in query.values("when") if value in When]
            clauses["when"] = _any_of(moments)
        if query.since or query.until:
            first, last = (day_number(day) if day else None for day in (query.since, query.until))
            clauses["period"] = Query.range_query(self.schema, "day", FieldType.Unsigned, first, last)
        return {name: Query.const_score_query(clause, 0.0) for name, clause in clauses.items()}

    def _when(self, when: str, now: datetime) -> Query:
        moment = int(now.timestamp())
        if when == When.UPCOMING:
            return Query.range_query(self.schema, "event_end", FieldType.Integer, moment, None)
        return Query.range_query(self.schema, "event_end", FieldType.Integer, None, moment, include_upper=False)

    def _hits(self, searcher: Searcher, query: SearchQuery, everything: Query) -> tuple[list[dict[str, Any]], int]:
        if query.sort == Sort.EVENT:
            upcoming, past = self._when(When.UPCOMING, query.now), self._when(When.PAST, query.now)
            runs: list[tuple[Query, dict[str, Any]]] = [
                (_all_of([everything, upcoming]), {"order_by_field": "event_start", "order": Order.Asc}),
                (_all_of([everything, past]), {"order_by_field": "event_start"}),
                (_none_of(everything, [upcoming, past]), {"order_by_field": "published"}),
            ]
        elif query.sort == Sort.NEWEST or not query.wanted:
            runs = [(everything, {"order_by_field": "published"})]
        else:
            runs = [(everything, {"weight_by_field": "weight"})]
        found: list[dict[str, Any]] = []
        total = 0
        for clause, order in runs:
            # tantivy keeps limit + offset documents: an offset beyond the index would only cost memory.
            offset = min(max(0, query.offset - total), searcher.num_docs)
            room = query.page_size - len(found)
            result = searcher.search(clause, limit=max(room, 1), offset=offset, count=True, **order)
            found += [_load(searcher, address) for _score, address in result.hits[:room]]
            total += result.count or 0  # type: ignore[attr-defined]
        return found, total

    def _facets(
        self, searcher: Searcher, query: SearchQuery, words: Query, filters: dict[str, Query]
    ) -> dict[str, dict[str, int]]:
        """One call for all facets without a selection, and one for each with: its counts ignore its own."""
        now = int(query.now.timestamp())
        wanted: dict[str, dict[str, Any]] = {
            name: {"terms": {"field": name, "size": MOST_BUCKETS, "segment_size": MOST_BUCKETS}}
            for name in (*TERM_FACETS, "year")
        }
        wanted["when"] = {"range": {"field": "event_end", "ranges": [{"to": now}, {"from": now}]}}
        own = {"year": "period"}
        free = {name: request for name, request in wanted.items() if own.get(name, name) not in filters}
        answers = searcher.aggregate(_all_of([words, *filters.values()]), free) if free else {}
        for name, request in wanted.items():
            if name not in free:
                others = [clause for facet, clause in filters.items() if facet != own.get(name, name)]
                answers |= searcher.aggregate(_all_of([words, *others]), {name: request})
        facets = {
            name: {_bucket(bucket["key"]): bucket["doc_count"] for bucket in answers[name]["buckets"]}
            for name in wanted
            if name != "when"
        }
        moments = {
            When.UPCOMING.value if "from" in bucket else When.PAST.value: bucket["doc_count"]
            for bucket in answers["when"]["buckets"]
            if ("from" in bucket) != ("to" in bucket)
        }
        facets["when"] = {name: count for name, count in moments.items() if count}
        return facets

    def _matchers(self, query: SearchQuery) -> dict[str, Matcher]:
        return {code: Matcher(query.wanted, code) for code in self.languages}

    def _hit(self, stored: dict[str, Any], query: SearchQuery, matchers: dict[str, Matcher]) -> Hit:
        texts = [WorkText(**text) for text in stored["texts"]]
        shown = matched = _in(texts, query.language)
        if query.wanted and matchers[shown.language].terms_in(shown) != matchers[shown.language].all:
            # The first language with most of the words, the shown one before the others.
            ordered = sorted(texts, key=lambda text: text is not shown)
            matched = max(ordered, key=lambda text: len(matchers[text.language].terms_in(text)))
            if shown.language != query.language:
                shown = matched
        matcher = matchers[shown.language]
        event = stored["event"] or {}
        return Hit(
            key=stored["key"],
            page_id=shown.page_id,
            url=shown.url,
            language=shown.language,
            matched_language=matched.language,
            versions={text.language: text.url for text in texts},
            title=matcher.mark(shown.title),
            passage=matcher.passage(shown),
            kind=stored["kind"],
            published=_moment(stored["published"]),
            themes=tuple(stored["own_themes"]),
            start=_moment(event.get("start")),
            end=_moment(event.get("end")),
            timezone=event.get("timezone", "UTC"),
            all_day=event.get("all_day", False),
            status=event.get("status", ""),
            deadline=date.fromisoformat(stored["deadline"]) if stored["deadline"] else None,
        )

    def suggest(self, prefix: str, language: str, limit: int) -> list[Suggestion]:
        typed = folded_words(prefix[:200])
        if not typed or limit < 1:
            return []
        with self._guard():
            searcher = self._searcher()
            found: dict[WorkKey, Suggestion] = {}
            for code in sorted(self.languages, key=lambda code: code != language):
                head = f"{HEAD}_{code}"
                clause = _all_of(
                    [
                        *(Query.term_query(self.schema, head, word) for word in typed[:-1]),
                        Query.phrase_prefix_query(self.schema, head, [typed[-1]]),
                    ]
                )
                result = searcher.search(clause, limit=limit, count=False, order_by_field="published")
                for _score, address in result.hits:
                    stored = _load(searcher, address)
                    text = _in([WorkText(**text) for text in stored["texts"]], code)
                    found.setdefault(stored["key"], Suggestion(text.title, text.url, text.language, stored["kind"]))
                if len(found) >= limit:
                    break
            return list(found.values())[:limit]

    def similar(self, work: WorkKey, language: str, limit: int) -> list[Hit]:
        with self._guard():
            searcher = self._searcher()
            own = Query.term_query(self.schema, "key", work)
            result = searcher.search(own, limit=1, count=False)
            if not result.hits or limit < 1:
                return []
            stored = _load(searcher, result.hits[0][1])
            text = _in([WorkText(**text) for text in stored["texts"]], language)
            likes = self._telling_words(searcher, text)
            likes += [
                Query.const_score_query(Query.term_query(self.schema, "theme", slug), 4.0)
                for slug in stored["own_themes"]
            ]
            found = searcher.search(
                Query.boolean_query([(Occur.Must, _any_of(likes)), (Occur.MustNot, own)]),
                limit=limit,
                count=False,
                weight_by_field="weight",
            )
            query = SearchQuery(language=language)
            matchers = self._matchers(query)
            return [self._hit(_load(searcher, address), query, matchers) for _score, address in found.hits]

    def _telling_words(self, searcher: Searcher, text: WorkText, limit: int = 20) -> list[Query]:
        """Clauses for the words that tell most about a text: frequent in it, rare elsewhere."""
        field = f"{TEXT}_{text.language}"
        counts: dict[str, int] = {}
        for word in stems(f"{text.title} {text.title} {text.lead} {text.body}"[:20_000], text.language):
            counts[word] = counts.get(word, 0) + 1
        rarity = {
            word: count * searcher.num_docs / (1 + searcher.doc_freq(field, word))
            for word, count in sorted(counts.items(), key=lambda item: -item[1])[:200]
            if len(word) > 3
        }
        chosen = sorted(rarity, key=lambda word: -rarity[word])[:limit]
        return [Query.term_query(self.schema, field, word) for word in chosen]

    def digests(self) -> Iterator[tuple[WorkKey, str]]:
        with self._guard():
            searcher = self._searcher()
            result = searcher.search(Query.all_query(), limit=max(1, searcher.num_docs), count=False)
            for _score, address in result.hits:
                stored = _load(searcher, address)
                yield stored["key"], stored["digest"]

    def status(self) -> EngineStatus:
        try:
            with self._guard():
                documents = self._searcher().num_docs
                return EngineStatus("embedded", self._name, documents)
        except EngineUnavailable as error:
            return EngineStatus("embedded", error=str(error))


def _stored(work: WorkDocument) -> bytes:
    content = asdict(work) | {"digest": work.digest}
    for name in ("days", "themes", "places", "organisations", "format"):
        del content[name]
    return json.dumps(content, default=lambda value: value.isoformat(), ensure_ascii=False).encode()


def _load(searcher: Searcher, address: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(searcher.doc(address)["stored"][0])
    return content


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def _bucket(key: Any) -> str:
    return key if isinstance(key, str) else str(int(key))


def _in(texts: Sequence[WorkText], language: str) -> WorkText:
    """The text in a language, else in that of the original."""
    return next((text for text in texts if text.language == language), texts[0])


def _all_of(clauses: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, clause) for clause in clauses])


def _any_of(clauses: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, clause) for clause in clauses])


def _none_of(wanted: Query, unwanted: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, wanted), *((Occur.MustNot, clause) for clause in unwanted)])
