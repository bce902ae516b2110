"""Makes the index anew while the old one serves and changes keep flowing, and compares it with the database."""

from __future__ import annotations

import gc
import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import Page

from .documents import read_all, read_each
from .engines import EngineUnavailable, get_engine
from .index_documents import analysed
from .models import ABANDONED_AFTER, IndexChange, IndexState
from .outbox import next_moment
from .works import WorkDocument

logger = logging.getLogger(__name__)

BEAT = 2.0
TAKEN_OVER = "Another process has taken over making the search index anew."


class RebuildRunning(Exception):  # noqa: N818
    """Another process is making the index anew."""


def needs_rebuild() -> str:
    """Why the index must be made anew, in a sentence; empty if it need not. Raises EngineUnavailable."""
    status = get_engine().status()
    if status.out_of_reach:
        raise EngineUnavailable(status.error)
    if not status.generation:
        return status.error
    if status.generation != IndexState.objects.current().generation:
        return "The search index does not belong to this database."
    return ""


def rebuild() -> int:
    """Reads every work into a new generation, switches to it, and returns how many works it has.

    From the moment of the claim the outbox keeps what it applies to the old index. When the new one is in use, all of
    that is applied again, so nothing written meanwhile is lost. Raises RebuildRunning, EngineUnavailable.
    """
    now = timezone.now()
    token = uuid.uuid4()
    IndexState.objects.current()
    seen = now - ABANDONED_AFTER, now + ABANDONED_AFTER
    free = IndexState.objects.row().filter(Q(rebuild=None) | ~Q(rebuild_seen_at__range=seen))
    with transaction.atomic():
        if not free.update(rebuild=token, rebuild_seen_at=now):
            raise RebuildRunning("Another process is making the search index anew.")
        _release_kept()
    as_of = next_moment()
    count = 0

    def batches() -> Iterator[list[WorkDocument]]:
        nonlocal count
        for batch in read_all():
            if not IndexState.objects.row().filter(rebuild=token).update(rebuild_seen_at=timezone.now()):
                raise RebuildRunning(TAKEN_OVER)
            count += len(batch)
            yield batch

    engine = get_engine()
    try:
        with _going_on(token), _seldom_tidied():
            refused = engine.rebuild(analysed(batches(), Page.objects.filter(live=True).count()), as_of)
        generation = engine.status().generation
    except BaseException:
        IndexState.objects.row().filter(rebuild=token).update(rebuild=None, rebuild_seen_at=None)
        raise
    with transaction.atomic():
        mine = IndexState.objects.row().filter(rebuild=token)
        if not mine.update(
            rebuild=None,
            rebuild_seen_at=None,
            generation=generation,
            failures=0,
            retry_at=None,
            last_error="",
            last_error_at=None,
        ):
            raise RebuildRunning(TAKEN_OVER)
        _release_kept()
        IndexChange.objects.touch(uuid.UUID(key) for key in refused)
    logger.info("Made the search index anew: %s works", count - len(refused))
    return count - len(refused)


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Lets Python look for circles of objects less often: a tenth of the time would go into it, for nothing."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _going_on(token: uuid.UUID) -> Iterator[None]:
    """Renews the claim of a rebuild every BEAT seconds for as long as this process lives and the block lasts."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                IndexState.objects.row().filter(rebuild=token).update(rebuild_seen_at=timezone.now())
            except DatabaseError as error:
                logger.warning("Could not say that the search index is being made anew: %s", error)
        connection.close()

    thread = threading.Thread(target=beat, name="rebuild-beat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _release_kept() -> None:
    """Changes that were applied to another generation wait again."""
    IndexChange.objects.filter(applied=True).update(applied=False, waiting_since=timezone.now())


def rebuild_if_needed() -> bool:
    """Heals a missing, broken or foreign index. The worker calls it every few seconds."""
    try:
        reason = needs_rebuild()
    except EngineUnavailable:
        return False  # it may be there all the same
    if not reason:
        _tidy_up_after_one_that_was_killed()
        return False
    logger.warning("Making the search index anew: %s", reason)
    try:
        rebuild()
    except RebuildRunning as error:
        logger.warning("Could not make the search index anew: %s", error)
        return False
    except EngineUnavailable as error:
        logger.warning("Could not make the search index anew: %s", error)
        IndexState.objects.row().update(last_error=str(error), last_error_at=timezone.now())
        return False
    return True


def _tidy_up_after_one_that_was_killed() -> None:
    """Drops its claim, and the rows that it was to have applied: the index in use has them."""
    state = IndexState.objects.current()
    if state.rebuild is None or state.is_rebuilding(timezone.now()):
        return
    left = IndexState.objects.row().filter(
        rebuild=state.rebuild, rebuild_seen_at=state.rebuild_seen_at, generation=state.generation
    )
    with transaction.atomic():
        if left.update(rebuild=None, rebuild_seen_at=None):
            kept = IndexChange.objects.filter(applied=True)
            kept._raw_delete(kept.db)


@dataclass
class Differences:
    """Works (keys) that the index lacks, has in another state, or should not have."""

    missing: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [*self.missing, *self.outdated, *self.surplus]


def compare() -> Differences:
    """Compares every work in the database with the index. Works that wait in the outbox are not differences.

    Raises EngineUnavailable.
    """
    indexed = dict(get_engine().digests())
    candidates = Differences()
    for batch in read_all():
        for document in batch:
            digest = indexed.pop(document.key, None)
            if digest is None:
                candidates.missing.append(document.key)
            elif digest != document.digest:
                candidates.outdated.append(document.key)
    candidates.surplus = list(indexed)
    return _confirmed(candidates)


def _confirmed(candidates: Differences) -> Differences:
    """Without what changed while it was compared: it waits, or the index has caught up with it."""
    if not candidates.keys:
        return candidates
    waiting = {str(key) for key in IndexChange.objects.values_list("key", flat=True)}
    indexed = dict(get_engine().digests())
    now, _unreadable = read_each(uuid.UUID(key) for key in candidates.keys)

    def differs(key: str) -> bool:
        document = now.get(uuid.UUID(key))
        return key not in waiting and indexed.get(key) != (document.digest if document else None)

    return Differences(
        missing=[key for key in candidates.missing if differs(key)],
        outdated=[key for key in candidates.outdated if differs(key)],
        surplus=[key for key in candidates.surplus if differs(key)],
    )
