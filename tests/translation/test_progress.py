"""Versions of works are counted as they are, whatever happened to them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, TranslationLog

from tests import content
from translation import progress
from translation.models import LanguageVersion, OmittedBlock, StaleWork, State
from translation.progress import check_versions, refresh, refresh_stale
from translation.segments import segments_of

from .desk import fill, publish, republish, segment_at, start, translate

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def version(page, language="en"):
    refresh_stale()
    return LanguageVersion.objects.get(work=page.translation_key, locale__language_code=language)


def figures(row):
    return row.words_new, row.words_fuzzy, row.words_repeated


def test_a_work_has_a_row_for_each_language_but_its_own():
    page = content.post("Eins zwei", language="de")
    refresh_stale()
    rows = LanguageVersion.objects.filter(work=page.translation_key)
    assert sorted(row.locale.language_code for row in rows) == ["en", "es", "fr", "it", "pl"]
    assert {(row.state, row.words, *figures(row)) for row in rows} == {(State.MISSING, 4, 4, 0, 0)}


def test_a_draft_that_was_never_public_waits_for_nobody():
    page = content.post("Eins", language="de", live=False)
    refresh_stale()
    assert not LanguageVersion.objects.filter(work=page.translation_key).exists()


def test_states_follow_a_translation_from_start_to_change(django_capture_on_commit_callbacks):
    page = content.post("Eins zwei", language="de")
    translation = start(page, "en")
    assert version(page).state == State.IN_PROGRESS
    fill(translation)
    assert (version(page).state, figures(version(page))) == (State.COMPLETE, (0, 0, 0))
    publish(translation, django_capture_on_commit_callbacks)
    assert version(page).state == State.PUBLISHED
    republish(page, title="Eins zwei drei")
    assert (version(page).state, figures(version(page))) == (State.OUTDATED, (0, 3, 0))
    fill(translation)
    assert version(page).state == State.COMPLETE
    publish(translation, django_capture_on_commit_callbacks)
    assert version(page).state == State.PUBLISHED


def test_a_publication_whose_log_is_written_after_it_was_counted_is_counted_again(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    republish(page, title="Eins zwei")
    fill(translation)
    publish(translation, django_capture_on_commit_callbacks)
    log = TranslationLog.objects.latest("pk")
    log.delete()
    assert version(page).state == State.COMPLETE
    log.save()
    assert version(page).state == State.PUBLISHED


def test_a_mark_that_comes_while_a_work_is_counted_stays(monkeypatch):
    page = content.post("Eins", language="de")
    refresh_stale()
    late = StaleWork.objects.create(pk=10**9, work=page.translation_key)
    counted = []

    def writes_meanwhile(works):
        counted.append(works)
        if len(counted) == 1:
            StaleWork.objects.create(pk=late.pk - 1, work=page.translation_key)

    monkeypatch.setattr(progress, "refresh", writes_meanwhile)
    refresh_stale()
    assert len(counted) == 2


def test_a_theme_on_the_original_makes_nothing_outdated(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, themes=[content.theme("energy")])
    assert version(page).state == State.PUBLISHED


def test_unpublished_and_deleted_translations_are_counted_again(django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    english = translate(page, "en", django_capture_on_commit_callbacks)
    type(english).objects.get(pk=english.pk).unpublish()
    assert version(page).state == State.COMPLETE
    type(english).objects.get(pk=english.pk).delete()
    assert (version(page).state, version(page).page) == (State.MISSING, None)
    type(page).objects.get(pk=page.pk).delete()
    refresh_stale()
    assert not LanguageVersion.objects.exists()


def test_repetitions_and_what_a_machine_wrote_are_told_apart():
    page = content.post("Gleicher Satz", lead="Gleicher Satz", language="de")
    translation = start(page, "en")
    assert figures(version(page)) == (2, 0, 2)
    first = segment_at(translation, "title")
    StringTranslation.objects.create(
        translation_of_id=first.string_id,
        context_id=first.context_id,
        locale=translation.target_locale,
        data="Same sentence",
        translation_type="machine",
    )
    assert version(page).words_machine == 2


def test_a_block_that_is_left_out_does_not_wait():
    body = [
        {
            "type": "quote",
            "value": {"text": "Viele Worte hier", "attribution": ""},
            "id": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
        }
    ]
    page = content.post("Eins", language="de", body=body)
    translation = start(page, "en")
    assert version(page).words_new == 6
    OmittedBlock.objects.create(
        work=page.translation_key, locale=Locale.objects.get(language_code="en"), block=body[0]["id"]
    )
    assert version(page).words_new == 3
    assert [segment.omitted for segment in segments_of(translation)] == [False, False, True]


def test_what_was_counted_wrongly_is_found_and_set_right():
    page = content.post("Eins", language="de")
    refresh_stale()
    assert check_versions() == 0
    LanguageVersion.objects.filter(locale__language_code="en").update(words_new=99)
    LanguageVersion.objects.filter(locale__language_code="fr").delete()
    assert check_versions() == 2
    assert version(page).words_new == 3
    assert check_versions() == 0


def test_a_work_that_cannot_be_counted_keeps_back_no_other(monkeypatch, caplog):
    good, bad, last = (content.post(title, language="de") for title in ("Eins", "Zwei", "Drei"))

    def refuses(works):
        if bad.translation_key in works:
            raise ValueError
        return refresh(works)

    monkeypatch.setattr(progress, "refresh", refuses)
    counted = {good.translation_key, last.translation_key}
    for count in (refresh_stale, check_versions):
        LanguageVersion.objects.all().delete()
        count()
        assert set(LanguageVersion.objects.values_list("work", flat=True)) == counted
        assert not StaleWork.objects.exists()
        assert f"The work {bad.translation_key} could not be counted" in caplog.text
        caplog.clear()


def test_who_has_it_and_until_when_survives_counting(django_user_model):
    page = content.post("Eins", language="de")
    user = django_user_model.objects.create_user("t")
    row = version(page)
    LanguageVersion.objects.filter(pk=row.pk).update(translator=user, due="2027-01-01")
    republish(page, title="Zwei")
    row = version(page)
    assert (row.title, row.translator, str(row.due)) == ("Zwei", user, "2027-01-01")


@pytest.mark.parametrize("count", [1, 12])
def test_counting_takes_as_many_queries_for_many_works_as_for_one(count):
    pages = [content.post(f"Post {number}", language="de") for number in range(count)]
    for page in pages:
        start(page, "en", "fr")
    refresh_stale()
    assert not StaleWork.objects.exists()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        refresh({page.translation_key for page in pages})
    assert len(queries) <= 19
