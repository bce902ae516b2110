"""Brings waiting works into the index: reads each as it is now, applies, forgets what was written before that."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.models import Page

from events.models import Occurrence
from hub.models import ContentChange
from hub.moments import has_passed

from .documents import read_each
from .engines import Engine, EngineBusy, EngineUnavailable, get_engine
from .engines.protocol import Change
from .models import IndexChange, IndexChangeQuerySet, IndexState, pause_after
from .works import Deletion

logger = logging.getLogger(__name__)

BATCH = 200
# In one statement.
ROWS = 1_000
# Seconds after which an engine that fails is tried again, however long it has been failing.
LONGEST_PAUSE = timedelta(seconds=10)


def drain() -> int:
    """Applies everything that waits and returns how many works were brought up to date. The worker calls it all the
    time.

    A crash at any point repeats work and loses none: a row goes only after the engine has its work. While the engine
    fails, rows stay, IndexState keeps the error, and calls return at once until the next try is due.
    """
    done = 0
    while True:
        keys = set(IndexChange.objects.due(timezone.now()).values_list("key", flat=True)[:BATCH])
        if not keys:
            return done
        state = IndexState.objects.current()
        if not has_passed(state.retry_at, timezone.now(), LONGEST_PAUSE):
            return done
        engine = get_engine()
        generation = engine.status().generation
        if generation and generation != state.generation:
            # Not, or not yet, the index of this database: see rebuild.py.
            return done
        try:
            # Before the works are read: what is written after that stays.
            rows = list(IndexChange.objects.filter(key__in=keys))
            as_of = next_moment()
            read = _read(keys)
            _apply(engine, read, as_of)
        except EngineBusy:
            # Another worker has the index, and reads the same table.
            return done
        except EngineUnavailable as error:
            _record_failure(state, str(error))
            return done
        if engine.status().generation != generation or not _finish(rows, read, generation):
            # Another generation took over meanwhile: all of it comes again at the next call.
            return done
        # Pages show numbers and similar works from the index.
        ContentChange.objects.note()
        done += len(read)


def next_moment() -> datetime:
    """Now, by the one clock that all processes share, and later than any such moment before.

    Elasticsearch takes no work that was read earlier than the one it has: were the clock moved back by hours, it would
    take none for hours.
    """
    with transaction.atomic():
        state = IndexState.objects.row().select_for_update().values_list(Now(), "moment")
        now, last = state.get()
        moment: datetime = max(now, last + timedelta(microseconds=1)) if last else now
        IndexState.objects.row().update(moment=moment)
    return moment


def _read(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Change | None]:
    """The works as they are now; None for one that cannot be read, which must not hold up the others."""
    works, unreadable = read_each(keys)
    return {key: None if key in unreadable else works.get(key) or Deletion(str(key)) for key in keys}


def _apply(engine: Engine, read: dict[uuid.UUID, Change | None], as_of: datetime) -> None:
    """Applies the works. Those that the engine cannot hold are None afterwards, and hold up nothing else."""
    changes = {key: change for key, change in read.items() if change}
    try:
        engine.apply(list(changes.values()), as_of)
    except EngineUnavailable:
        raise
    except Exception:  # noqa: BLE001  logged below, with the work that it belongs to
        for key, change in changes.items():
            try:
                engine.apply([change], as_of)
            except EngineUnavailable:
                raise
            except Exception:
                logger.exception("The index cannot hold the work %s; trying again later", key)
                read[key] = None


def _finish(rows: Sequence[IndexChange], read: dict[uuid.UUID, Change | None], generation: str) -> bool:
    """Forgets the rows of what was applied, unless `generation` is not, or no longer, the index of this database.

    Rows are changed and removed by those who have locked that of IndexState, and publishers only add some: so nobody
    waits for an editor's transaction.
    """
    now = timezone.now()
    applied = [row.pk for row in rows if read[row.key]]
    with transaction.atomic():
        # Also locks the row, so that no rebuild begins or ends in between.
        mine = IndexState.objects.row().filter(generation=generation)
        if not mine.update(drained_at=now, failures=0, retry_at=None, last_error="", last_error_at=None):
            return False
        if IndexState.objects.current().is_rebuilding(now):
            for some in batched(applied, ROWS):
                IndexChange.objects.filter(pk__in=some).update(applied=True, failures=0, retry_at=None)
        else:
            for some in batched(applied, ROWS):
                _remove(IndexChange.objects.filter(pk__in=some))
            # A rebuild that was killed has left its claim, and rows that it was to have applied.
            IndexState.objects.row().update(rebuild=None, rebuild_seen_at=None)
            _remove(IndexChange.objects.filter(applied=True))
        for key in (key for key, change in read.items() if not change):
            failed = [row for row in rows if row.key == key]
            failures = 1 + max((row.failures for row in failed), default=0)
            IndexChange.objects.filter(pk__in=[row.pk for row in failed]).update(
                failures=failures, retry_at=now + pause_after(failures)
            )
    return True


def _remove(rows: IndexChangeQuerySet) -> None:
    """In one statement. `delete()` would read the rows first, for those who listen to the removal of anything."""
    rows._raw_delete(rows.db)


def _record_failure(state: IndexState, error: str) -> None:
    now = timezone.now()
    if state.last_error != error:
        logger.warning("The search engine does not take changes; they wait: %s", error)
    pause = min(LONGEST_PAUSE, pause_after(state.failures + 1))
    IndexState.objects.row().update(
        failures=F("failures") + 1, last_error=error, last_error_at=now, retry_at=now + pause
    )


def touch_passed_events() -> int:
    """Touches recurring events whose shown date has passed since the last call. The worker calls it every minute."""
    now = timezone.now()
    # Also what had passed, until the clock was moved back.
    first, last = sorted((IndexState.objects.current().events_seen_at or now, now))
    passed = Occurrence.objects.filter(end__gt=first, end__lte=last)
    with transaction.atomic():
        keys = set(passed.values_list("event__translation_key", flat=True))
        IndexChange.objects.touch(keys)
        IndexState.objects.row().update(events_seen_at=now)
    return len(keys)


def oldest_waiting(now: datetime) -> float:
    """Seconds that the oldest change has been waiting; 0 if none is.

    A work that cannot be read is left out: it says something about that work and nothing about the outbox.
    """
    rows = IndexChange.objects.waiting().filter(failures=0)
    first = rows.order_by("waiting_since").values_list("waiting_since", flat=True).first()
    return max(0.0, (now - first).total_seconds()) if first else 0.0


class UnreadableWork(NamedTuple):
    """`page` (primary key) and `title` are those of its first page; None and empty where there is none."""

    key: uuid.UUID
    tries: int
    page: int | None
    title: str


def unreadable_works() -> list[UnreadableWork]:
    """Those that could not be read, or that the index could not hold, when they were last tried."""
    tries: dict[uuid.UUID, int] = dict(IndexChange.objects.unreadable().values_list("key").annotate(Max("failures")))
    # The first page comes last, and stays.
    pages = Page.objects.filter(translation_key__in=tries).order_by("-pk")
    first = {key: (pk, title) for key, pk, title in pages.values_list("translation_key", "pk", "title")}
    return [UnreadableWork(key, number, *first.get(key, (None, ""))) for key, number in tries.items()]
