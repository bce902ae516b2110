"""What was searched without result, and how often pinned words were: for editors, without a trace of any reader.

A web process notes these in memory and a thread of its own writes them every few seconds, so that no page waits for
the database, and a locked one delays nothing but the note. What a process had not written when it ended is lost.

Kept are the words, the language of the page and the number of times a day; no address, no cookie, no time. Words that
look like an e-mail address or a telephone number, and long ones, are not kept at all. Bounded in every place: in
memory, and by `tidy` in the database.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits

from .models import UnansweredSearch
from .query import SearchQuery

logger = logging.getLogger(__name__)

LONGEST = 80
MOST_WORDS = 8
MOST_DIGITS = 6
MOST_IN_MEMORY = 500
MOST_ROWS = 20_000
KEEP = timedelta(days=90)

type Row = tuple[date, str, str]


class Notes:
    """Counts of a process that wait to be written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unanswered: Counter[Row] = Counter()
        self._pinned: Counter[tuple[date, int]] = Counter()
        self._timer: threading.Timer | None = None

    def unanswered(self, query: SearchQuery) -> None:
        """Notes that the words of a query found nothing, unless they should not be kept. Costs microseconds."""
        words = query.text.lower()
        if may_be_kept(words):
            self._add(self._unanswered, (timezone.localdate(), query.language, words))

    def pinned(self, query_id: int) -> None:
        """Notes that words with pinned works were searched, which Wagtail shows beside them."""
        self._add(self._pinned, (timezone.localdate(), query_id))

    def _add[Key](self, counts: Counter[Key], key: Key) -> None:
        if settings.SEARCH_LOG_EVERY is None:
            return
        with self._lock:
            if key in counts or len(counts) < MOST_IN_MEMORY:
                counts[key] += 1
            if not self._timer:
                self._timer = threading.Timer(settings.SEARCH_LOG_EVERY, self._write_in_thread)
                self._timer.daemon = True
                self._timer.start()

    def _write_in_thread(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.write()
        except DatabaseError as error:
            logger.warning("What was searched without result was not kept: %s", error)
        finally:
            connection.close()

    def write(self) -> None:
        """Adds the counts to the database and forgets them."""
        with self._lock:
            unanswered, self._unanswered = self._unanswered, Counter()
            pinned, self._pinned = self._pinned, Counter()
        known = set(Query.objects.filter(pk__in=[pk for _day, pk in pinned]).values_list("pk", flat=True))
        with transaction.atomic():
            _add(UnansweredSearch, ("day", "language", "words"), "times", unanswered)
            hits = {key: number for key, number in pinned.items() if key[1] in known}
            _add(QueryDailyHits, ("date", "query_id"), "hits", hits)


def _add(model: Any, key: Sequence[str], number: str, counts: Mapping[Any, int]) -> None:
    """Adds counts to the rows with these keys, which begin with a day and need not exist. One statement per row, so
    that SQLite is locked for milliseconds.
    """
    table, columns = model._meta.db_table, ", ".join(key)
    sql = (
        f"INSERT INTO {table} ({columns}, {number}) VALUES ({', '.join(['%s'] * (len(key) + 1))}) "  # noqa: S608  ours
        f"ON CONFLICT ({columns}) DO UPDATE SET {number} = {table}.{number} + excluded.{number}"
    )
    rows = [(connection.ops.adapt_datefield_value(day), *more, count) for (day, *more), count in counts.items()]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


notes = Notes()


def may_be_kept(words: str) -> bool:
    """Whether words are such as many may type: no e-mail address, no long number, no letter pasted by mistake."""
    digits = sum(letter.isdigit() for letter in words)
    short = len(words) <= LONGEST and len(words.split()) <= MOST_WORDS and digits <= MOST_DIGITS
    return bool(words) and short and "@" not in words


def tidy() -> None:
    """Forgets what is older than KEEP, and the rarest where there are more than MOST_ROWS. The worker calls it."""
    UnansweredSearch.objects.filter(day__lt=timezone.localdate() - KEEP).delete()
    QueryDailyHits.garbage_collect(KEEP.days)
    kept = UnansweredSearch.objects.order_by("-times", "-day", "-pk").values("pk")
    too_many = list(kept[MOST_ROWS : 2 * MOST_ROWS].values_list("pk", flat=True))
    for start in range(0, len(too_many), 500):
        UnansweredSearch.objects.filter(pk__in=too_many[start : start + 500]).delete()
