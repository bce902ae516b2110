"""Housekeeping of the database, which the worker calls."""

from datetime import timedelta

from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .models import ContentChange

KEEP_FINISHED_TASKS = timedelta(days=2)
# A task that began so long ago belongs to a worker that was killed: none takes minutes.
ABANDONED_AFTER = timedelta(hours=1)


def tidy_database() -> None:
    """Delete the records of tasks that finished days ago, let tasks of killed workers wait again, and refresh SQLite's
    statistics where they are out of date. The worker calls this every hour.

    Every save of a page leaves a task, and without statistics SQLite chooses bad plans for the editors' search.
    """
    DBTaskResult.objects.finished().filter(finished_at__lte=timezone.now() - KEEP_FINISHED_TASKS).delete()
    begun = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING)
    begun.filter(started_at__lte=timezone.now() - ABANDONED_AFTER).update(
        status=TaskResultStatus.READY, started_at=None, worker_ids=[]
    )
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")


def tidy_versions() -> None:
    """Forget which changes led to the version of content that readers see. The worker calls this every minute."""
    if ContentChange.objects.count() > 100:
        ContentChange.objects.tidy()
