"""What reviewers and translators say about a text."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from news.models import NewsPage
from tests.editing import edit_url
from tests.translation.desk import desk_url, segment_at, send, start
from translation import notes
from translation.models import SegmentNote

from .steps import page_of, person

pytestmark = pytest.mark.django_db


def test_notes_are_listed_in_one_query(ben, handed_in, django_assert_num_queries):
    title, lead = segment_at(handed_in, "title"), segment_at(handed_in, "lead")
    for text in ("Why?", "Better so"):
        notes.add(handed_in, title, text, user=person("ben"))
    notes.add(handed_in, lead, "A typo in the original", user=person("ben"), about_original=True)
    with django_assert_num_queries(1):
        found = notes.notes_on(handed_in)
        assert [note.text for note in found[(title.context_id, title.string_id)]] == ["Why?", "Better so"]
        assert str(found[(lead.context_id, lead.string_id)][0].written_by) == "ben"


def test_other_languages_see_notes_on_the_original_only(ben, handed_in):
    french = start(NewsPage.objects.get(translated_from="", title="A post"), "fr")
    title = segment_at(handed_in, "title")
    notes.add(handed_in, title, "For German", user=person("ben"))
    notes.add(handed_in, title, "For all", user=person("ben"), about_original=True)
    assert [note.text for listed in notes.notes_on(french).values() for note in listed] == ["For all"]


def test_a_note_is_settled_once(anna, ben, handed_in):
    note = notes.add(handed_in, segment_at(handed_in, "title"), "Why?", user=person("ben"))
    assert notes.resolve(handed_in, note.pk)
    assert not notes.resolve(handed_in, note.pk)
    assert SegmentNote.objects.get().resolved_at


def test_notes_are_written_and_settled_at_the_desk(ben, handed_in):
    segment = segment_at(handed_in, "title")
    assert send(ben, handed_in, f"texts/{segment.pk}/notes/", text="Why?").status_code == 200
    assert "Why?" in ben.get(desk_url(handed_in, f"texts/{segment.pk}/help/")).content.decode()
    assert 'data-notes="1"' in ben.get(edit_url(page_of(handed_in))).content.decode()
    note = SegmentNote.objects.get()
    assert send(ben, handed_in, f"notes/{note.pk}/resolve/").status_code == 200
    assert 'data-notes="1"' not in ben.get(edit_url(page_of(handed_in))).content.decode()
    assert SegmentNote.objects.get().resolved_at


def test_notes_are_for_those_who_may_edit_the_translation(ben, handed_in):
    segment = segment_at(handed_in, "title")
    note = notes.add(handed_in, segment, "Why?", user=person("ben"))
    french = start(NewsPage.objects.get(translated_from="", title="A post"), "fr")
    with pytest.raises(PermissionDenied):
        notes.resolve(french, note.pk)
    assert SegmentNote.objects.get().resolved_at is None


@pytest.mark.parametrize("text", ["", " \n", "x" * 2001])
def test_a_note_says_something_and_not_too_much(ben, handed_in, text):
    with pytest.raises(ValidationError):
        notes.add(handed_in, segment_at(handed_in, "title"), text, user=person("ben"))
    assert not SegmentNote.objects.exists()
