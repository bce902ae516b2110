"""Times the search engines on a made corpus: `python -m bench.search --works 200000`. Prints JSON.

Needs `requirements-bench.txt`. Times are in milliseconds of one process that does nothing else.
"""

from __future__ import annotations

import argparse
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
from search.engines.embedded import EmbeddedEngine
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--folder", type=Path, help="keeps the index here, and uses one that is here already")
    options = parser.parse_args()
    corpus = Corpus()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="bench-search-"))
    engine = EmbeddedEngine(folder, LANGUAGES)
    figures: dict[str, Any] = {"works": options.works, "memory before": peak_memory()}
    if engine.status().documents != options.works:
        start = time.perf_counter()
        engine.rebuild(corpus.works(options.works))
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
    figures["suggestions"] = timed(
        [lambda text=text, code=code: engine.suggest(text.split()[0][:4], code, 5) for text, code in typed]
    )
    figures["near words"] = timed(
        [lambda text=text, code=code: engine.near_words(text.split()[0] + "x", code, 5) for text, code in typed[:50]]
    )
    figures["MB on disk"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) // 1_000_000
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
