"""Housekeeping of the database, which the worker calls."""

from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, DBTaskResultQuerySet, get_date_max

from .models import ContentChange

KEEP_FINISHED_TASKS = timedelta(days=2)
# So that somebody can look, and repeat them: `manage.py doctor`.
KEEP_FAILED_TASKS = timedelta(days=14)
# A worker says every 20 seconds that it is at its task. One that has not for so long was killed.
ABANDONED_AFTER = timedelta(minutes=2)
# So often a task may take its worker with it.
MOST_KILLS = 5
# Stands in `worker_ids` for a worker that was killed at the task; others there have ended it, or said that it failed.
KILLED = "killed"
# Until a task that fails because of something outside is tried again.
LONGEST_PAUSE = timedelta(hours=1)


def tidy_database() -> None:
    """Delete the records of tasks that finished days ago, and refresh SQLite's statistics where they are out of date.
    The worker calls this every hour.

    Every save of a page leaves a task, and without statistics SQLite chooses bad plans for the editors' search.
    """
    now, tasks = timezone.now(), DBTaskResult.objects
    tasks.successful().filter(finished_at__lte=now - KEEP_FINISHED_TASKS).delete()
    tasks.failed().filter(finished_at__lte=now - KEEP_FAILED_TASKS).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def abandoned() -> DBTaskResultQuerySet:
    """Tasks of workers that were killed; also those that seem to have begun in the future, as clocks are moved."""
    now = timezone.now()
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    return begun.filter(Q(started_at__lte=now - ABANDONED_AFTER) | Q(started_at__gte=now + ABANDONED_AFTER))


def requeue_abandoned() -> None:
    """Let tasks of killed workers wait again. The worker calls this every now and then.

    A task that was there when a worker was killed, MOST_KILLS times, is one that kills workers: it fails.
    """
    with transaction.atomic():
        for task in abandoned().select_for_update():
            task.worker_ids = [*task.worker_ids[:-1], KILLED]
            task.status, task.started_at = TaskResultStatus.READY, None
            if task.worker_ids.count(KILLED) >= MOST_KILLS:
                task.status, task.finished_at = TaskResultStatus.FAILED, timezone.now()
                task.exception_class_path, task.traceback = "", "Its workers were killed."
            task.save()
    # As clocks are moved: no pause is longer than this.
    later = DBTaskResult.objects.filter(status=TaskResultStatus.READY).exclude(exception_class_path="")
    later.filter(run_after__gt=timezone.now() + LONGEST_PAUSE, run_after__lt=get_date_max()).update(
        run_after=timezone.now()
    )


def repeat_failed_tasks() -> None:
    """Let tasks that have failed wait again, as if they never had been tried."""
    DBTaskResult.objects.failed().update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None, worker_ids=[], exception_class_path=""
    )


def tidy_versions() -> None:
    """Forget which changes led to the version of content that readers see. The worker calls this every minute."""
    if ContentChange.objects.count() > 100:
        ContentChange.objects.tidy()
