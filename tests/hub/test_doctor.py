"""`manage.py doctor` says what is wrong, and mends what can be mended."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from events.models import Occurrence
from hub.models import HubDocument
from search.models import IndexChange
from search.outbox import drain
from search.rebuild import rebuild
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def whole(settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    settings.MEDIA_ROOT = tmp_path / "media"
    content.post("Water")
    content.event("Fair", recurrence="FREQ=WEEKLY;COUNT=3")
    rebuild()
    drain()


def ask(*options):
    """What the doctor says, and whether all is well."""
    output = StringIO()
    try:
        call_command("doctor", *options, stdout=output)
    except CommandError as error:
        return f"{output.getvalue()}{error}", False
    return output.getvalue(), True


def lose_a_date():
    Occurrence.objects.all()[0].delete()


def lose_the_count_of_a_page():
    Page.objects.filter(depth=2, locale__language_code="en").update(numchild=0)


def lose_a_home():
    Page.objects.filter(depth=2, locale__language_code="fr").delete()


def kill_a_worker():
    DBTaskResult.objects.create(
        task_path="x", args_kwargs={}, backend_name="default", queue_name="default", priority=0,
        status=TaskResultStatus.RUNNING, started_at=timezone.now() - timedelta(days=1),
        run_after=timezone.now(), exception_class_path="", traceback="", worker_ids=["x"],
    )  # fmt: skip


def interrupt_uploads():
    """One long ago, and one that may be under way; and one that was not interrupted."""
    HubDocument.objects.create(title="Plan", file=ContentFile(b"words", "kept.txt"))
    for name, age in (("left.txt", timedelta(days=2)), ("new.txt", timedelta(0))):
        stored = default_storage.save(f"documents/{name}", ContentFile(b"words"))
        when = (timezone.now() - age).timestamp()
        os.utime(default_storage.path(stored), (when, when))


def fail_at_a_task():
    kill_a_worker()
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, exception_class_path="builtins.KeyError")


def lose_changes_of_works():
    content.post("Fire")
    IndexChange.objects.all().delete()


def test_nothing_is_wrong_with_a_hub_that_is_well():
    assert ask() == ("Nothing is wrong.\n", True)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (lose_a_date, "1 event is stored with wrong dates."),
        (lose_the_count_of_a_page, "1 page is counted wrongly in the tree."),
        (lose_a_home, "No home page in fr"),
        (kill_a_worker, "1 task belongs to a worker that was killed."),
        (interrupt_uploads, "1 file belongs to no image and no document: documents/left.txt."),
        (fail_at_a_task, "1 task has failed: x (KeyError)."),
        (lose_changes_of_works, "1 work is not in the search index as stored in the database."),
    ],
)
def test_what_can_be_mended_is(harm, sentence):
    harm()
    said, well = ask()
    assert sentence in said
    assert "doctor --mend puts it right" in said
    assert not well
    said, well = ask("--mend")
    assert "Mended." in said
    assert well
    drain()
    assert ask() == ("Nothing is wrong.\n", True)


def forget_a_migration():
    MigrationRecorder.Migration.objects.filter(app="news").delete()


def lose_a_file():
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"words", "plan.txt"))
    document.file.storage.delete(document.file.name)


def miss_a_publication():
    Page.objects.filter(slug="water").update(live=True, expire_at=timezone.now() - timedelta(hours=3))


def keep_a_mail_waiting():
    kill_a_worker()
    DBTaskResult.objects.update(
        status=TaskResultStatus.READY, exception_class_path="builtins.TimeoutError",
        run_after=timezone.now() + timedelta(minutes=1),
    )  # fmt: skip


def let_changes_wait():
    content.post("Fire")
    IndexChange.objects.update(waiting_since=timezone.now() - timedelta(hours=1))


@pytest.mark.parametrize(
    ("harm", "sentence", "advice"),
    [
        (forget_a_migration, "news.0001_initial", "manage.py migrate"),
        (lose_a_file, "1 file is missing of the documents", "from a backup"),
        (miss_a_publication, "1 page should have been", "manage.py worker"),
        (
            keep_a_mail_waiting,
            "1 task is tried again, because something did not answer: x (TimeoutError).",
            "EMAIL_URL",
        ),
        (let_changes_wait, "Changes have waited for the search index", "manage.py worker"),
    ],
)
def test_what_people_must_do_is_said(harm, sentence, advice):
    harm()
    for options in ([], ["--mend"]):
        said, well = ask(*options)
        assert sentence in said
        assert advice in said
        assert not well


def test_a_disk_that_is_full_is_said(monkeypatch):
    monkeypatch.setattr("hub.doctor.RESERVE", 2**60)
    said, well = ask()
    assert "is full: " in said
    assert "Make room." in said
    assert not well


def test_a_check_that_fails_is_said_and_keeps_no_other(settings, monkeypatch):
    def fail():
        raise OSError("no such disk")

    monkeypatch.setattr("hub.doctor.uploads", fail)
    lose_a_date()
    said, well = ask()
    assert "hub.doctor.uploads could not look: no such disk" in said
    assert "1 event is stored with wrong dates." in said
    assert "2 things are wrong." in said
    assert not well
