"""`manage.py worker`: its jobs, its queue, and how it stops."""

import signal
import threading
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.tasks import TaskResultStatus, task
from django.test import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Collection
from wagtail.tasks import delete_file_from_storage_task, update_reference_index_task

from hub.management.commands import worker
from hub.management.commands.worker import MOST_TRIES, TaskWorker, run_job
from hub.models import HubDocument
from hub.upkeep import MOST_KILLS, requeue_abandoned, tidy_database

ON_DATABASE = override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
calls: list[str] = []


@task
def note(word: str) -> None:
    calls.append(word)


@task
def fail() -> None:
    raise RuntimeError("no")


@task
def reach() -> None:
    raise ConnectionRefusedError("nobody listens")


@pytest.fixture(autouse=True)
def no_calls_yet():
    calls.clear()


def test_a_job_that_fails_is_logged_and_tried_again(caplog, monkeypatch):
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    stopping = threading.Event()
    results = iter([RuntimeError("first"), RuntimeError("second"), None])

    def job():
        if error := next(results):
            raise error
        stopping.set()

    run_job(job, 0.001, stopping)
    assert caplog.text.count("trying again") == 2


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_task_that_fails_is_kept_with_its_error_and_the_next_one_runs():
    failed = fail.enqueue()
    note.enqueue("done")
    TaskWorker(batch=True).run()
    assert calls == ["done"]
    assert DBTaskResult.objects.get(pk=failed.id).status == TaskResultStatus.FAILED


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_references_of_a_row_that_is_gone_are_no_failure():
    update_reference_index_task.enqueue("hub", "relatedwork", "999999")
    note.enqueue("done")
    TaskWorker(batch=True).run()
    assert calls == ["done"]
    assert not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_deletion_that_runs_again_spares_a_new_file_of_the_same_name(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    Collection.add_root(name="Root")
    document = HubDocument.objects.create(title="New", file=ContentFile(b"new", name="plan.pdf"))
    gone = default_storage.save("documents/gone.pdf", ContentFile(b"old"))
    for name in (document.file.name, gone):
        delete_file_from_storage_task.enqueue(default_storage.deconstruct(), name)
    TaskWorker(batch=True).run()
    assert document.file.read() == b"new"
    assert not default_storage.exists(gone)
    assert not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()


def test_the_worker_stops_at_once_between_two_tasks():
    tasks = TaskWorker()
    with pytest.raises(SystemExit):
        tasks.shutdown(signal.SIGTERM, None)
    assert tasks.stopping.is_set()


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_task_that_outlasts_the_stop_goes_back_into_the_queue(monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr(worker, "GRACE", 0.01)
    monkeypatch.setattr(worker.os, "_exit", lambda status: ended.set())
    note.enqueue("long")
    tasks = TaskWorker()
    tasks.current = DBTaskResult.objects.get()
    tasks.current.claim(tasks.worker_id)
    tasks.shutdown(signal.SIGTERM, None)
    assert ended.wait(5)
    assert DBTaskResult.objects.ready().count() == 1


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_housekeeping_deletes_what_finished_days_ago():
    note.enqueue("old")
    note.enqueue("new")
    TaskWorker(batch=True).run()
    old = DBTaskResult.objects.order_by("enqueued_at").first()
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=3))
    tidy_database()
    assert DBTaskResult.objects.count() == 1


def claimed(*names):
    """Tasks that workers are at."""
    for name in names:
        note.enqueue(name)
    rows = list(DBTaskResult.objects.order_by("enqueued_at"))
    for row in rows:
        row.claim("a worker")
    return rows


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
@pytest.mark.parametrize("since", [timedelta(minutes=-3), timedelta(hours=2)], ids=["killed", "clock moved back"])
def test_the_task_of_a_killed_worker_waits_again_after_minutes(since):
    killed, running = claimed("killed", "running")
    DBTaskResult.objects.filter(pk=killed.pk).update(started_at=timezone.now() + since)
    requeue_abandoned()
    assert DBTaskResult.objects.ready().get().pk == killed.pk
    TaskWorker(batch=True).run()
    assert calls == ["killed"]


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_task_that_takes_long_stays_with_its_worker():
    (row,) = claimed("long")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
    tasks = TaskWorker()
    tasks.current = row
    tasks.say_that_it_goes_on()
    requeue_abandoned()
    assert not DBTaskResult.objects.ready().exists()


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_task_that_kills_its_workers_is_given_up():
    (task,) = claimed("deadly")
    for kills in range(1, MOST_KILLS + 1):
        DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
        requeue_abandoned()
        task.refresh_from_db()
        assert (task.status == TaskResultStatus.FAILED) == (kills == MOST_KILLS)
        task.claim("a worker")


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_task_that_failed_before_it_killed_its_workers_is_given_up_too():
    reach.enqueue()
    TaskWorker(batch=True).run()
    task = DBTaskResult.objects.get()
    for _kill in range(MOST_KILLS):
        task.claim("a worker")
        DBTaskResult.objects.update(started_at=timezone.now() - timedelta(hours=1))
        requeue_abandoned()
        task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert task.traceback == "Its workers were killed."


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_a_task_that_fails_because_of_something_outside_is_tried_again_later():
    row = DBTaskResult.objects.get(pk=reach.enqueue().id)
    for tries, minutes in ((1, 1), (2, 2), (3, 4)):
        TaskWorker(batch=True).run()
        row.refresh_from_db()
        pause = row.run_after - timezone.now()
        assert (row.status, len(row.worker_ids)) == (TaskResultStatus.READY, tries)
        assert timedelta(minutes=minutes - 0.2) < pause <= timedelta(minutes=minutes)
        DBTaskResult.objects.update(run_after=timezone.now())
    DBTaskResult.objects.update(worker_ids=["a"] * MOST_TRIES)
    TaskWorker(batch=True).run()
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_what_is_to_be_tried_again_does_not_wait_for_a_clock_that_was_moved_back():
    reach.enqueue()
    TaskWorker(batch=True).run()
    DBTaskResult.objects.update(run_after=timezone.now() + timedelta(hours=5))
    requeue_abandoned()
    assert DBTaskResult.objects.ready().count() == 1


def test_what_has_failed_for_hours_is_still_tried_again(monkeypatch):
    """2.0 ** 1024 is more than a float holds."""
    stopping, waits = threading.Event(), []
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(stopping, "wait", waits.append)
    monkeypatch.setattr(worker.logger, "exception", lambda *args: None)

    def job():
        if len(waits) > 1100:
            stopping.set()
        raise OperationalError("the database is away")

    run_job(job, 0.2, stopping)
    assert max(waits) == worker.LONGEST_WAIT


def test_a_queue_that_cannot_be_read_for_hours_is_read_in_the_end(monkeypatch):
    tasks, waits = TaskWorker(), []
    monkeypatch.setattr(worker.time, "sleep", waits.append)
    monkeypatch.setattr(worker.logger, "exception", lambda *args: None)

    def run(self):
        if len(waits) > 1100:
            raise SystemExit
        raise OperationalError("the database is away")

    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.Worker.run", run)
    tasks.run_until_stopped()
    assert max(waits) == worker.LONGEST_WAIT


def test_a_queue_that_could_be_read_again_is_soon_tried_after_the_next_failure(monkeypatch):
    tasks, waits, clock = TaskWorker(), [], iter(range(0, 10**6, 600))
    monkeypatch.setattr(worker.time, "sleep", waits.append)
    monkeypatch.setattr(worker.time, "monotonic", lambda: next(clock))

    def run(self):
        if len(waits) > 8:
            raise SystemExit
        raise OperationalError("the database is away")

    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.Worker.run", run)
    tasks.run_until_stopped()
    assert set(waits) == {2.0}


@ON_DATABASE
@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_task_cannot_be_noted_is_free_again(monkeypatch):
    note.enqueue("done")

    def fail(self, value):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(DBTaskResult, "set_successful", fail)
    monkeypatch.setattr(DBTaskResult, "set_failed", fail)
    tasks = TaskWorker(batch=True)
    with pytest.raises(OperationalError):
        tasks.run()
    assert tasks.current is None


def test_stopping_wakes_a_job_that_waits():
    stopping = threading.Event()
    thread = threading.Thread(target=run_job, args=(lambda: None, 60, stopping))
    thread.start()
    start = time.monotonic()
    stopping.set()
    thread.join(2)
    assert not thread.is_alive()
    assert time.monotonic() - start < 1
