"""Short ways to say what a work is."""

import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from search.query import SearchQuery
from search.works import EventTimes, WorkDocument, WorkText

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_pages = itertools.count(1)


def text(language: str, title: str, body: str = "", **parts: str) -> WorkText:
    page = next(_pages)
    return WorkText(language, page, f"/{language}/news/{page}/", title, body=body, **parts)


LAST_MONTH = NOW - timedelta(days=30)


def work(*texts: WorkText, kind: str = "news", published: datetime | None = LAST_MONTH, **facts: Any) -> WorkDocument:
    facts.setdefault("own_themes", facts.get("themes", ())[:1])
    facts.setdefault("days", (published.date(),) if published else ())
    return WorkDocument(key=str(uuid.uuid4()), kind=kind, texts=texts, published=published, **facts)


def event(*texts: WorkText, start: datetime, length: timedelta = timedelta(hours=2), **facts: Any) -> WorkDocument:
    times = EventTimes(start, start + length, start + length, "Europe/Berlin")
    return work(*texts, kind="event", event=times, days=(start.date(),), **facts)


def query(words: str = "", reader: str = "en", **parts: Any) -> SearchQuery:
    """A query from its text; facets by their name, as one value or several."""
    facets = {name: parts.pop(name) for name in list(parts) if name in FACET_NAMES}
    filters = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in facets.items()}
    return SearchQuery(text=words, language=reader, filters=filters, now=parts.pop("now", NOW), **parts)


FACET_NAMES = ("theme", "kind", "language", "place", "organisation", "when", "format")


def day(text: str) -> date:
    return date.fromisoformat(text)
