"""What is left when an original is deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from wagtail_localize.models import StringTranslation, Translation

from events.models import EventPage
from hub.models import RelatedWork
from hub.roles import MODERATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation.models import LanguageVersion, RequestEvent
from translation.progress import refresh, refresh_stale
from translation.requests import ask
from translation.segments import segments_of, write

from .desk import fill, segment_at, start, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return content.post("Eins", lead="Der Vorspann.", language="de")


def in_language(page, code):
    return NewsPage.objects.filter(translation_key=page.translation_key, locale__language_code=code).first()


def test_what_is_translated_becomes_the_draft(page):
    fill(start(page, "fr"))
    page.delete()
    french = in_language(page, "fr")
    assert (french.title, french.translated_from, french.live) == ("[fr] Eins", "", False)
    draft = french.get_latest_revision_as_object()
    assert (draft.title, draft.lead) == ("[fr] Eins", "[fr] Der Vorspann.")
    assert not Translation.objects.filter(enabled=True).exists()


def test_no_other_language_poses_as_it(page):
    translation = start(page, "fr")
    write(translation, segment_at(translation, "lead"), "Le chapeau.", user=None)
    page.delete()
    french = in_language(page, "fr").get_latest_revision_as_object()
    assert french.lead == "Le chapeau."
    assert "Eins" not in str(french.serializable_data())
    assert french.title


def test_a_draft_without_translations_goes_with_its_original(page):
    start(page, "fr")
    page.delete()
    assert in_language(page, "fr") is None


def test_what_is_public_stays_and_its_newer_texts_are_its_draft(page, django_capture_on_commit_callbacks):
    english = translate(page, "en", django_capture_on_commit_callbacks)
    french = translate(page, "fr", django_capture_on_commit_callbacks)
    translation = Translation.objects.get(target_locale__language_code="fr")
    segment = next(each for each in segments_of(translation) if each.path == "lead")
    write(translation, segment, "Le chapeau.", user=None)
    page.delete()
    french, english = NewsPage.objects.get(pk=french.pk), NewsPage.objects.get(pk=english.pk)
    assert (french.live, french.lead) == (True, "[fr] Der Vorspann.")
    assert french.get_latest_revision_as_object().lead == "Le chapeau."
    assert (english.live, english.has_unpublished_changes) == (True, False)


def test_the_log_of_the_request_says_it(page):
    refresh([page.translation_key])
    request = ask(LanguageVersion.objects.filter(locale__language_code__in=["fr", "es"]), user=None, title="X").request
    fill(start(page, "fr"))
    start(page, "es")
    page.delete()
    refresh_stale()
    texts = list(request.events.filter(kind=RequestEvent.Kind.ORIGINAL_DELETED).values_list("text", flat=True))
    assert len(texts) == 2
    assert all("Eins" in text for text in texts)
    request.refresh_from_db()
    assert request.closed_at


def test_the_confirmation_says_it_before(page):
    start(page, "fr", "es")
    html = log_in(MODERATORS).get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()
    assert "There are 2 translations of what you delete." in html
    assert StringTranslation.objects.count() == 0


def test_a_request_for_what_nobody_has_begun_is_closed_too(page):
    refresh([page.translation_key])
    request = ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=None, title="X").request
    page.delete()
    refresh_stale()
    request.refresh_from_db()
    assert request.closed_at
    (text,) = request.events.filter(kind=RequestEvent.Kind.ORIGINAL_DELETED).values_list("text", flat=True)
    assert text == "Eins (French)"


def test_a_draft_that_stays_takes_place_when_its_original_last_did():
    event = content.event("Messe", language="de", start=datetime(2031, 3, 5, 9, tzinfo=UTC))
    translation = start(event, "fr")
    fill(translation)
    event.start += timedelta(days=3)
    event.end += timedelta(days=3)
    event.save_revision().publish()
    refresh_stale()
    event.delete()
    french = EventPage.objects.get(locale__language_code="fr")
    assert french.start == event.start
    assert french.get_latest_revision_as_object().start == event.start


def test_what_is_deleted_together_leaves_nothing_behind(page):
    page.related_works = [RelatedWork(work=content.post("Zwei", language="de"))]
    page.save_revision().publish()
    fill(start(page, "fr"))
    NewsPage.objects.all().delete()
    assert not NewsPage.objects.exists()
    assert not RelatedWork.objects.exists()
