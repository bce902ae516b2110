"""Brings waiting works into the index: reads each as it is now, applies, forgets those not written again meanwhile."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from events.models import Occurrence

from .documents import read_each
from .engines import Engine, EngineBusy, EngineUnavailable, get_engine
from .engines.protocol import Change
from .models import IndexChange, IndexState, pause_after
from .works import Deletion

logger = logging.getLogger(__name__)

BATCH = 200
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
        changes = list(IndexChange.objects.due(timezone.now())[:BATCH])
        if not changes:
            return done
        state = IndexState.objects.current()
        if state.retry_at and state.retry_at > timezone.now():
            return done
        engine = get_engine()
        generation = engine.status().generation
        if generation and generation != state.generation:
            # Not, or not yet, the index of this database: see rebuild.py.
            return done
        try:
            as_of = database_time()
            read = _read(changes)
            _apply(engine, read, as_of)
        except EngineBusy:
            # Another worker has the index, and reads the same table.
            return done
        except EngineUnavailable as error:
            _record_failure(state, str(error))
            return done
        if engine.status().generation != generation or not _finish(changes, read, generation):
            # The rest comes at the next call, where another generation took over meanwhile all of it.
            return done
        done += len(changes)


def database_time() -> datetime:
    """Now, by the one clock that all processes share."""
    now: datetime = IndexState.objects.row().values_list(Now(), flat=True).get()
    return now


def _read(changes: Sequence[IndexChange]) -> dict[uuid.UUID, Change | None]:
    """The works as they are now; None for one that cannot be read, which must not hold up the others."""
    works, unreadable = read_each(change.key for change in changes)
    return {
        change.key: None if change.key in unreadable else works.get(change.key) or Deletion(str(change.key))
        for change in changes
    }


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


def _finish(changes: Sequence[IndexChange], read: dict[uuid.UUID, Change | None], generation: str) -> bool:
    """Forgets what was applied. False if there is no more to do now: `generation` is not, or no longer, the index of
    this database, or all of the works were written again, perhaps in transactions that are still open.

    Rows of open transactions are passed over: whoever waits for them can be waited for by them, and for ever.
    """
    now = timezone.now()
    applied = [change.version for change in changes if read[change.key]]
    free = IndexChange.objects.select_for_update(skip_locked=True).values("version")
    with transaction.atomic():
        # Also locks the row, so that no rebuild begins or ends in between.
        mine = IndexState.objects.row().filter(generation=generation)
        if not mine.update(drained_at=now, failures=0, retry_at=None, last_error="", last_error_at=None):
            return False
        written = IndexChange.objects.filter(version__in=free.filter(version__in=applied))
        if IndexState.objects.current().is_rebuilding(now):
            done = written.update(applied=True)
        else:
            # One statement. Where a signal for any model is listened to, `delete()` first reads the rows and then
            # removes them by their keys, with what another transaction has written into them meanwhile.
            done = written._raw_delete(written.db) or 0
            # A rebuild that was killed has left its claim, and rows that it was to have applied.
            IndexState.objects.row().update(rebuild=None, rebuild_seen_at=None)
            kept = IndexChange.objects.filter(version__in=free.filter(applied=True))
            kept._raw_delete(kept.db)
        for change in changes:
            if not read[change.key]:
                done += IndexChange.objects.filter(version__in=free.filter(version=change.version)).update(
                    failures=F("failures") + 1, retry_at=now + pause_after(change.failures + 1)
                )
    return bool(done)


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
    since: datetime = IndexState.objects.current().events_seen_at or now
    passed = Occurrence.objects.filter(end__gt=since, end__lte=now)
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
