"""Asking for languages: joining, dates, mails, logs and ends."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from hub.roles import EDITORS
from tests import content
from tests.editing import log_in
from tests.translation.desk import fill, publish, republish, segment_at, start
from translation.models import LanguageVersion, RequestEvent, TranslationRequest
from translation.progress import check_versions, refresh_stale
from translation.requests import BEING_WRITTEN, ask, follow_changes, open_request, withdraw
from translation.segments import segments_of, write

from .steps import kinds, mails, translator, user_of, versions

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def test_translators_of_the_languages_hear_of_it_once_and_in_their_own_language(page, editor):
    translator("anna", "fr", "es", language="de")
    translator("ben", "fr", language="en")
    translator("carla", "it")
    request = ask(
        versions(page, "fr", "es"), user=editor, title="Eins", message="Bitte bald.", due=TODAY + timedelta(days=7)
    ).request
    assert [(message.to, "Bitte bald." in message.body) for message in mail.outbox] == [
        (["anna@example.org"], True),
        (["ben@example.org"], True),
    ]
    german, english = mail.outbox[0].body, mail.outbox[1].body
    assert "Französisch" in german and "Spanisch" in german
    assert "French" in english and "Spanish" not in english
    assert reverse("translation_desk:request", args=[request.pk]) in english
    assert mail.outbox[1].subject == "Translation asked for: Eins"
    assert kinds(request) == ["asked"]
    assert {version.due for version in versions(page, "fr", "es")} == {TODAY + timedelta(days=7)}


def test_who_has_a_version_hears_of_it_and_others_do_not(page, editor):
    translator("anna", "fr")
    ben = translator("ben", "fr")
    versions(page, "fr").update(translator=ben)
    ask(versions(page, "fr"), user=editor, title="Eins")
    assert mails() == [("ben", "Translation asked for: Eins")]


def test_a_second_request_joins_the_first_and_the_earlier_date_counts(page, editor):
    other = user_of(log_in(EDITORS, "other"))
    first = ask(versions(page, "fr"), user=editor, title="Eins", due=TODAY + timedelta(days=9)).request
    second = ask(versions(page, "fr"), user=other, title="Auch", message="Me too", due=TODAY + timedelta(days=3))
    assert (second.request, second.joined) == (None, [first])
    assert TranslationRequest.objects.get() == first
    assert versions(page, "fr").get().due == TODAY + timedelta(days=3)
    joined = first.events.get(kind="joined")
    assert (joined.user, joined.text) == (other, "Me too")
    assert kinds(first) == ["asked", "joined", "due"]
    ask(versions(page, "fr"), user=other, title="Auch", due=TODAY + timedelta(days=30))
    assert versions(page, "fr").get().due == TODAY + timedelta(days=3)


def test_who_translates_hears_of_an_earlier_date_and_the_log_says_it_in_words(page, editor):
    anna, other = translator("anna", "fr"), user_of(log_in(EDITORS, "other"))
    get_user_model().objects.filter(pk=other.pk).update(first_name="Olga", last_name="Thern")
    first = ask(versions(page, "fr"), user=editor, title="Eins", due=TODAY + timedelta(days=9)).request
    mail.outbox.clear()
    ask(versions(page, "fr"), user=other, title="Auch", due=TODAY + timedelta(days=30))
    assert mails() == []
    due = TODAY + timedelta(days=3)
    ask(versions(page, "fr"), user=other, title="Auch", message="Me too", due=due)
    [message] = mail.outbox
    assert message.to == [anna.email]
    assert date_format(due) in message.body and reverse("translation_desk:request", args=[first.pk]) in message.body
    html = log_in(EDITORS, "reader").get(reverse("translation_desk:request", args=[first.pk])).content.decode()
    log = html[html.index("desk-log") :]
    assert date_format(due) in log and due.isoformat() not in log.replace(f'datetime="{TODAY}', "")
    assert "Olga Thern" in log


def test_a_request_that_joins_in_part_asks_for_the_rest(page, editor):
    first = ask(versions(page, "fr"), user=editor, title="Eins").request
    asked = ask(versions(page, "fr", "es"), user=editor, title="Beide")
    assert asked.joined == [first]
    assert [row.version.locale.language_code for row in asked.request.versions.all()] == ["es"]
    assert kinds(asked.request) == ["asked"]


def test_what_is_published_is_not_asked_for(page, editor, django_capture_on_commit_callbacks):
    translation = start(page, "fr")
    fill(translation)
    publish(translation, django_capture_on_commit_callbacks)
    refresh_stale()
    asked = ask(versions(page, "fr"), user=editor, title="Eins")
    assert (asked.request, asked.published) == (None, 1)
    assert not TranslationRequest.objects.exists()


def test_all_askers_hear_when_it_is_published_and_the_request_closes(page, editor, django_capture_on_commit_callbacks):
    other = user_of(log_in(EDITORS, "other"))
    request = ask(versions(page, "fr", "es"), user=editor, title="Eins", due=TODAY).request
    ask(versions(page, "fr"), user=other, title="Auch")
    mail.outbox.clear()
    for language in ("fr", "es"):
        translation = start(page, language)
        fill(translation)
        refresh_stale()
        assert mails() == []
        publish(translation, django_capture_on_commit_callbacks)
        refresh_stale()
        request.refresh_from_db()
        if language == "fr":
            # Who asked for both is told when both are there.
            assert mails() == [("other", "Translated: Eins")]
            assert request.closed_at is None
    assert mails() == [("editors", "Translated: Eins")]
    assert request.closed_at
    assert kinds(request) == ["asked", "joined", "done", "done", "closed"]
    assert {version.due for version in versions(page, "fr", "es")} == {None}
    refresh_stale()
    check_versions()
    assert mails() == []


def test_a_changed_original_is_told_once_an_hour(page, editor, django_capture_on_commit_callbacks):
    anna = translator("anna", "fr")
    request = ask(versions(page, "fr"), user=editor, title="Eins").request
    start(page, "fr")
    refresh_stale()
    mail.outbox.clear()
    republish(page, lead="Neu.")
    refresh_stale()
    assert mails() == [("anna", "Originals of your translations have changed")]
    republish(page, lead="Noch neuer.")
    refresh_stale()
    assert mails() == []
    assert kinds(request) == ["asked", "source_changed"]
    RequestEvent.objects.update(at=timezone.now() - timedelta(hours=2))
    versions(page, "fr").update(translator=anna)
    republish(page, lead="Am neuesten.")
    refresh_stale()
    assert mails() == [("anna", "Originals of your translations have changed")]


def test_a_changed_original_is_told_to_who_has_it_without_any_request(page, django_capture_on_commit_callbacks):
    anna = translator("anna", "fr")
    translation = start(page, "fr")
    fill(translation)
    publish(translation, django_capture_on_commit_callbacks)
    refresh_stale()
    versions(page, "fr").update(translator=anna)
    republish(page)
    refresh_stale()
    assert mails() == []  # published again, and no text is another
    republish(page, lead="Neu.")
    refresh_stale()
    assert mails() == [("anna", "Originals of your translations have changed")]


def test_a_changed_original_is_told_to_who_has_translated_it_last_once(page, django_capture_on_commit_callbacks):
    anna = translator("anna", "fr")
    translator("ben", "fr")
    translation = start(page, "fr")
    for segment in segments_of(translation):
        write(translation, segment, f"[fr] {segment.source}", user=anna)
    republish(page, lead="Noch nicht veröffentlicht.")
    refresh_stale()
    assert mails() == []
    write(translation, segment_at(translation, "lead"), "[fr]", user=anna)
    publish(translation, django_capture_on_commit_callbacks)
    refresh_stale()
    for lead in ("Neu.", "Noch neuer."):
        republish(page, lead=lead)
        refresh_stale()
    assert mails() == [("anna", "Originals of your translations have changed")]


def test_translating_and_beginning_are_no_changes_of_the_original(page, editor):
    translator("anna", "fr")
    ask(versions(page, "fr", "es"), user=editor, title="Eins")
    mail.outbox.clear()
    translation = start(page, "fr", "es")
    refresh_stale()
    fill(translation)
    refresh_stale()
    assert mails() == []


def test_nobody_without_an_address_or_an_active_account_is_written_to(page, editor):
    translator("anna", "fr")
    get_user_model().objects.filter(username="anna").update(is_active=False)
    translator("ben", "fr")
    get_user_model().objects.filter(username="ben").update(email="")
    ask(versions(page, "fr"), user=editor, title="Eins")
    assert mails() == []


def test_a_mail_lists_twenty_works_and_says_how_many_more(editor):
    translator("anna", "fr")
    for number in range(22):
        content.post(f"Post {number:02}", language="de")
    check_versions()
    ask(LanguageVersion.objects.filter(locale__language_code="fr"), user=editor, title="All\nof it")
    body = mail.outbox[0].body
    assert "Post 19" in body and "Post 20" not in body and "and 2 more" in body
    assert mail.outbox[0].subject == "Translation asked for: All of it"


def test_a_withdrawn_request_frees_its_versions_and_tells_who_joined(page, editor):
    other = user_of(log_in(EDITORS, "other"))
    request = ask(versions(page, "fr"), user=editor, title="Eins").request
    ask(versions(page, "fr"), user=other, title="Auch")
    withdraw(request, editor)
    assert mails() == [("other", "Request withdrawn: Eins")]
    request.refresh_from_db()
    assert request.closed_at
    assert ask(versions(page, "fr"), user=other, title="Auch").request


def test_a_request_whose_works_are_all_gone_closes(editor, django_capture_on_commit_callbacks):
    page, kept = content.post("Eins", language="de"), content.post("Zwei", language="de")
    check_versions()
    both = LanguageVersion.objects.filter(locale__language_code="fr")
    request = ask(both, user=editor, title="Beide").request
    page.delete()
    translation = start(kept, "fr")
    fill(translation)
    publish(translation, django_capture_on_commit_callbacks)
    refresh_stale()
    request.refresh_from_db()
    assert request.closed_at


def test_a_request_that_nothing_was_entered_into_closes_after_a_while_and_tells_nobody(page, editor):
    request = open_request(user=editor, title="Eins")
    kept = ask(versions(page, "fr"), user=editor, title="Zwei").request
    for age, is_closed in ((BEING_WRITTEN - timedelta(minutes=1), False), (BEING_WRITTEN, True)):
        TranslationRequest.objects.update(created_at=timezone.now() - age)
        follow_changes([])
        request.refresh_from_db()
        assert bool(request.closed_at) == is_closed
    kept.refresh_from_db()
    assert kept.closed_at is None
    assert mails() == []
