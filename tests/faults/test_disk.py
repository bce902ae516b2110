"""The disk is full: editors are told so, what they typed stays with them, and nothing is half there."""

import contextlib
import logging
import resource
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.db.models.signals import post_save
from django.urls import reverse
from django.utils import timezone
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection

from hub import disk
from hub.disk import is_full
from hub.models import HubDocument, HubImage
from tests.editing import log_in
from translation.files import uploads
from translation.files.exchange import FileError

NO_ROOM = "The disk of the hub is full"
WORDS = "Long words. " * 200_000


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path
    return tmp_path / "media"


@pytest.fixture
def editor(db):
    client = log_in()
    client.raise_request_exception = False
    return client


@contextlib.contextmanager
def full_database():
    """SQLite may take no page more than it has. PostgreSQL's words for the same are in a test below."""
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite can be told to be full")
    with connection.cursor() as cursor:
        try:
            cursor.execute("CREATE TABLE filler (words BLOB)")
            cursor.execute("PRAGMA max_page_count = 1")  # which is then as many as there are
            # What is free among these, too.
            for size in (1_000_000, 100_000, 4_000):
                with contextlib.suppress(OperationalError):
                    while True:
                        cursor.execute("INSERT INTO filler VALUES (zeroblob(%s))", [size])
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
            cursor.execute("DROP TABLE filler")


@contextlib.contextmanager
def full_disk(size: int):
    """No file can have more bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class Kept(HTMLParser):
    """The form on an error page: where it goes, and what is in it."""

    def __init__(self, html):
        super().__init__()
        self.action, self.fields = "", {}
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.action = values["action"]
        if tag == "input":
            self.fields.setdefault(values["name"], []).append(values["value"])


@pytest.mark.django_db
def test_it_is_said_in_the_editors_language(editor):
    anna = editor.get("/admin/account/").wsgi_request.user
    anna.wagtail_userprofile.preferred_language = "de"
    anna.wagtail_userprofile.save()
    with full_disk(10_000):
        answer = send_document(editor, "a.txt", b"words " * 10_000)
    assert 'lang="de"' in answer.content.decode()


def send_document(editor, name, data):
    fields = {"title": name, "collection": Collection.get_first_root_node().pk, "language": "en"}
    return editor.post(reverse("wagtaildocs:add"), fields | {"file": SimpleUploadedFile(name, data)})


def stored(folder="documents"):
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


@pytest.mark.django_db
def test_of_a_file_that_finds_no_room_nothing_is_left(editor):
    with full_disk(10_000):
        answer = send_document(editor, "a.txt", b"words " * 10_000)
    assert answer.status_code == 507
    assert NO_ROOM in answer.content.decode()
    assert stored() == []
    assert not HubDocument.objects.exists()
    assert send_document(editor, "a.txt", b"words " * 10_000).status_code == 302
    assert stored() == ["a.txt"]


@pytest.mark.django_db
def test_uploads_leave_room_for_pages(editor, monkeypatch):
    monkeypatch.setattr(disk, "RESERVE", 2**60)
    answer = send_document(editor, "a.txt", b"words")
    assert NO_ROOM in str(answer.context["form"].errors["file"])
    assert stored() == []
    with pytest.raises(FileError, match=NO_ROOM):
        uploads.store(SimpleUploadedFile("a.xlf", b"words"))


def test_two_files_with_one_name_are_two_files(media):
    names = {default_storage.save("a.txt", ContentFile(words)) for words in (b"one", "zwei")}
    assert {default_storage.open(name).read() for name in names} == {b"one", b"zwei"}


@pytest.mark.django_db
def test_a_log_that_cannot_be_written_keeps_no_page_away(client):
    handler = logging.getLogger("django").handlers[0]
    usual = handler.stream
    full = Path("/dev/full").open("w")  # noqa: SIM115 - closing it fails, too
    handler.stream = full
    try:
        logging.getLogger("django").error("words")
        assert client.get("/en/").status_code == 200
    finally:
        handler.stream = usual
        with contextlib.suppress(OSError):
            full.close()


def test_postgresql_says_it_in_its_own_way():
    class FullError(Exception):
        sqlstate = "53100"

    error = OperationalError("could not extend file")
    error.__cause__ = FullError()
    assert is_full(error)
    assert not is_full(OperationalError(f"something else at {timezone.now()}"))


@pytest.mark.django_db
def test_an_image_that_nobody_can_be_told_of_goes():
    def fail(**kwargs):
        raise OperationalError("disk I/O error")

    post_save.connect(fail, sender=HubImage)
    try:
        with pytest.raises(OperationalError):
            HubImage.objects.create(title="A picture", file=get_test_image_file())
    finally:
        post_save.disconnect(fail, sender=HubImage)
    assert stored("original_images") == []
    assert not HubImage.objects.exists()


def test_a_file_that_is_being_written_is_not_there_yet():
    class Slow(ContentFile):
        def chunks(self, chunk_size=None):
            seen.append(default_storage.exists("a.txt"))
            yield b"whole"
            seen.append(default_storage.exists("a.txt"))

    seen = []
    default_storage.save("a.txt", Slow(b"whole"))
    assert seen == [False, False]
    assert default_storage.open("a.txt").read() == b"whole"
