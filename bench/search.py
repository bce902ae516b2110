"""Times the search engines on a made corpus: `python -m bench.search --works 200000`. Prints JSON.

Needs `requirements-bench.txt`. Times are in milliseconds of one process that does nothing else.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from bench.corpus import LANGUAGES, NOW, Corpus
from search.engines.elastic import Connection, ElasticEngine
from search.engines.embedded import EmbeddedEngine
from search.index_documents import analysed
from search.query import SearchQuery


def spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    at = lambda share: round(1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)], 2)  # noqa: E731
    return {"p50": at(0.5), "p95": at(0.95), "p99": at(0.99), "mean": round(1000 * statistics.mean(times), 2)}


def timed(calls: list[Callable[[], Any]]) -> dict[str, float]:
    times = []
    for call in calls:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return spread(times)


def peak_memory() -> int:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


class TimedElastic(ElasticEngine):
    """Adds up what the servers say that their searches took, in milliseconds."""

    took = 0

    def _search(self, body: Any, **parameters: Any) -> Any:
        answer = super()._search(body, **parameters)
        self.took += answer["took"]
        return answer


def overhead(engine: TimedElastic, queries: list[SearchQuery]) -> dict[str, float]:
    """Our whole call over the server's own time and one bare round trip. The server counts whole milliseconds."""
    ask = engine._reader.indices.get_alias
    bare = timed([lambda: ask(name=engine.alias)] * 200)["p50"]
    engine.took = 0
    start = time.perf_counter()
    for query in queries:
        engine.search(query)
    ours = 1000 * (time.perf_counter() - start)
    theirs = engine.took + bare * len(queries)
    return {"round trip": bare, "took, mean": round(engine.took / len(queries), 2), "ratio": round(ours / theirs, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keeps the index here, and uses one that is here already")
    parser.add_argument("--elasticsearch", help="address of a server: there instead of in a folder")
    options = parser.parse_args()
    corpus = Corpus()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="bench-search-"))
    engine: EmbeddedEngine | TimedElastic = EmbeddedEngine(folder, LANGUAGES)
    if options.elasticsearch:
        engine = TimedElastic(Connection((options.elasticsearch,)), "bench", LANGUAGES)
    figures: dict[str, Any] = {"works": options.works, "memory before": peak_memory()}
    if engine.status().documents != options.works:
        start = time.perf_counter()
        engine.rebuild(analysed(itertools.batched(corpus.works(options.works), 1_000), options.works))
        seconds = time.perf_counter() - start
        figures["rebuild, works/s, corpus made meanwhile"] = round(options.works / seconds)
        figures["memory after rebuild"] = peak_memory()
    typed = corpus.typed(options.queries)
    queries = [SearchQuery(text=text, language=code, now=NOW) for text, code in typed]
    figures["cold"] = timed([lambda query=query: engine.search(query) for query in queries[:50]])
    figures["found"] = statistics.median(engine.search(query).total for query in queries)
    figures["query with facets and highlights"] = timed(
        [lambda query=query: engine.search(query) for query in queries]
    )
    narrowed = [query.toggled("theme", "theme-3").toggled("kind", "news") for query in queries]
    figures["two filters"] = timed([lambda query=query: engine.search(query) for query in narrowed])
    everything = SearchQuery(now=NOW, counted=())
    deep = range(1, max(2, options.works // 10), max(1, options.works // 10 // 20))
    figures["deep pages"] = timed([lambda page=page: engine.search(everything.at_page(page)) for page in deep])
    figures["suggestions"] = timed(
        [lambda text=text, code=code: engine.suggest(text.split()[0][:4], code, 5) for text, code in typed]
    )
    figures["near words"] = timed(
        [lambda text=text, code=code: engine.near_words(text.split()[0] + "x", code, 5) for text, code in typed[:50]]
    )
    if isinstance(engine, TimedElastic):
        figures["overhead"] = overhead(engine, queries)
    figures["MB on disk"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1_000_000
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
