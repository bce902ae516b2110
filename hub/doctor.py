"""What may be wrong with a hub, in sentences, and what mends it: `manage.py doctor`.

Each app has functions of its own, which the setting DOCTOR_CHECKS names. They say what they find and change nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q, QuerySet
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max
from wagtail.models import Page, Revision

from .disk import RESERVE, free
from .language_trees import ensure_language_trees
from .models import HomePage, HubDocument, HubImage
from .upkeep import abandoned, repeat_failed_tasks, requeue_abandoned

# The worker looks every few seconds. What waits so long waits for a worker that does not run.
WORKER_LATE = timedelta(minutes=5)
MOST_NAMED = 5
# Where images and documents are kept as they were uploaded.
UPLOAD_FOLDERS = ("original_images", "documents")
# No upload takes so long between its file and its row.
UPLOADING = timedelta(days=1)


@dataclass(frozen=True)
class Problem:
    """Something that is wrong. `mend`, where there is one, puts it right and loses nothing; `advice` is for people."""

    sentence: str
    mend: Callable[[], Any] | None = None
    advice: str = ""


def named(names: list[str]) -> str:
    """A few names of many."""
    return ", ".join(names[:MOST_NAMED]) + (f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else "")


def counted(number: int, one: str, many: str) -> str:
    """The number with the words for one or for many: "1 page is", "2 pages are"."""
    return f"{number} {one if number == 1 else many}"


def migrations() -> Iterator[Problem]:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        names = [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
        yield Problem(
            f"The database is of another release: {named(names)} not applied.",
            advice="Stop the hub and run manage.py migrate.",
        )


def pages() -> Iterator[Problem]:
    """The tree of pages, which treebeard keeps in three columns."""
    bad_alpha, bad_path, orphans, wrong_depth, wrong_numchild = Page.find_problems()
    if broken := {*bad_alpha, *bad_path, *orphans}:
        yield Problem(
            f"{counted(len(broken), 'page has', 'pages have')} no place in the tree.",
            advice="Look at them first; manage.py fixtree can then delete those that cannot be reached.",
        )
    if wrong := {*wrong_depth, *wrong_numchild}:
        yield Problem(
            f"{counted(len(wrong), 'page is', 'pages are')} counted wrongly in the tree.", mend=Page.fix_tree
        )


def languages() -> Iterator[Problem]:
    homes = set(HomePage.objects.values_list("locale__language_code", flat=True))
    if missing := [code for code, _name in settings.LANGUAGES if code not in homes]:
        yield Problem(f"No home page in {named(missing)}, which LANGUAGES names.", mend=ensure_language_trees)


def uploads() -> Iterator[Problem]:
    """Files that somebody uploaded and that are not there."""
    for model in (HubImage, HubDocument):
        stored = model.objects.order_by("pk").values_list("file", flat=True)
        try:
            missing = [name for name in stored if not default_storage.exists(name)]
        except Exception as error:  # noqa: BLE001 - storages have errors of their own
            yield Problem(f"The storage of uploaded files does not answer: {error}", advice="Look at MEDIA_STORAGE.")
            return
        if missing:
            files = counted(len(missing), "file is", "files are")
            yield Problem(
                f"{files} missing of the {model._meta.verbose_name_plural}: {named(missing)}.",
                advice="Take them from a backup: they are under media/ in its ZIP.",
            )


def left_over_files() -> Iterator[Problem]:
    """Files of uploads, or of a demonstration, that were interrupted before their rows were written."""
    kept = {name for model in (HubImage, HubDocument) for name in model.objects.values_list("file", flat=True)}
    found = []
    for folder in UPLOAD_FOLDERS:
        # A bucket has no folders, and lists nothing; a folder may not have been made yet.
        with suppress(FileNotFoundError):
            found += [name for file in default_storage.listdir(folder)[1] if (name := f"{folder}/{file}") not in kept]
    # Others may be of an upload that is under way.
    begun = timezone.now() - UPLOADING
    if files := sorted(name for name in found if default_storage.get_modified_time(name) < begun):

        def mend() -> None:
            for name in files:
                default_storage.delete(name)

        left = counted(len(files), "file belongs", "files belong")
        yield Problem(f"{left} to no image and no document: {named(files)}.", mend=mend)


def folders() -> Iterator[Problem]:
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        if os.path.isdir(folder) and not os.access(folder, os.W_OK):  # noqa: PTH112
            yield Problem(f"Nothing can be written into {folder}.", advice="Give the folder to the user of the hub.")


def disks() -> Iterator[Problem]:
    """Where database, index and uploads lie, and where uploads arrive."""
    for folder in dict.fromkeys((settings.DATA_DIR, settings.MEDIA_ROOT, Path(gettempdir()))):
        if (room := free(folder)) < RESERVE:
            yield Problem(
                f"The disk of {folder} is full: {room // 2**20} MB are free, and {RESERVE // 2**20} MB are needed.",
                advice="Make room. Until then no file is taken in, and soon nothing is saved; nothing is lost.",
            )


def worker() -> Iterator[Problem]:
    now = timezone.now()
    late = Revision.objects.filter(approved_go_live_at__lte=now - WORKER_LATE).count()
    late += Page.objects.filter(live=True, expire_at__lte=now - WORKER_LATE).count()
    if late:
        yield Problem(
            f"{counted(late, 'page', 'pages')} should have been published or unpublished by now.",
            advice="Start the worker: manage.py worker. If it runs, its log says why.",
        )
    if number := abandoned().count():
        yield Problem(
            f"{counted(number, 'task belongs', 'tasks belong')} to a worker that was killed.", mend=requeue_abandoned
        )
    is_due = Q(run_after=get_date_max()) | Q(run_after__lte=now - WORKER_LATE)
    waiting = DBTaskResult.objects.ready().filter(is_due, enqueued_at__lte=now - WORKER_LATE).count()
    if waiting:
        yield Problem(
            f"{counted(waiting, 'task waits', 'tasks wait')} for a worker.",
            advice="Start the worker: manage.py worker.",
        )


def tasks() -> Iterator[Problem]:
    """Tasks that did not succeed. A mail that cannot be sent is one."""
    again = DBTaskResult.objects.filter(status=TaskResultStatus.READY).exclude(exception_class_path="")
    if number := again.count():
        them = counted(number, "task is", "tasks are")
        yield Problem(
            f"{them} tried again, because something did not answer: {faults(again)}.",
            advice="For mails look at EMAIL_URL. Nothing is lost: tasks are tried for about a day.",
        )
    failed = DBTaskResult.objects.failed()
    if number := failed.count():
        yield Problem(
            f"{counted(number, 'task has', 'tasks have')} failed: {faults(failed)}.",
            mend=repeat_failed_tasks,
            advice="The log of the worker says why. Mending lets the worker try again.",
        )


def faults(rows: QuerySet[DBTaskResult]) -> str:
    """What the tasks are, and the errors that they ended with."""
    kinds = rows.order_by("task_path").values_list("task_path", "exception_class_path").distinct()
    return named([f"{path} ({error.rpartition('.')[2] or 'its worker was killed'})" for path, error in kinds])
