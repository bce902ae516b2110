"""Asking for languages: joining, dates, mails, logs and ends."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Locale, Page, PageViewRestriction
from wagtail.users.models import UserProfile

from hub.roles import EDITORS, TRANSLATORS
from news.models import NewsIndexPage
from tests import content
from tests.editing import log_in
from translation.models import LanguageVersion, RequestEvent, State, TranslationRequest, TranslatorLanguage
from translation.progress import check_versions, refresh, refresh_stale
from translation.queue.ask import requests_for
from translation.requests import BEING_WRITTEN, ask, follow_changes, open_request, withdraw
from translation.segments import segments_of, write

from .desk import fill, publish, republish, segment_at, start

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def translator(name, *languages, language=""):
    user = user_of(log_in(TRANSLATORS, name))
    for code in languages:
        TranslatorLanguage.objects.create(user=user, locale=Locale.objects.get(language_code=code))
    UserProfile.objects.create(user=user, preferred_language=language)
    return user


@pytest.fixture
def page():
    page = content.post("Eins", language="de")
    refresh([page.translation_key])
    return page


@pytest.fixture
def editor():
    return user_of(log_in(EDITORS))


def versions(page, *languages):
    return LanguageVersion.objects.filter(work=page.translation_key, locale__language_code__in=languages)


def mails():
    found = sorted((message.to[0].split("@")[0], message.subject) for message in mail.outbox)
    mail.outbox.clear()
    return found


def kinds(request):
    return list(request.events.values_list("kind", flat=True))


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


# Who sees which


@pytest.fixture
def hidden():
    page = content.post("Geheim", language="de")
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    refresh([page.translation_key])
    return page


@pytest.fixture
def outsider():
    """She translates into French, and works on no page yet."""
    anna = translator("anna", "fr")
    anna.groups.get().page_permissions.all().delete()
    return anna


def test_requests_are_for_who_made_them_and_who_sees_something_of_them(page, hidden, editor, outsider):
    ask(versions(hidden, "fr"), user=editor, title="Private")
    ask([*versions(page, "es"), *versions(hidden, "es")], user=editor, title="Mixed")
    ask(versions(hidden, "it"), user=outsider, title="Own")
    other = user_of(log_in(EDITORS, "other"))
    seen = {user.username: set(requests_for(user).values_list("title", flat=True)) for user in (outsider, other)}
    assert seen == {"anna": {"Mixed", "Own"}, "other": {"Private", "Mixed", "Own"}}
    client = Client()
    client.force_login(outsider)
    listed = client.get(reverse("translation_desk:requests")).context["object_list"]
    assert {request.title for request in listed} == {"Mixed", "Own"}


def test_a_request_tells_nothing_of_works_that_the_reader_may_not_see(page, hidden, editor, outsider):
    request = ask([*versions(page, "fr"), *versions(hidden, "fr")], user=editor, title="Both").request
    for version in request.versions.all():
        RequestEvent.objects.create(request=request, kind=RequestEvent.Kind.DONE, version=version.version)
    client = Client()
    client.force_login(outsider)
    html = client.get(reverse("translation_desk:request", args=[request.pk])).content.decode()
    assert "Eins" in html
    assert "Geheim" not in html


def test_mails_tell_nothing_of_works_that_the_reader_may_not_see(page, hidden, editor, outsider):
    translator("ben", "fr").user_permissions.set([])
    ask(versions(hidden, "fr"), user=editor, title="Private")
    assert mails() == []
    versions(hidden, "es").update(translator=outsider)
    ask([*versions(page, "fr", "es"), *versions(hidden, "es")], user=editor, title="Both")
    body = next(message.body for message in mail.outbox if message.to == ["anna@example.org"])
    assert "Eins" in body
    assert "Geheim" not in body


# The pages


def ask_form(page, client, **data):
    url = f"{reverse('translation_desk:ask')}?page={page.pk}"
    return client.post(url, {"title": "Eins", "languages": ["fr", "pl"], "message": "", "due": ""} | data)


def test_an_editor_asks_for_a_page(page):
    client = log_in(EDITORS)
    response = client.get(f"{reverse('translation_desk:ask')}?page={page.pk}")
    html = response.content.decode()
    assert 'value="fr"' in html and 'value="de"' not in html
    response = ask_form(page, client, due=str(TODAY), message="Hello")
    request = TranslationRequest.objects.get()
    assert response.url == reverse("translation_desk:request", args=[request.pk])
    assert {row.version.locale.language_code for row in request.versions.all()} == {"fr", "pl"}
    html = client.get(response.url).content.decode()
    assert "Hello" in html and "Polish" in html and "asked" in html


def test_who_joins_is_told_whether_all_or_part_was_asked_for(page):
    for name, languages, sentence in (
        ("one", ["fr"], "The translators have been told."),
        ("two", ["fr"], "It is asked for already."),
        ("three", ["fr", "pl"], "Part of it is asked for already."),
    ):
        client = log_in(EDITORS, name)
        response = client.get(ask_form(page, client, languages=languages).url)
        assert any(sentence in str(message) for message in response.context["messages"]), sentence


def test_an_editor_asks_for_a_subtree():
    one, two = content.post("Eins", language="de"), content.post("Zwei", language="de")
    content.post("Elsewhere", language="en")
    check_versions()
    ask_form(NewsIndexPage.objects.get(locale__language_code="de"), log_in(EDITORS), below="on", languages=["fr"])
    works = TranslationRequest.objects.get().versions.values_list("version__work", flat=True)
    assert set(works) == {one.translation_key, two.translation_key}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"languages": []}, "This field is required."),
        ({"languages": ["xx"]}, "Select a valid choice"),
        ({"due": str(TODAY - timedelta(days=1))}, "This day is over."),
        ({"due": "soon"}, "Enter a valid date."),
        ({"title": ""}, "This field is required."),
    ],
)
def test_a_wrong_form_changes_nothing(page, data, sentence):
    response = ask_form(page, log_in(EDITORS), **data)
    assert sentence in response.content.decode()
    assert not TranslationRequest.objects.exists()
    assert not mail.outbox


def test_what_is_not_public_is_not_asked_for():
    draft = content.post("Entwurf", language="de", live=False)
    response = ask_form(draft, log_in(EDITORS))
    assert "only published originals are translated" in response.content.decode()


def test_an_editor_of_one_language_asks_for_no_pages_of_another(page):
    client = log_in(EDITORS)
    french, root = Page.objects.get(depth=2, locale__language_code="fr"), Page.objects.get(depth=1)
    user_of(client).groups.get().page_permissions.filter(page=root).update(page=french)
    assert client.get(f"{reverse('translation_desk:ask')}?page={page.pk}", follow=True).status_code == 404
    ask_form(page, client)
    assert not TranslationRequest.objects.exists()
    own = content.post("Un", language="fr")
    refresh([own.translation_key])
    response = client.get(f"{reverse('translation_desk:ask')}?page={page.pk}&page={own.pk}")
    assert [each.pk for each in response.context["pages"]] == [own.pk]
    assert "Eins" not in response.content.decode()


def test_translators_do_not_ask(page):
    client = log_in(TRANSLATORS)
    assert client.get(f"{reverse('translation_desk:ask')}?page={page.pk}").status_code == 302
    assert ask_form(page, client).status_code == 302
    assert not TranslationRequest.objects.exists()


def test_only_who_asked_withdraws(page, editor):
    request = ask(versions(page, "fr"), user=editor, title="Eins").request
    url = reverse("translation_desk:withdraw", args=[request.pk])
    assert log_in(EDITORS, "other").post(url).status_code == 302
    request.refresh_from_db()
    assert request.closed_at is None
    mine = log_in(name="root")
    mine.post(url)
    request.refresh_from_db()
    assert request.closed_at


def test_the_page_of_a_request_needs_the_same_queries_for_many_versions(page, editor, django_assert_max_num_queries):
    request = ask(versions(page, "fr", "es", "it", "pl", "en"), user=editor, title="Eins").request
    client = log_in(EDITORS, "other")
    url = reverse("translation_desk:request", args=[request.pk])
    client.get(url)
    with django_assert_max_num_queries(27):
        client.get(url)
    assert "Eins" in client.get(reverse("translation_desk:requests")).content.decode()


def test_pages_offer_to_ask(page):
    client = log_in(EDITORS)
    address = f"{reverse('translation_desk:ask')}?page={page.pk}"
    assert address in client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "ask_for_translations"])
    assert client.get(f"{bulk}?id={page.pk}&next=/admin/").url.startswith(address)


def test_states_per_language_are_those_of_the_versions(page, editor):
    start(page, "fr")
    refresh_stale()
    request = ask(versions(page, "fr", "es"), user=editor, title="Eins").request
    languages = (
        log_in(EDITORS, "other").get(reverse("translation_desk:request", args=[request.pk])).context["languages"]
    )
    assert {row["code"]: [part["state"] for part in row["parts"]] for row in languages} == {
        "fr": [State.IN_PROGRESS.value],
        "es": [State.MISSING.value],
    }


def test_a_restricted_original_stays_hidden_in_a_request(page, editor):
    request = ask(versions(page, "fr"), user=editor, title="Eins").request
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    reader = log_in(TRANSLATORS, "anna")
    user_of(reader).groups.get().page_permissions.all().delete()
    assert reader.get(reverse("translation_desk:request", args=[request.pk]), follow=True).status_code == 404
