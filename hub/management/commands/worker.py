"""The background worker: scheduled publishing, the search index, housekeeping, and queued tasks."""

import contextlib
import logging
import os
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from structlog.contextvars import bound_contextvars
from wagtail.tasks import delete_file_from_storage_task, update_reference_index_task

from hub import mail, metrics
from hub.models import HubDocument, HubImage, HubRendition
from hub.upkeep import LONGEST_PAUSE

logger = logging.getLogger("hub.worker")

GRACE = 1.5  # seconds that a task or job gets to finish once the worker has to stop
LONGEST_WAIT = 10.0  # seconds between two tries of what keeps failing
BEAT = 20.0  # seconds after which a worker says again that it is at a task
MOST_TRIES = 30  # of a task that fails because of something outside: about a day


class Command(BaseCommand):
    help = "Run the jobs of the setting WORKER_JOBS again and again, and queued tasks, until told to stop."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="Run each job and all queued tasks once, then end.")

    def handle(self, *, once: bool, **options: Any) -> None:
        jobs = [(import_string(path), seconds) for path, seconds in settings.WORKER_JOBS]
        if once:
            for job, _ in jobs:
                job()
            TaskWorker(batch=True).run()
            return
        metrics.begin()
        stopping = threading.Event()
        tasks = TaskWorker(stopping=stopping)
        tasks.configure_signals()
        threads = [
            threading.Thread(target=run_job, args=(job, seconds, stopping), name=job.__name__, daemon=True)
            for job, seconds in [*jobs, (tasks.say_that_it_goes_on, BEAT)]
        ]
        for thread in threads:
            thread.start()
        tasks.run_until_stopped()
        end = time.monotonic() + GRACE
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0))


def run_job(job: Callable[[], object], seconds: float, stopping: threading.Event) -> None:
    """Call the job every so many seconds until `stopping` is set. What fails is logged and tried again, ever less
    often up to LONGEST_WAIT."""
    failures = 0
    while not stopping.is_set():
        try:
            with fresh_connection():
                job()
            failures = 0
        except Exception:
            failures += 1
            logger.exception("%s.%s failed (%s in a row); trying again", job.__module__, job.__name__, failures)
        stopping.wait(max(seconds, wait_after(failures, seconds)) if failures else seconds)
    connection.close()


@contextlib.contextmanager
def fresh_connection() -> Iterator[None]:
    """Uses no connection that is broken, and leaves none behind. Closing one may fail, too, when the database ends."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def wait_after(failures: int, seconds: float) -> float:
    """Seconds until what has failed so often in a row, at least once, is tried again: LONGEST_WAIT at most."""
    # Not 2**failures: after hours that is more than a float holds.
    return min(seconds * 2 ** min(failures, 10), LONGEST_WAIT)


def is_to_index_what_is_gone(task: DBTaskResult) -> bool:
    """Whether the task is Wagtail's for the references of a row that has been deleted since.

    That is an everyday case, the rows of a form are replaced when it is saved again, and Wagtail's task fails on it.
    """
    if task.task_path != update_reference_index_task.module_path:
        return False
    app_label, model_name, pk = task.args_kwargs["args"]
    return not apps.get_model(app_label, model_name)._default_manager.filter(pk=pk).exists()


def is_to_delete_what_is_used(task: DBTaskResult) -> bool:
    """Whether the task is Wagtail's to delete a file, and something has a file of that name now.

    Then it was done before, its worker was killed just after, and the name was free for a new file.
    """
    if task.task_path != delete_file_from_storage_task.module_path:
        return False
    _storage, name = task.args_kwargs["args"]
    return any(model.objects.filter(file=name).exists() for model in (HubImage, HubRendition, HubDocument))


def was_outside(task: DBTaskResult) -> bool:
    """Whether the task failed because of the network, a disk or the database, and not by a fault of its own."""
    try:
        error = import_string(task.exception_class_path)
    except ImportError:
        return False
    return issubclass(error, OSError | OperationalError)


class TaskWorker(Worker):
    """django-tasks-db's worker, for all queues. It outlives a database that is away for a while, and stops within
    GRACE seconds: a task that takes longer goes back into the queue.

    A task that fails because something outside does, such as a mail server, is tried again ever less often. So each
    must be one that may be repeated: that also happens when a worker is killed (`hub.upkeep.requeue_abandoned`).
    """

    def __init__(self, *, stopping: threading.Event | None = None, batch: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=1,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.stopping = stopping or threading.Event()
        self.current: DBTaskResult | None = None

    def run_until_stopped(self) -> None:
        """Run tasks until a signal comes."""
        failures = 0
        with contextlib.suppress(SystemExit):
            while self.running:
                begun = time.monotonic()
                try:
                    self.run()
                except Exception:
                    # It has worked in between, unless it failed at once.
                    failures = failures + 1 if time.monotonic() - begun < LONGEST_WAIT else 1
                    logger.exception("The task queue cannot be read; trying again")
                    time.sleep(wait_after(failures, 1.0))

    def run_task(self, db_task_result: DBTaskResult) -> None:
        self.current = db_task_result
        try:
            if is_to_index_what_is_gone(db_task_result) or is_to_delete_what_is_used(db_task_result):
                db_task_result.delete()
                return
            with bound_contextvars(task_id=str(db_task_result.pk)):
                super().run_task(db_task_result)
                if db_task_result.status == TaskResultStatus.FAILED:
                    self._try_again(db_task_result)
            if (
                db_task_result.status == TaskResultStatus.SUCCESSFUL
                and db_task_result.task_path == mail.send.module_path
            ):
                # It may hold a link to a new password.
                db_task_result.delete()
        finally:
            self.current = None

    def _try_again(self, task: DBTaskResult) -> None:
        """Put a failed task back into the queue, for later, if the fault was outside and it has not had all tries."""
        tries = len(task.worker_ids)
        if not was_outside(task) or tries >= MOST_TRIES:
            return
        pause = min(timedelta(minutes=1) * 2 ** (tries - 1), LONGEST_PAUSE)
        task.status, task.run_after, task.finished_at = TaskResultStatus.READY, timezone.now() + pause, None
        task.save(update_fields=["status", "run_after", "finished_at"])
        logger.warning("Task %s failed (%s times) and is tried again in %s", task.task_path, tries, pause)

    def say_that_it_goes_on(self) -> None:
        """Say of the task under way that its worker lives. The worker calls this every BEAT seconds."""
        if task := self.current:
            DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(started_at=timezone.now())

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop: at once between two tasks, after GRACE seconds in the middle of one."""
        self.stopping.set()
        if self.current is None:
            self.running = False
            raise SystemExit(0)
        if self.running:
            self.running = False
            threading.Thread(target=self._give_back, daemon=True).start()

    def _give_back(self) -> None:
        time.sleep(GRACE)
        if task := self.current:
            DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY, started_at=None, worker_ids=task.worker_ids[:-1]
            )
            logger.warning("Task %s was still running and is back in the queue", task.task_path)
            os._exit(0)

    def configure_signals(self) -> None:
        signal.signal(signal.SIGINT, self.shutdown)
        signal.signal(signal.SIGTERM, self.shutdown)
