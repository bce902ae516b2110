"""What both engines hold of a work: the values of the fields of search/plan.py.

Nothing here needs Django, so that processes which only analyse texts are small.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from datetime import UTC, date, datetime
from typing import NamedTuple

from .tokens import index_tokens
from .works import WorkDocument, as_json, digest_of

TITLE, TEXT, EXACT, HEAD = "title", "text", "exact", "head"
# From this number of pages on it pays to start other processes.
MANY = 5_000
# Works that another process gets at once, and portions that wait for each.
PORTION, AHEAD = 200, 4
# The process that reads the works has a processor too, and so has what writes them.
ANALYSERS = max(1, min((os.cpu_count() or 1) // 2, 4))


class IndexDocument(NamedTuple):
    """`content` is what a hit is made of, as JSON. `texts` are tokens with blanks between them, by field."""

    key: str
    content: str
    digest: str
    facets: dict[str, tuple[str, ...]]
    numbers: dict[str, list[int]]
    recency: float
    texts: dict[str, list[str]]


type Indexable = WorkDocument | IndexDocument


def index_document(work: Indexable) -> IndexDocument:
    if isinstance(work, IndexDocument):
        return work
    content = as_json(work)
    digest = digest_of(content)
    numbers = {
        "day": [day_number(day) for day in work.days],
        "year": sorted({day.year for day in work.days}),
    }
    if work.published:
        numbers["published"] = [int(work.published.timestamp())]
    if work.event:
        numbers["event_start"] = [int(work.event.start.timestamp())]
        numbers["event_end"] = [int(work.event.last_end.timestamp())]
    texts: dict[str, list[str]] = {}
    for text in work.texts:
        code = text.language
        folded, stems = index_tokens(text.title, code)
        parts = [index_tokens(part, code) for part in (text.lead, text.body, text.names, text.attachments) if part]
        texts[f"{TITLE}_{code}"] = [stems]
        texts[f"{HEAD}_{code}"] = [folded]
        texts[f"{EXACT}_{code}"] = [folded, *(folded_part for folded_part, _stems in parts)]
        texts[f"{TEXT}_{code}"] = [stems_of_part for _folded, stems_of_part in parts]
    return IndexDocument(
        key=work.key,
        content=f'{{"digest": "{digest}", {content[1:]}',
        digest=digest,
        facets={name: values for name, values in work.facets().items() if values},
        numbers=numbers,
        recency=recency(work.published),
        texts=texts,
    )


def recency(published: datetime | None) -> float:
    """What multiplies a score: 1 for the year 2000 and 4 % more for each year after: gentle, and the same for ever."""
    years = max(0.0, (published - datetime(2000, 1, 1, tzinfo=UTC)).days / 365.25) if published else 0.0
    return 1 + 0.04 * years


def day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def analysed(batches: Iterable[Sequence[WorkDocument]], pages: int) -> Iterator[Indexable]:
    """The works of all batches in their order. If they have many pages, other processes analyse them meanwhile."""
    if pages < MANY:
        yield from itertools.chain.from_iterable(batches)
        return
    waiting: deque[Callable[[], Sequence[Indexable]]] = deque()
    # Not forked: a thread of this process may hold a lock, or a connection to the database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(ANALYSERS, context, initializer=_end_with_parent) as analysers:
        for batch in batches:
            for part in itertools.batched(batch, PORTION):
                waiting.append(_submit(analysers, part))
                if len(waiting) > AHEAD * ANALYSERS:
                    yield from waiting.popleft()()
        while waiting:
            yield from waiting.popleft()()


def _submit(analysers: Executor, works: Sequence[WorkDocument]) -> Callable[[], Sequence[Indexable]]:
    """What gives the documents of the works; the works themselves where the processes were killed."""

    def result() -> Sequence[Indexable]:
        try:
            return future.result()
        except BrokenExecutor:
            return works

    try:
        future = analysers.submit(_analyse, works)
    except BrokenExecutor:
        return lambda: works
    return result


def _end_with_parent() -> None:
    """Ends this process when the one that started it is killed."""

    def wait() -> None:
        multiprocessing.parent_process().join()  # type: ignore[union-attr]
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _analyse(works: Sequence[WorkDocument]) -> list[Indexable]:
    """The documents of works. One that cannot be analysed is given back: the engine will say why it refuses it."""
    documents: list[Indexable] = []
    for work in works:
        try:
            documents.append(index_document(work))
        except Exception:  # noqa: BLE001 - whatever one work raises
            documents.append(work)
    return documents
