"""The Elasticsearch engine: one index with fields per language behind an alias, on servers of version 8 and 9.

Readers ask the alias, whose name has the fingerprint of fields and analysis in it: a new release makes an index of
its own while the old release goes on with the one it knows.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from ..hits import HitMaker, suggestion
from ..index_documents import EXACT, Indexable
from ..plan import OWN_FILTER, TERM_FACETS, Boolean, Clause, Constant, Plan, Run, title_clause, when_counts
from ..query import SearchQuery
from ..similar import like, near
from .elastic_index import FINGERPRINT, MOST_BUCKETS, Json, build_mapping, in_order, translate
from .elastic_writing import MOST_RESULTS, Generations, lines_of, moment_of, send
from .protocol import Change, EngineStatus, EngineUnavailable, Hit, Results, Suggestion, WorkKey

READ_SECONDS, WRITE_SECONDS = 3, 60
# After a failure readers are not kept waiting: nobody asks again for so long.
PAUSE = 2.0
JSON_HEADERS = {"content-type": "application/json", "accept": "application/json"}
# From this place on a page is looked for from the nearer end of the list.
DEEP = 10_000
MOST_NEAR = 100
SCAN = 5_000


class IndexMissing(EngineUnavailable):
    """The servers answer, and have no index that this release can use."""


@dataclass(frozen=True)
class Connection:
    """Where the servers are, and how to be let in."""

    urls: tuple[str, ...]
    user: str = ""
    password: str = ""
    api_key: str = ""
    ca_certs: str = ""

    def client(self) -> Elasticsearch:
        options: dict[str, Any] = {"api_key": self.api_key} if self.api_key else {}
        if self.user:
            options["basic_auth"] = (self.user, self.password)
        if self.ca_certs:
            options["ca_certs"] = self.ca_certs
        return Elasticsearch(
            list(self.urls), request_timeout=READ_SECONDS, max_retries=2, retry_on_timeout=True, **options
        )


class ElasticEngine:
    """See the module. Safe to use from several threads. `prefix` begins the names of all its indexes."""

    is_local = False

    def __init__(self, connection: Connection, prefix: str, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        self.prefix = prefix
        table = json.dumps([FINGERPRINT, sorted(self.languages)])
        self.alias = f"{prefix}-{hashlib.sha256(table.encode()).hexdigest()[:12]}"
        self._reader = connection.client()
        self._writer = self._reader.options(request_timeout=WRITE_SECONDS)
        self._generations = Generations(self._writer, prefix, self.alias, build_mapping(self.languages))
        self._down_until = 0.0

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turns what a server out of reach, or without the index, raises into EngineUnavailable."""
        try:
            yield
        except NotFoundError as error:
            raise IndexMissing("There is no search index.") from error
        except ApiError as error:
            raise EngineUnavailable(f"Elasticsearch answers {error.status_code}: {error.message}") from error
        except TransportError as error:
            self._down_until = time.monotonic() + PAUSE
            raise EngineUnavailable(f"Elasticsearch is out of reach: {error.message}") from error

    @contextmanager
    def _reading(self) -> Iterator[None]:
        if time.monotonic() < self._down_until:
            raise EngineUnavailable("Elasticsearch was out of reach a moment ago.")
        with self._guard():
            yield

    def close(self) -> None:
        """Nothing is kept open that others wait for."""

    # Writing

    def apply(self, changes: Sequence[Change], as_of: datetime | None = None) -> None:
        moment = moment_of(as_of)
        lines = list(itertools.chain.from_iterable(lines_of(change, moment) for change in changes))
        if not lines:
            return
        with self._guard():
            refused = send(self._writer, self.alias, lines, refresh=True, require_alias=True)
        if refused:
            raise ValueError(f"Elasticsearch refuses works: {refused}")

    def rebuild(self, documents: Iterable[Indexable], as_of: datetime | None = None) -> list[WorkKey]:
        with self._guard():
            return self._generations.make(documents, moment_of(as_of))

    def remove_everything(self) -> None:
        """Removes every index of this prefix."""
        self._generations.remove_all()

    # Reading

    def _search(self, body: Json, **parameters: Any) -> Json:
        """What the alias answers, from all of the index or not at all."""
        answer: Json = self._reader.perform_request(
            "POST",
            f"/{self.alias}/_search",
            params={"allow_partial_search_results": "false", **parameters},
            headers=JSON_HEADERS,
            body=body,
        ).body
        return answer

    def search(self, query: SearchQuery) -> Results:
        plan, maker = Plan(query, self.languages), HitMaker(query)
        with self._reading():
            works, answer = self._page(plan)
        return Results(
            hits=tuple(maker.hit(work) for work in works), total=_total(answer), facets=_facets(plan, answer)
        )

    def _page(self, plan: Plan) -> tuple[list[Json], Json]:
        """The works of the page, and the answer with the total and the counts."""
        query, runs = plan.query, plan.runs
        # The same copy of the index for all pages of a query: ranks and ties are those of one copy.
        preference = hashlib.md5(query.text.encode(), usedforsecurity=False).hexdigest()
        counting = _counting(plan)
        if len(runs) == 1:
            answer = self._part(counting, runs[0], query.offset, query.page_size, preference)
            return _works(answer), answer
        answer = self._search(counting | {"size": 0}, preference=preference)
        found: list[Json] = []
        before = 0
        for run in runs:
            room = query.page_size - len(found)
            if not room:
                break
            request = {"query": translate(run.clause), "track_total_hits": True}
            part = self._part(request, run, max(0, query.offset - before), room, preference)
            found += _works(part)
            before += _total(part)
        return found, answer

    def _part(self, request: Json, run: Run, offset: int, size: int, preference: str) -> Json:
        """The answer with the works from `offset` on. Far down a long list they are sought from its end."""
        if offset < DEEP:
            shown = in_order(request["query"], run) | {"from": offset, "size": size}
            return self._search(request | shown, preference=preference)
        answer = self._search(request | {"size": 0}, preference=preference)
        size = min(size, _total(answer) - offset)
        from_end = _total(answer) - offset - size
        start, backwards = min(offset, from_end), from_end < offset
        if size > 0 and start + size <= MOST_RESULTS:
            shown = in_order(request["query"], run, backwards=backwards) | {"from": start, "size": size}
            filtered = {name: request[name] for name in ("post_filter",) if name in request}
            hits = self._search(filtered | shown | {"track_total_hits": False}, preference=preference)["hits"]["hits"]
            answer["hits"]["hits"] = hits[::-1] if backwards else hits
        return answer

    def suggest(self, prefix: str, language: str, limit: int) -> list[Suggestion]:
        """The reader's language first: each language has a score of its own, and works come in its order."""
        codes = sorted(self.languages, key=lambda code: code != language)
        clauses = {code: title_clause(prefix, code) for code in codes}
        ranked = [
            translate(Constant(clause, len(codes) - place))
            for place, clause in enumerate(clauses.values())
            if clause is not None
        ]
        if not ranked or limit < 1:
            return []
        order = ["_score", {"published": {"order": "desc", "missing": "_last"}}, {"key": "asc"}]
        body = {"query": {"dis_max": {"queries": ranked}}, "sort": order, "size": limit, "track_total_hits": False}
        with self._reading():
            hits = self._search(body)["hits"]["hits"]
        return [suggestion(hit["_source"]["stored"], codes[len(codes) - round(hit["sort"][0])]) for hit in hits]

    def similar(self, work: WorkKey, language: str, limit: int, without: Sequence[Clause] = ()) -> list[Hit]:
        maker = HitMaker(SearchQuery(language=language))
        with self._reading():
            itself = self._search({"query": {"ids": {"values": [work]}}, "size": 1, "track_total_hits": False})
            if limit < 1 or not _works(itself):
                return []
            clause = like(_works(itself)[0], language, without, self._frequencies)
            found = self._search(in_order(translate(clause), Run(clause)) | {"size": limit, "track_total_hits": False})
        return [maker.hit(each) for each in _works(found)]

    def near_words(self, word: str, language: str, limit: int) -> list[tuple[str, int]]:
        asked = {
            code: {
                "text": word,
                "term": {
                    "field": f"{EXACT}_{code}",
                    "suggest_mode": "always",
                    "min_word_length": 1,
                    "prefix_length": 1,
                    "max_edits": 2,
                    "max_term_freq": 1_000_000_000,
                    "sort": "frequency",
                    "size": MOST_NEAR,
                },
            }
            for code in self.languages
        }
        with self._reading():
            answers = self._search({"size": 0, "track_total_hits": False, "suggest": asked})["suggest"]
        terms = {
            code: {option["text"]: option["freq"] for entry in answers[code] for option in entry["options"]}
            for code in self.languages
        }
        return near(word, terms, language, limit)

    def _frequencies(self, field: str, tokens: Sequence[str]) -> dict[str, int]:
        """How many works have each of these tokens in a field."""
        answer = self._reader.termvectors(
            index=self.alias,
            doc={field: " ".join(tokens)},
            fields=[field],
            term_statistics=True,
            field_statistics=False,
            positions=False,
            offsets=False,
        )
        vectors = answer["term_vectors"].get(field, {"terms": {}})
        return {token: entry.get("doc_freq", 0) for token, entry in vectors["terms"].items()}

    def digests(self) -> Iterator[tuple[WorkKey, str]]:
        with self._guard():
            pit = self._writer.open_point_in_time(index=self.alias, keep_alive="5m")["id"]
            after: list[Any] = []
            while True:
                page = self._writer.search(
                    pit={"id": pit, "keep_alive": "5m"},
                    size=SCAN,
                    source=False,
                    docvalue_fields=["key", "digest"],
                    sort=["_shard_doc"],
                    search_after=after or None,
                    track_total_hits=False,
                )["hits"]["hits"]
                for hit in page:
                    yield hit["fields"]["key"][0], hit["fields"]["digest"][0]
                if len(page) < SCAN:
                    break
                after = page[-1]["sort"]
            self._writer.close_point_in_time(id=pit)

    def status(self) -> EngineStatus:
        try:
            with self._reading():
                name = next(iter(self._reader.indices.get_alias(name=self.alias).body))
                count = self._reader.count(index=name)["count"]
                return EngineStatus("elasticsearch", name, count)
        except EngineUnavailable as error:
            return EngineStatus("elasticsearch", error=str(error), out_of_reach=not isinstance(error, IndexMissing))


def _works(answer: Json) -> list[Json]:
    return [hit["_source"]["stored"] for hit in answer["hits"]["hits"]]


def _total(answer: Json) -> int:
    total: int = answer["hits"]["total"]["value"]
    return total


def _counting(plan: Plan) -> Json:
    """The parts of a request that find and count: one pass over what the words find.

    A facet with a selection is counted among works that other filters leave, the hits are what all of them leave.
    """
    now = int(plan.query.now.timestamp())
    wanted: dict[str, Json] = {
        name: {"terms": {"field": name, "size": MOST_BUCKETS}} for name in (*TERM_FACETS, "year")
    }
    wanted["when"] = {"range": {"field": "event_end", "ranges": [{"to": now}, {"from": now}]}}
    wanted = {name: count for name, count in wanted.items() if name in plan.query.counted}
    own = {name: OWN_FILTER.get(name, name) for name in wanted}
    open_filters = {name: clause for name, clause in plan.filters.items() if name in own.values()}
    fixed = tuple(clause for name, clause in plan.filters.items() if name not in open_filters)
    aggregations: Json = {}
    for name, count in wanted.items():
        kept = {other: clause for other, clause in open_filters.items() if other != own[name]}
        if kept:
            group = "_" + "_".join(kept)
            filtered = {"filter": translate(Boolean(must=tuple(kept.values()))), "aggs": {}}
            aggregations.setdefault(group, filtered)["aggs"][name] = count
        else:
            aggregations[name] = count
    words = Boolean(must=(plan.words, *fixed)) if fixed else plan.words
    request: Json = {"query": translate(words), "track_total_hits": True}
    if aggregations:
        request["aggs"] = aggregations
    if open_filters:
        request["post_filter"] = translate(Boolean(must=tuple(open_filters.values())))
    return request


def _facets(plan: Plan, answer: Json) -> dict[str, dict[str, int]]:
    counts: Json = {}
    for name, count in answer.get("aggregations", {}).items():
        counts |= count if name.startswith("_") else {name: count}
    facets = {
        name: {str(bucket["key"]): bucket["doc_count"] for bucket in counts[name]["buckets"]}
        for name in (*TERM_FACETS, "year")
        if name in counts
    }
    return facets | ({"when": when_counts(counts["when"]["buckets"])} if "when" in counts else {})
