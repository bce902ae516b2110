"""What the dashboard tells translators and editors."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Locale

from hub.roles import EDITORS, TRANSLATORS
from tests import content
from tests.editing import log_in
from translation.dashboard import RequestedTranslations, WaitingTranslations
from translation.models import LanguageVersion, TranslatorLanguage
from translation.progress import check_versions
from translation.requests import ask

from .desk import republish, translate

pytestmark = pytest.mark.django_db


def user_of(client):
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


@pytest.fixture
def client():
    client = log_in(TRANSLATORS)
    TranslatorLanguage.objects.create(user=user_of(client), locale=Locale.objects.get(language_code="fr"))
    return client


def lists(client):
    request = SimpleNamespace(user=user_of(client))
    found = WaitingTranslations().get_context_data({"request": request})["lists"]
    return {each["name"]: [f"{row.title} {row.locale.language_code}" for row in each["versions"]] for each in found}


def versions(page, *languages):
    return LanguageVersion.objects.filter(work=page.translation_key, locale__language_code__in=languages)


def test_a_translator_sees_his_own_what_is_asked_for_and_what_is_outdated(client, django_capture_on_commit_callbacks):
    mine, asked, outdated, other = (content.post(title, language="de") for title in ("Mein", "Neu", "Alt", "Egal"))
    translate(outdated, "fr", django_capture_on_commit_callbacks)
    translate(outdated, "es", django_capture_on_commit_callbacks)
    republish(outdated, lead="Anders.")
    check_versions()
    versions(mine, "fr").update(translator=user_of(client), due=timezone.localdate())
    ask(versions(asked, "fr", "es"), user=user_of(log_in(EDITORS)), title="Neu")
    assert lists(client) == {
        "Yours": ["Mein fr"],
        "Asked for in your languages": ["Neu fr"],
        "Begun or outdated in your languages": ["Alt fr"],
    }
    html = client.get("/admin/").content.decode()
    assert "Asked for in your languages" in html and "Translations that you asked for" not in html
    assert other.title not in html


def test_an_editor_sees_what_he_asked_for_until_it_is_done():
    page = content.post("Eins", language="de")
    check_versions()
    editor = log_in(EDITORS)
    assert "Translations that you asked for" not in editor.get("/admin/").content.decode()
    ask(versions(page, "fr", "es"), user=user_of(editor), title="Eins, bitte")
    html = editor.get("/admin/").content.decode()
    assert "Eins, bitte" in html and "0 of 2 published" in html
    assert "Eins, bitte" not in log_in(EDITORS, "other").get("/admin/").content.decode()


def test_the_panels_need_the_same_queries_for_many_rows(client, django_assert_num_queries):
    def shown():
        request = SimpleNamespace(user=user_of(client))
        translations = WaitingTranslations().get_context_data({"request": request})
        return translations, RequestedTranslations().get_context_data({"request": request})

    for number in range(3):
        content.post(f"Post {number}", language="de")
    check_versions()
    with django_assert_num_queries(8):
        shown()
    LanguageVersion.objects.filter(locale__language_code="fr").update(translator=user_of(client))
    with django_assert_num_queries(8):
        assert len(shown()[0]["lists"][0]["versions"]) == 3
