"""The pages on which languages are asked for."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from hub.roles import EDITORS, TRANSLATORS
from news.models import NewsIndexPage
from tests import content
from tests.editing import log_in
from tests.translation.desk import start
from translation.models import State, TranslationRequest
from translation.progress import check_versions, refresh, refresh_stale
from translation.requests import ask

from .steps import user_of, versions

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


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
