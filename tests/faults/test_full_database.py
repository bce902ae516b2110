"""The disk of the database is full, or a change is rolled back: files and rows go together.

In a file of its own, as every test commits: others would find the tables empty.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, PageLogEntry, Revision
from wagtail.test.utils.form_data import rich_text

from hub.models import HubDocument, HubImage
from news.models import NewsPage
from tests import content
from tests.editing import edit_url, page_form

from .test_disk import NO_ROOM, WORDS, Kept, editor, full_database, media, send_document, stored

__all__ = ["editor", "media"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def trees():
    """An earlier test has emptied the tables."""
    if not Page.objects.exists():
        Collection.add_root(name="Root")
        Locale.objects.bulk_create([Locale(language_code="en")])  # without signals, which look for pages
        Page.add_root(instance=Page(title="Root", slug="root"))
        call_command("sync_languages")


def test_what_an_editor_typed_stays_and_can_be_sent_again(editor):
    page = content.post("Water")
    form = page_form(editor, edit_url(page), lead="Line one\nline two", body=[("text", rich_text(f"<p>{WORDS}</p>"))])
    before = Revision.objects.count(), PageLogEntry.objects.count()
    with full_database():
        answer = editor.post(edit_url(page), form | {"action-publish": "1"})
    html = answer.content.decode()
    assert answer.status_code == 507
    assert NO_ROOM in html and "What you typed is kept on this page" in html
    assert (Revision.objects.count(), PageLogEntry.objects.count()) == before
    kept = Kept(html)
    editor.post(kept.action, kept.fields)
    page = NewsPage.objects.get()
    assert page.lead.split() == ["Line", "one", "line", "two"]
    assert len(str(page.body)) > len(WORDS)


def test_a_file_whose_row_finds_no_room_goes(editor):
    with full_database():
        answers = [send_document(editor, f"{number}{'x' * 80}.txt", b"words") for number in range(14)]
    assert 507 in {answer.status_code for answer in answers}
    assert len(stored()) == HubDocument.objects.count()


def test_an_image_whose_row_finds_no_room_goes(editor):
    url = reverse("wagtailimages:add_multiple")
    picture = get_test_image_file().read()
    with full_database():
        for number in range(14):
            file = SimpleUploadedFile(f"{number}{'x' * 80}.png", picture, "image/png")
            editor.post(url, {"title": "A picture", "files[]": file}, headers={"x-requested-with": "XMLHttpRequest"})
    assert len(stored("original_images")) == HubImage.objects.count()


@pytest.mark.parametrize("fails", [False, True])
def test_a_file_is_deleted_when_another_has_taken_its_place_and_no_sooner(editor, monkeypatch, fails):
    send_document(editor, "old.txt", b"old words")
    document = HubDocument.objects.get()
    if fails:
        monkeypatch.setattr("wagtail.documents.forms.search_index.insert_or_update_object", lambda _instance: 1 / 0)
    data = {"title": "A", "file": SimpleUploadedFile("new.txt", b"new words"), "collection": document.collection_id}
    answer = editor.post(reverse("wagtaildocs:edit", args=[document.pk]), data)
    assert answer.status_code == (500 if fails else 302)
    document.refresh_from_db()
    assert stored() == [document.filename]
    assert document.file.read() == (b"old words" if fails else b"new words")
