"""The hit that a page of results shows of a work, from what an engine keeps of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from .engines.protocol import Hit, Suggestion
from .highlight import Matcher
from .query import SearchQuery
from .works import WorkText


def load(content: str | bytes) -> dict[str, Any]:
    """What an engine keeps: see `IndexDocument.content`."""
    kept: dict[str, Any] = json.loads(content)
    return kept


class HitMaker:
    """Makes the hits of one query."""

    def __init__(self, query: SearchQuery) -> None:
        self.query = query
        self._matchers: dict[str, Matcher] = {}

    def _matcher(self, language: str) -> Matcher:
        if language not in self._matchers:
            self._matchers[language] = Matcher(self.query.wanted, language)
        return self._matchers[language]

    def hit(self, work: dict[str, Any]) -> Hit:
        """The hit for what `load` gave: in the reader's language where the work exists in it, else as it was found."""
        texts = [WorkText(**text) for text in work["texts"]]
        shown = matched = text_in(texts, self.query.language)
        matcher = self._matcher(shown.language)
        if self.query.wanted and matcher.terms_in(shown) != matcher.all:
            # The first language with most of the words, the shown one before the others.
            ordered = sorted(texts, key=lambda text: text is not shown)
            matched = max(ordered, key=lambda text: len(self._matcher(text.language).terms_in(text)))
            if shown.language != self.query.language:
                shown, matcher = matched, self._matcher(matched.language)
        event = work["event"] or {}
        return Hit(
            key=work["key"],
            page_id=shown.page_id,
            url=shown.url,
            language=shown.language,
            matched_language=matched.language,
            versions={text.language: text.url for text in texts},
            title=matcher.mark(shown.title),
            passage=matcher.passage(shown),
            kind=work["kind"],
            published=_moment(work["published"]),
            themes=tuple(work["own_themes"]),
            start=_moment(event.get("start")),
            end=_moment(event.get("end")),
            timezone=event.get("timezone", "UTC"),
            all_day=event.get("all_day", False),
            status=event.get("status", ""),
            deadline=date.fromisoformat(work["deadline"]) if work["deadline"] else None,
        )


def suggestion(work: dict[str, Any], language: str) -> Suggestion:
    text = text_in([WorkText(**text) for text in work["texts"]], language)
    return Suggestion(text.page_id, text.title, text.url, text.language, work["kind"])


def text_in(texts: Sequence[WorkText], language: str) -> WorkText:
    """The text in a language, else in that of the original."""
    return next((text for text in texts if text.language == language), texts[0])


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
