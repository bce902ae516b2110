"""What is missing, a draft, live or outdated."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import Translation

from news.models import NewsPage
from tests import content
from translation.states import State, Status, status_of, statuses

from .desk import fill, publish, republish, start, translate

pytestmark = pytest.mark.django_db


def states(work):
    return {code: str(status.state) for code, status in status_of(work).items()}


def test_a_work_in_each_language(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    english = translate(page, "en", django_capture_on_commit_callbacks)
    draft = start(page, "fr").get_target_instance()
    assert status_of(english) == {
        "en": Status(State.LIVE, english.pk),
        "de": Status(State.LIVE, page.pk, is_original=True),
        "fr": Status(State.DRAFT, draft.pk),
        "es": Status(State.MISSING),
        "it": Status(State.MISSING),
        "pl": Status(State.MISSING),
    }


def test_an_original_that_is_not_public():
    assert status_of(content.post("Eins", language="de", live=False))["de"].state == State.DRAFT


def test_a_work_that_does_not_exist():
    assert {status.state for status in status_of(uuid4()).values()} == {State.MISSING}


def test_a_translation_is_outdated_from_the_change_of_its_source_until_it_is_published(
    django_capture_on_commit_callbacks,
):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    fill(translation)
    publish(translation, django_capture_on_commit_callbacks)
    assert states(page)["en"] == "live"
    republish(page, lead="Neu.")
    assert states(page) | {"de": "live"} == states(page)
    assert states(page)["en"] == "outdated"
    fill(Translation.objects.get())
    assert states(page)["en"] == "outdated"
    publish(translation, django_capture_on_commit_callbacks)
    assert states(page)["en"] == "live"


def test_a_block_that_was_taken_out_makes_a_translation_outdated(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de", body=[("heading", {"text": "Kopf", "level": "h2"})])
    translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, body=[])
    assert Translation.objects.get().get_progress() == (2, 2)
    assert states(page)["en"] == "outdated"


def test_what_is_shared_makes_no_translation_outdated(django_capture_on_commit_callbacks):
    page = content.event("Eins", language="de")
    translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, status="cancelled", themes=[content.theme("climate")])
    republish(page)
    assert states(page)["en"] == "live"


def test_a_draft_of_the_source_makes_no_translation_outdated(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translate(page, "en", django_capture_on_commit_callbacks)
    page.title = "Zwei"
    page.save_revision()
    assert states(page)["en"] == "live"


def test_a_translation_made_by_hand_is_outdated_when_its_source_was_edited_later():
    page = content.post("Eins", language="de")
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    english.save_revision().publish()
    assert states(page)["en"] == "live"
    NewsPage.objects.filter(pk=page.pk).update(edited_on=timezone.now() + timedelta(minutes=1))
    assert states(page)["en"] == "outdated"


def test_many_works_need_as_many_queries_as_one(django_assert_num_queries, django_capture_on_commit_callbacks):
    keys = []
    for number in range(4):
        page = content.post(f"Post {number}", language="de")
        translate(page, "en", django_capture_on_commit_callbacks)
        keys.append(page.translation_key)
    for some in (keys[:1], keys):
        with django_assert_num_queries(6):
            assert {status["en"].state for status in statuses(some).values()} == {State.LIVE}
