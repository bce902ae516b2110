"""Several writers at once, on a database where they really meet."""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from wagtail.models import Locale, Page, PageViewRestriction

from search.engines import get_engine
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.rebuild import RebuildRunning, compare, rebuild
from tests import content

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time"),
]


@pytest.fixture
def engine(tmp_path, settings):
    # What the migrations wrote is gone after the first of these tests.
    if not Page.objects.exists():
        # A locale that is saved asks for its pages at once.
        Locale.objects.bulk_create([Locale(language_code="en")], ignore_conflicts=True)
        Page.add_root(instance=Page(title="Root", slug="root", locale=Locale.objects.get(language_code="en")))
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    rebuild()
    yield get_engine()
    get_engine().close()


def at_once(*jobs: Callable[[], object]) -> None:
    """Runs the jobs in threads with connections of their own, and raises what one of them raised."""
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failures:
        raise failures[0]
    assert not any(thread.is_alive() for thread in threads)


def test_transactions_that_touch_works_one_by_one_do_not_wait_for_each_other():
    """A deadlock would end one of them with an error, and its editor's work with it."""
    first, second = uuid.uuid4(), uuid.uuid4()
    IndexChange.objects.touch([first, second])
    both = threading.Barrier(2)

    def touch(*keys: uuid.UUID) -> None:
        with transaction.atomic():
            for key in keys:
                IndexChange.objects.touch([key])
                with contextlib.suppress(threading.BrokenBarrierError):
                    both.wait(5)

    at_once(lambda: touch(first, second), lambda: touch(second, first))
    assert {first, second} <= set(IndexChange.objects.values_list("key", flat=True))


def test_what_is_written_while_the_outbox_is_drained_is_in_the_index_at_the_end(engine):
    pages = [content.post(f"Water {number}") for number in range(6)]
    over = threading.Event()

    def publish() -> None:
        for number in range(5):
            for page in pages:
                page.title = f"Energy {number}"
                page.save_revision().publish()
        over.set()

    def work() -> None:
        while not over.is_set():
            drain()

    at_once(publish, work)
    drain()
    assert not IndexChange.objects.exists()
    assert not compare().keys


def test_a_change_that_is_not_committed_yet_is_not_forgotten(engine):
    """The worker sees the row of an earlier change, and not the one that an open transaction has written over it."""
    page = content.post("Water")
    written, drained = threading.Event(), threading.Event()

    def restrict() -> None:
        with transaction.atomic():
            PageViewRestriction.objects.create(page=page, restriction_type="login")
            written.set()
            drained.wait(2)

    def work() -> None:
        written.wait(30)
        drain()
        drained.set()

    at_once(restrict, work)
    drain()
    assert engine.status().documents == 0
    assert not compare().keys


def test_one_of_two_rebuilds_is_told_that_the_other_runs(engine):
    content.post("Water")
    refused: list[RebuildRunning] = []
    together = threading.Barrier(2)

    def make() -> None:
        together.wait(30)
        try:
            rebuild()
        except RebuildRunning as error:
            refused.append(error)

    at_once(make, make)
    drain()
    assert len(refused) <= 1
    assert IndexState.objects.current().generation == engine.status().generation
    assert not compare().keys


def test_draining_and_a_transaction_that_touches_its_works_do_not_wait_for_each_other(engine):
    first, second = sorted([uuid.uuid4(), uuid.uuid4()])
    IndexChange.objects.touch([first, second])
    written, drained = threading.Event(), threading.Event()

    def touch() -> None:
        with transaction.atomic():
            IndexChange.objects.touch([second])
            written.set()
            drained.wait(2)
            IndexChange.objects.touch([first])

    def work() -> None:
        written.wait(30)
        start = time.monotonic()
        drain()
        assert time.monotonic() - start < 1.5, "the worker waited for an open transaction"
        drained.set()

    at_once(touch, work)
    assert set(IndexChange.objects.values_list("key", flat=True)) == {first, second}
    drain()
    assert not IndexChange.objects.exists()
