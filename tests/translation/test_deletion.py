"""What is left when an original is deleted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.users.models import UserProfile
from wagtail_localize.models import StringTranslation, Translation

from events.models import EventPage
from hub.models import RelatedWork, StandardPage, content_models
from hub.roles import MODERATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation.deletion import warning_for
from translation.models import LanguageVersion, RequestEvent
from translation.progress import refresh, refresh_stale
from translation.requests import ask
from translation.segments import segments_of, write

from .desk import fill, segment_at, start, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    return content.post("Eins", lead="Der Vorspann.", language="de")


def told(request):
    return [event.words for event in request.events.filter(kind=RequestEvent.Kind.ORIGINAL_DELETED)]


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
    assert sorted(told(request)) == [
        "Eins (French): what was translated stays, as a page of its own.",
        "Eins (Spanish): nothing was translated, and the draft is deleted too.",
    ]
    request.refresh_from_db()
    assert request.closed_at


def test_the_confirmation_says_it_before(page):
    start(page, "fr", "es")
    html = log_in(MODERATORS).get(reverse("wagtailadmin_pages:delete", args=[page.pk])).content.decode()
    assert "There are 2 translations of what you delete." in html
    assert StringTranslation.objects.count() == 0


def test_the_confirmation_takes_one_query_for_each_kind_of_page(page, django_assert_num_queries):
    start(page, "fr")
    pages = [page, *(content.post(title, language="de") for title in ("Zwei", "Drei"))]
    for each in pages:
        start(each, "es")
    with django_assert_num_queries(len(content_models())):
        assert "4 translations" in warning_for(pages)


@pytest.fixture
def family():
    """Pages one below the other, with translations into French in which nothing is translated."""
    pages = [content.plain_page("Oben", language="de")]
    for title in ("Mitte", "Unten"):
        pages.append(pages[-1].add_child(instance=StandardPage(title=title, lead="x", locale=pages[0].locale)))
        pages[-1].save_revision().publish()
    for page in pages:
        start(page, "fr")
    return pages


def drafts():
    """Those of the family that are left, from top to bottom."""
    return list(StandardPage.objects.filter(locale__language_code="fr").order_by("path"))


def test_an_empty_draft_goes_with_those_below_it(family):
    refresh([page.translation_key for page in family])
    request = ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=None, title="X").request
    StandardPage.objects.get(pk=family[0].pk).delete()
    assert drafts() == []
    assert sorted(told(request)) == [
        f"{page} (French): nothing was translated, and the draft is deleted too."
        for page in ("Mitte", "Oben", "Unten")
    ]


def test_an_empty_draft_stays_for_what_stays_below_it(family):
    fill(Translation.objects.get(source__object_id=family[1].translation_key))
    StandardPage.objects.get(pk=family[0].pk).delete()
    assert [(draft.title, draft.translated_from) for draft in drafts()] == [("Sans titre", ""), ("[fr] Mitte", "")]


def test_an_empty_draft_stays_for_a_page_that_somebody_has_written_below_it(family):
    written = StandardPage(title="Seule", lead="x", locale=drafts()[0].locale)
    drafts()[1].add_child(instance=written)
    StandardPage.objects.get(pk=family[0].pk).delete()
    assert [draft.title for draft in drafts()] == ["Sans titre", "Sans titre", "Seule"]


def test_a_request_for_what_nobody_has_begun_is_closed_too(page):
    refresh([page.translation_key])
    request = ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=None, title="X").request
    page.delete()
    refresh_stale()
    request.refresh_from_db()
    assert request.closed_at
    assert told(request) == ["Eins (French)"]


def test_the_log_is_told_in_the_language_of_who_reads_it(page):
    refresh([page.translation_key])
    client = log_in(MODERATORS)
    user = get_user_model().objects.get()
    request = ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=user, title="X").request
    start(page, "fr")
    page.delete()
    for language, name in (("en", "French"), ("de", "Französisch")):
        UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
        html = client.get(reverse("translation_desk:request", args=[request.pk])).content.decode()
        assert f"Eins ({name}): " in html
        assert ("the draft is deleted too" in html) == (language == "en")


@pytest.mark.parametrize("is_live", [True, False])
def test_the_log_keeps_no_title_that_not_everybody_may_see(page, is_live):
    refresh([page.translation_key])
    request = ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=None, title="X").request
    if is_live:
        page.get_parent().view_restrictions.create(restriction_type=PageViewRestriction.LOGIN)
    else:
        page.unpublish()
    page.delete()
    assert told(request) == ["A page that not everybody may see (French)"]
    assert "Eins" not in str(request.events.values())


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
