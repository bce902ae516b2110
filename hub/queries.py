"""Measures queries to the database, and logs slow ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from .metrics import QUERIES

logger = logging.getLogger(__name__)

LONGEST = 2_000  # characters of a query in the log


def connect() -> None:
    """Have the queries of every connection measured, if the settings METRICS_PORT or SLOW_QUERY_MS ask for it."""
    if settings.METRICS or settings.SLOW_QUERY_MS:
        connection_created.connect(_watch, dispatch_uid="hub.queries")


def _watch(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if measure not in connection.execute_wrappers:
        connection.execute_wrappers.append(measure)


def measure(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run a query. What the log says of a slow one has placeholders and no values."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - began
        QUERIES.labels(context["connection"].alias).observe(seconds)
        if settings.SLOW_QUERY_MS and seconds * 1000 >= settings.SLOW_QUERY_MS:
            logger.warning("A query took %d ms: %s", seconds * 1000, sql[:LONGEST])
