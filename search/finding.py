"""Answers a query: from the engine, or more simply from the database while the engine cannot."""

from __future__ import annotations

import logging
from dataclasses import replace

from . import database
from .engines import EngineUnavailable, get_engine
from .engines.protocol import Results
from .query import SearchQuery

logger = logging.getLogger(__name__)


def find(query: SearchQuery) -> Results:
    """What readers may see of what the query finds. Never raises for want of an index."""
    try:
        results = get_engine().search(query)
    except EngineUnavailable as error:
        logger.warning("Searching the database instead of the index: %s", error)
        return database.search(query)
    visible = database.public_page_ids(hit.page_id for hit in results.hits)
    return replace(results, hits=tuple(hit for hit in results.hits if hit.page_id in visible))
