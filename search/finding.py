"""Answers a query: from the engine, or more simply from the database while the engine cannot."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace

from hub.metrics import SEARCHES

from . import database
from .corrections import Correction, corrections
from .engines import EngineUnavailable, get_engine
from .engines.protocol import Results
from .query import SearchQuery

logger = logging.getLogger(__name__)

ALSO_SHOWN = 3


@dataclass(frozen=True)
class Answer:
    """What a reader is shown for a query.

    `asked` is the query whose results these are: the reader's own, or a corrected one. `also` is a correction that
    was not asked because the words as typed find something, with its first results.
    """

    query: SearchQuery
    asked: SearchQuery
    results: Results
    correction: Correction | None = None
    also: Correction | None = None
    also_results: Results | None = None


def find(query: SearchQuery) -> Results:
    """What readers may see of what the query finds. Never raises for want of an index."""
    began = time.perf_counter()
    try:
        results, answered_by = _visible(get_engine().search(query)), "index"
    except EngineUnavailable as error:
        logger.warning("Searching the database instead of the index: %s", error)
        results, answered_by = database.search(query), "database"
    SEARCHES.labels(answered_by).observe(time.perf_counter() - began)
    return results


def answer(query: SearchQuery) -> Answer:
    """The results of a query, or of its corrected words where a word is known to no work. See corrections.py."""
    results = find(query)
    plain = Answer(query, query, results)
    if results.simpler or query.typing or query.matches_nothing:
        return plain
    try:
        # Filters have no part in this, so that choosing one does not change the words.
        correction = corrections(get_engine(), query, results.total)
        if not correction:
            return plain
        asked = replace(query, text=correction.text)
        if correction.finds_more_only or query.exact:
            shown = replace(asked, page=1, page_size=ALSO_SHOWN, counted=(), exact=False)
            return replace(plain, also=correction, also_results=_visible(get_engine().search(shown)))
        return Answer(query, asked, _visible(get_engine().search(asked)), correction)
    except EngineUnavailable:
        return plain


def count(query: SearchQuery) -> int:
    """How many works the query finds. Raises EngineUnavailable."""
    return get_engine().search(query.total_only()).total


def elsewhere(query: SearchQuery) -> int:
    """How many works the query finds that its reader's language does not have. Raises EngineUnavailable."""
    # Two reads of an index that may change between them.
    return max(0, count(query) - count(query.with_values("language", [query.language])))


def _visible(results: Results) -> Results:
    """The results without hits that are not public now, whatever the index still says."""
    visible = database.public_page_ids(hit.page_id for hit in results.hits)
    return replace(results, hits=tuple(hit for hit in results.hits if hit.page_id in visible))
