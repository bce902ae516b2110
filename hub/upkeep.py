"""Housekeeping of the database. The worker calls this every hour."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

KEEP_FINISHED_TASKS = timedelta(days=2)


def tidy_database() -> None:
    """Delete the records of tasks that finished days ago, and refresh SQLite's statistics where they are out of date.

    Every save of a page leaves a task, and without statistics SQLite chooses bad plans for the editors' search.
    """
    DBTaskResult.objects.finished().filter(finished_at__lte=timezone.now() - KEEP_FINISHED_TASKS).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize=0x10002")
