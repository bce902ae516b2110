"""A backup holds everything, and comes back into either database."""

import json
import resource
import zipfile
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from hub import backup
from hub.models import HubDocument, HubImage
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(settings, tmp_path, monkeypatch):
    """A hub with a bit of everything. A test is one transaction, in which no snapshot can be begun."""
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path / "data"
    monkeypatch.setattr(backup, "snapshot", nullcontext)
    storages["private"].save("translation-jobs/1.zip", ContentFile(b"PK"))
    User.objects.create_user("anna", password="secret-and-long")
    picture = HubImage.objects.create(title="Picture", file=get_test_image_file(filename="ä b.png", size=(40, 20)))
    picture.get_rendition("width-10")
    HubDocument.objects.create(title="Plan", file=ContentFile(b"words", "plan.txt"))
    post = content.post("Wasser", language="de", image=picture, themes=[content.theme("water", de="Wasser")])
    post.copy_for_translation(Locale.objects.get(language_code="fr")).save_revision().publish()
    content.event("Fair", recurrence="FREQ=WEEKLY;COUNT=3")
    return tmp_path


def everything():
    """All rows as they are stored, by table."""
    found = {}
    with connection.cursor() as cursor:
        for model in backup.kept_models():
            names = ", ".join(connection.ops.quote_name(field.column) for field in backup.columns(model))
            cursor.execute(f"SELECT {names} FROM {model._meta.db_table}")
            found[model._meta.db_table] = sorted(map(repr, cursor.fetchall()))
    return found


def emptied(settings, folder):
    """What a place for a backup looks like."""
    User.objects.all().delete()
    settings.MEDIA_ROOT, settings.DATA_DIR = folder / "elsewhere", folder / "data-elsewhere"


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_rows_and_files_come_back(site, settings):
    before, stored = everything(), files(site / "media")
    assert len(before["news_newspage"]) == 2
    call_command("backup", site / "hub.zip", verbosity=0)
    content.post("Later")
    emptied(settings, site)
    call_command("restore", site / "hub.zip", verbosity=0)
    assert everything() == before
    kept = {name: data for name, data in stored.items() if not name.startswith("images/")}
    assert files(site / "elsewhere") == kept
    assert len(kept) == 2
    assert files(site / "data-elsewhere") == {"private/translation-jobs/1.zip": b"PK"}
    assert content.post("After").pk not in {int(row[1:].split(",")[0]) for row in before["news_newspage"]}


def test_secrets_and_what_can_be_made_again_stay_out(site, settings):
    call_command("backup", site / "hub.zip", verbosity=0)
    with zipfile.ZipFile(site / "hub.zip") as archive:
        about = json.loads(archive.read("about.json"))
        names = archive.namelist()
        assert settings.SECRET_KEY.encode() not in b"".join(archive.read(name) for name in names)
    assert about["settings"]["BASE_URL"] == settings.BASE_URL
    assert about["rows"]["auth_user"] == 1
    assert not [name for name in names if "session" in name or "rendition" in name or name.startswith("media/images/")]


def test_a_place_with_users_or_files_is_left_alone(site, settings):
    call_command("backup", site / "hub.zip", verbosity=0)
    before = everything()
    with pytest.raises(CommandError, match="has users or files already"):
        call_command("restore", site / "hub.zip", verbosity=0)
    User.objects.all().delete()
    with pytest.raises(CommandError, match="has users or files already"):
        call_command("restore", site / "hub.zip", verbosity=0)
    assert everything()["news_newspage"] == before["news_newspage"]


def test_a_backup_is_never_written_over(site):
    (site / "hub.zip").write_text("precious")
    with pytest.raises(CommandError, match="is there already"):
        call_command("backup", site / "hub.zip", verbosity=0)
    assert (site / "hub.zip").read_text() == "precious"
    with pytest.raises(CommandError, match="Nothing can be written into"):
        call_command("backup", site / "nowhere" / "hub.zip", verbosity=0)


def test_a_full_disk_leaves_nothing_behind(site, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "write_files", fail)
    before = set(site.iterdir())
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", site / "hub.zip", verbosity=0)
    assert set(site.iterdir()) == before


def test_files_that_find_no_room_leave_the_place_empty(site, settings):
    HubDocument.objects.create(title="Atlas", file=ContentFile(b"z" * 50_000, "z.txt"))
    call_command("backup", site / "hub.zip", verbosity=0)
    emptied(settings, site)
    before, limit = everything(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limit[1]))
    try:
        with pytest.raises(CommandError, match="The disk is full: there is no room for the backup"):
            call_command("restore", site / "hub.zip", verbosity=0)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert everything() == before
    assert files(site / "elsewhere") == {}
    call_command("restore", site / "hub.zip", verbosity=0)


def leave_mails():
    """One that waits, and one that was given up."""
    for subject, status in (("Waiting", TaskResultStatus.READY), ("Refused", TaskResultStatus.FAILED)):
        DBTaskResult.objects.create(
            task_path="hub.mail.send", args_kwargs={"args": [{"subject": subject}], "kwargs": {}}, status=status,
            backend_name="default", queue_name="default", run_after=timezone.now(),
            exception_class_path="", traceback="",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("age", "sentence", "left"),
    [
        (timedelta(hours=1), "1 are sent by the worker; those that have gone since go again", ["Waiting"]),
        (timedelta(days=2), "1 are left out, as the backup is older than a day", []),
    ],
)
def test_mails_that_waited_go_unless_they_went_long_ago(site, settings, capsys, monkeypatch, age, sentence, left):
    leave_mails()
    call_command("backup", site / "hub.zip", verbosity=0)
    with zipfile.ZipFile(site / "hub.zip") as archive:
        assert b"Refused" not in archive.read("tables/django_tasks_database_dbtaskresult.jsonl")
    emptied(settings, site)
    later = timezone.now() + age
    monkeypatch.setattr("hub.backup.timezone.now", lambda: later)
    call_command("restore", site / "hub.zip")
    assert sentence in capsys.readouterr().out
    mails = DBTaskResult.objects.filter(task_path="hub.mail.send")
    assert [mail.args_kwargs["args"][0]["subject"] for mail in mails] == left


def changed(source, target, change):
    """The backup with other content: `change` gets a name and its bytes and returns bytes, or None to leave it out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda name, data: None if name == "about.json" else data, "is no backup of a hub"),
        (lambda name, data: b"[]" if name == "about.json" else data, "is no backup of a hub"),
        (lambda name, data: data.replace(b'"format": 1', b'"format": 9'), "another kind of backup"),
        (lambda name, data: data.replace(b'"hub.0001_initial"', b'"hub.0001_other"'), "made by another release"),
        (lambda name, data: data.replace(b'"fr"', b'"fi"') if name == "about.json" else data, "LANGUAGES lacks"),
        (lambda name, data: None if name.endswith("news_newspage.jsonl") else data, "news_newspage is not whole"),
        (lambda name, data: data.rsplit(b"[", 1)[0] if name.endswith("_page.jsonl") else data, "is not whole"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(site, settings, change, sentence):
    call_command("backup", site / "hub.zip", verbosity=0)
    changed(site / "hub.zip", site / "other.zip", change)
    emptied(settings, site)
    before = everything()
    settings.LANGUAGES = [pair for pair in settings.LANGUAGES if pair[0] != "fi"]
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", site / "other.zip", verbosity=0)
    assert everything() == before


def test_a_file_that_is_no_zip_is_said_to_be_none(site, settings):
    (site / "hub.zip").write_bytes(b"PK\x03\x04 and nothing")
    emptied(settings, site)
    with pytest.raises(CommandError, match="cannot be read as a backup"):
        call_command("restore", site / "hub.zip", verbosity=0)
