"""Wagtail's search in its database, behind the editors' choosers and lists, for whatever somebody types."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection
from wagtail.search.backends import database
from wagtail.search.query import And, Boost, Not, Or, Phrase, PlainText

# Quotation marks end a word in the language of SQLite's full-text search; control characters end the query.
NOT_SEARCHED = re.compile(r'["\x00-\x1f\x7f]+')
# Each word nests the query by one level, and a database takes so many.
MOST_WORDS = 30


def clean(query: Any) -> Any:
    """The query with words that every database can look for."""
    if isinstance(query, str):
        # What has no letters, such as this dash, is found nowhere.
        return " ".join(NOT_SEARCHED.sub(" ", query).split()[:MOST_WORDS]) or "-"
    if isinstance(query, PlainText):
        return PlainText(clean(query.query_string), operator=query.operator, boost=query.boost)
    if isinstance(query, Phrase):
        return Phrase(clean(query.query_string))
    if isinstance(query, And | Or):
        return type(query)([clean(part) for part in query.subqueries])
    if isinstance(query, Not):
        return Not(clean(query.subquery))
    if isinstance(query, Boost):
        return Boost(clean(query.subquery), query.boost)
    return query


class CleanQueries:
    """A search backend that never fails for what somebody typed."""

    def search(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().search(clean(query), *args, **kwargs)  # type: ignore[misc]

    def autocomplete(self, query: Any, *args: Any, **kwargs: Any) -> Any:
        return super().autocomplete(clean(query), *args, **kwargs)  # type: ignore[misc]


def SearchBackend(params: dict[str, Any]) -> Any:  # noqa: N802 - the name that Wagtail looks for
    """The backend for the database of this installation."""
    base = type(database.SearchBackend(params))
    own: dict[str, Any] = {}
    if connection.vendor == "sqlite":
        from .sqlite_ranking import RankedResults

        own["results_class"] = RankedResults
    return type("SearchBackend", (CleanQueries, base), own)(params)
