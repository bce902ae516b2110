"""What is interrupted: see `tests.faults.interrupted`. Importing this sets Django up."""

from __future__ import annotations

import io
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.search.torture.processes import _write_to  # isort: skip  sets Django up

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Locale, Page, PageLogEntry, Revision, TaskState, WorkflowState
from wagtail_localize.models import StringTranslation, Translation

from hub.language_trees import ensure_language_trees
from hub.management.commands.worker import TaskWorker
from hub.models import ContentChange
from hub.roles import MODERATORS
from hub.upkeep import requeue_abandoned
from news.models import NewsIndexPage, NewsPage
from search.engines import get_engine
from search.models import IndexState
from search.rebuild import compare, rebuild
from tests import content
from tests.editing import add_url, page_form
from tests.translation.desk import fill, start
from translation import jobs
from translation.files import background, export_archive, glossary, tmx, uploads
from translation.files.tbx import read_tbx, write_tbx
from translation.models import Concept, ImportedText, Job, MemoryImport, MemoryUnit, Term

# Collecting static files would take longer than all else.
staticfiles_storage._wrapped = StaticFilesStorage()  # type: ignore[attr-defined]


class KillAt:
    """Counts the statements of this process, and ends it in front of one of them."""

    def __init__(self, number: int) -> None:
        self.number, self.count = number, 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        self.count += 1
        if self.count == self.number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*args)


class Scenario(NamedTuple):
    """`act` is interrupted; `look` says what is there, the same whenever it is."""

    prepare: Callable[[], None]
    act: Callable[[], None]
    look: Callable[[], Any]


def run(log: str, name: str, step: str, kill_at: int, answer: Any) -> None:
    """A step of a scenario: puts the number of statements, and what it returns, into `answer`."""
    _write_to(log)
    counting = KillAt(kill_at)
    with connection.execute_wrapper(counting):
        result = getattr(SCENARIOS[name], step)()
    connection.close()
    answer.put((counting.count, result))


# An editor publishes, or hands in, a new page


def people() -> None:
    ensure_language_trees()
    users = get_user_model().objects
    users.create_superuser("editor", "editor@example.org", "x")
    for name in ("anna", "ben"):
        users.create_user(name, f"{name}@example.org", "x").groups.add(Group.objects.get(name=MODERATORS))
    content.theme("water")


def send(action: str) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(username="editor"))
    index = NewsIndexPage.objects.get(locale__language_code="en")
    url = add_url(index, NewsPage)
    theme = content.Theme.objects.get()
    data = page_form(client, url, title="Water", slug="water", lead="A lead.", themes=[theme])
    answer = client.post(url, data | {action: "1"})
    if answer.status_code != 302:
        raise RuntimeError(str(answer.context["form"].errors))


def page_and_all() -> Any:
    """What belongs to the page that was sent."""
    page = NewsPage.objects.filter(slug="water").first()
    mails = DBTaskResult.objects.filter(task_path="hub.mail.send").values_list("args_kwargs", flat=True)
    return {
        "page": page and (page.title, page.live, page.live_revision_id is not None, page.edited_on is not None),
        "themes": page and [theme.slug for theme in page.themes.all()],
        "revisions": Revision.objects.filter(object_str="Water").count(),
        "history": sorted(PageLogEntry.objects.values_list("action", flat=True)),
        "review": (WorkflowState.objects.count(), TaskState.objects.count()),
        "mails": sorted(mail["args"][0]["to"] for mail in mails),
        "readers are told": ContentChange.objects.count() > 1 if page and page.live else None,
    }


# Translated files


def translations() -> None:
    ensure_language_trees()
    get_user_model().objects.create_superuser("editor", "editor@example.org", "x")
    for title in ("Eins", "Zwei", "Drei"):
        start(content.post(title, language="de", lead=f"Worte über {title}"), "fr")


def file_of(file_format: str) -> bytes:
    """All texts, translated; what this leaves in the database is taken back."""
    begun = list(Translation.objects.order_by("pk"))
    for each in begun:
        fill(each)
    with export_archive(begun, file_format) as archive:
        made = archive.read()
    StringTranslation.objects.all().delete()
    return made


def import_archive(file_format: str) -> None:
    """Upload and approve, unless that has been done, and let workers do the rest."""
    background.PIECE = 2
    job = Job.objects.first()
    if job is None:
        file = SimpleUploadedFile("a.zip", file_of(file_format))
        job = background.start(file, get_user_model().objects.get(), only=None, machine=False)
    work_on(job)
    background.approve(job, overwrite=False)
    work_on(job)


def work_on(job: Job) -> None:
    """As workers do, some minutes after the last one was killed."""
    past = timezone.now() - timedelta(minutes=10)
    Job.objects.filter(held_until__isnull=False).update(held_until=past)
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=past)
    requeue_abandoned()
    TaskWorker(batch=True).run()
    Job.objects.update(created_at=past)
    jobs.resume()
    job.refresh_from_db()
    if not job.finished_at or job.failure:
        raise RuntimeError(f"{job} is not done: {job.failure}")


def texts() -> Any:
    return {
        "translations": sorted(StringTranslation.objects.values_list("translation_of__data", "data")),
        "jobs": [(job.parts, job.parts_done, bool(job.finished_at), job.failure) for job in Job.objects.all()],
        "report": sorted(ImportedText.objects.values_list("source", "outcome")),
    }


def memory() -> None:
    ensure_language_trees()
    get_user_model().objects.create_superuser("editor", "editor@example.org", "x")


def import_memory() -> None:
    """A file of 1,000 pairs, whose upload has been answered; the rest is the worker's."""
    tmx.BATCH = 100
    imported = MemoryImport.objects.first()
    if imported is None:
        german, french = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
        with uploads.created() as (token, pairs):
            for number in range(1000):
                pair = f'[{german.pk}, {french.pk}, "Wort {number}", "Mot {number}"]\n'
                pairs.write(pair.encode())
        imported = MemoryImport.objects.create(name="a.tmx")
        tmx.load_in_background.enqueue(imported.pk, token)
    DBTaskResult.objects.filter(status="RUNNING").update(started_at=timezone.now() - timedelta(minutes=10))
    requeue_abandoned()
    TaskWorker(batch=True).run()


def units() -> Any:
    return {
        "imports": list(MemoryImport.objects.values_list("name", flat=True)),
        "units": MemoryUnit.objects.count(),
        "different": MemoryUnit.objects.values("source_hash").distinct().count(),
        "tasks": DBTaskResult.objects.exclude(status="SUCCESSFUL").count(),
    }


def import_terms() -> None:
    rows = [Concept(domain="water", note=f"{number}") for number in range(40)]
    german, french = (Locale.objects.get(language_code=code) for code in ("de", "fr"))
    if not Path(settings.DATA_DIR, "terms.tbx").exists():
        Concept.objects.bulk_create(rows)
        Term.objects.bulk_create(
            Term(concept=concept, locale=locale, text=f"{locale} {concept.note}")
            for concept in rows
            for locale in (german, french)
        )
        Path(settings.DATA_DIR, "terms.tbx").write_bytes(write_tbx(glossary.concepts(), "de"))
        Concept.objects.all().delete()
    read = read_tbx(io.BytesIO(Path(settings.DATA_DIR, "terms.tbx").read_bytes()))
    glossary.load(read, may=lambda locale: True)


def terms() -> Any:
    return sorted(Term.objects.values_list("concept__note", "locale__language_code", "text"))


# The index


def posts() -> None:
    ensure_language_trees()
    for number in range(20):
        content.post(f"Water {number}")


def rebuild_index() -> None:
    # As long after the last one was killed as it takes to be seen.
    IndexState.objects.update(rebuild_seen_at=timezone.now() - timedelta(minutes=1))
    rebuild()


def index() -> Any:
    found = compare()
    return {"works": get_engine().status().documents, "differences": found.keys}


# Migrations, and the demonstration


def before_the_last_apps() -> None:
    """As all migrations would take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        for app in ("translation", "search"):
            cursor.execute("DELETE FROM django_migrations WHERE app = %s", [app])
            for table in connection.introspection.table_names(cursor):
                if table.startswith(f"{app}_"):
                    cursor.execute(f"DROP TABLE {table}")
    Permission.objects.filter(content_type__app_label__in=("translation", "search")).delete()


def nothing() -> None:
    pass


def migrate() -> None:
    call_command("migrate", verbosity=0)


def schema() -> Any:
    """Tables, and what migrations and their ends have written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name")
        tables = cursor.fetchall()
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        applied = cursor.fetchall()
    return {
        "tables": tables,
        "applied": applied,
        "permissions": sorted(Permission.objects.values_list("content_type__app_label", "codename")),
        "groups": sorted(Group.objects.values_list("name", "permissions__codename")),
        "pages": sorted(Page.objects.values_list("url_path", "locale__language_code")),
    }


def load_demo() -> None:
    call_command("load_demo", if_empty=True, verbosity=0)


def demonstration() -> Any:
    """How many rows there are, and whether those who are there can log in."""
    passwords = {}
    with suppress(FileNotFoundError):
        passwords = json.loads(Path(settings.DATA_DIR, "demo-logins.json").read_text())
    users = get_user_model().objects.order_by("username")
    return {
        "pages": Page.objects.count(),
        "revisions": Revision.objects.count(),
        "translations": StringTranslation.objects.count(),
        "memory": MemoryUnit.objects.count(),
        "terms": Term.objects.count(),
        "logins": [user.username for user in users if user.check_password(passwords[user.username]["password"])],
    }


SCENARIOS = {
    "publish": Scenario(people, lambda: send("action-publish"), page_and_all),
    "submit": Scenario(people, lambda: send("action-submit"), page_and_all),
    "xliff": Scenario(translations, lambda: import_archive("xliff2"), texts),
    "po": Scenario(translations, lambda: import_archive("po"), texts),
    "tmx": Scenario(memory, import_memory, units),
    "tbx": Scenario(memory, import_terms, terms),
    "rebuild": Scenario(posts, rebuild_index, index),
    "migrate": Scenario(before_the_last_apps, migrate, schema),
    "load_demo": Scenario(nothing, load_demo, demonstration),
}
