"""Translators work in the languages that they were given, and in no others, whatever address they try."""

import importlib
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import GroupPagePermission, Locale, Page
from wagtail_localize.models import StringTranslation

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import edit_url, log_in
from translation import starting
from translation.models import LanguageVersion, TranslatorLanguage
from translation.people import locales_of, may_translate, translators
from translation.progress import refresh
from translation.publishing import NotReady
from translation.starting import translation_for
from translation.views import languages_open_to

from .desk import desk_url, fill, segment_at, send, start

pytestmark = pytest.mark.django_db


def locale(code):
    return Locale.objects.get(language_code=code)


def person(name="translator"):
    return get_user_model().objects.get(username=name)


def give(user, *codes):
    for code in codes:
        TranslatorLanguage.objects.create(user=user, locale=locale(code))


@pytest.fixture
def french():
    """The client of a translator who translates into French."""
    client = log_in(TRANSLATORS)
    give(person("translators"), "fr")
    return client


@pytest.fixture
def german():
    """A translation into German, whole."""
    translation = start(content.post("A post"), "de", "fr")
    fill(translation)
    return translation


# Who has which languages


def test_the_roles_of_a_new_hub_translate_into_all_languages():
    for role in (TRANSLATORS, MODERATORS):
        log_in(role)
        assert locales_of(person(role.lower())) == set(Locale.objects.values_list("pk", flat=True))
    log_in(EDITORS)
    assert locales_of(person("editors")) == set()


def test_what_is_said_for_a_person_counts_in_place_of_the_groups():
    log_in(TRANSLATORS)
    user = person("translators")
    give(user, "fr", "it")
    assert locales_of(person("translators")) == {locale("fr").pk, locale("it").pk}


def test_languages_of_several_groups_add_up():
    user = get_user_model().objects.create_user("anna")
    for code in ("fr", "de"):
        group = Group.objects.create(name=code)
        TranslatorLanguage.objects.create(group=group, locale=locale(code))
        user.groups.add(group)
    assert locales_of(user) == {locale("fr").pk, locale("de").pk}


def test_nobody_else_translates_and_administrators_translate_into_everything():
    users = get_user_model().objects
    assert not may_translate(users.create_user("nobody"), locale("fr"))
    assert may_translate(users.create_superuser("root"), locale("fr"))
    gone = users.create_user("gone", is_active=False)
    TranslatorLanguage.objects.create(user=gone, locale=None)
    assert not may_translate(gone, locale("fr"))


def test_a_user_object_is_asked_for_its_languages_once(django_assert_num_queries):
    user = get_user_model().objects.create_user("anna")
    TranslatorLanguage.objects.create(user=user, locale=None)
    locales = list(Locale.objects.all())
    with django_assert_num_queries(2):
        assert all(may_translate(user, each) for each in locales * 20)


def test_languages_of_all_who_translate_are_read_at_once(django_assert_num_queries):
    for name, codes in (("anna", ["fr"]), ("ben", ["it", "fr"]), ("mona", [])):
        log_in(TRANSLATORS if codes else MODERATORS, name)
        give(person(name), *codes)
    log_in(name="root")
    log_in(EDITORS, "eda")
    with django_assert_num_queries(3):
        found = {user.username: locales_of(user) for user in translators(administrators=True)}
    everything = set(Locale.objects.values_list("pk", flat=True))
    assert found == {
        "anna": {locale("fr").pk}, "ben": {locale("fr").pk, locale("it").pk}, "mona": everything, "root": everything,
    }  # fmt: skip
    assert {user.username for user in translators()} == {"anna", "ben", "mona"}


def test_the_list_of_languages_says_full_names_in_the_same_queries():
    client, url = log_in(name="root"), reverse("translator_languages:index")
    for name in ("anna", "ben", "carla"):
        user = get_user_model().objects.create_user(name, first_name=name.title(), last_name="Lind")
        give(user, "fr")
        with CaptureQueriesContext(connection) as queries:
            html = client.get(url).content.decode()
        assert f"{name.title()} Lind: French" in html
        if name == "anna":
            client.get(url)
        elif name == "ben":
            few = len(queries)
    assert len(queries) == few


def test_whoever_could_translate_before_still_can():
    TranslatorLanguage.objects.all().delete()
    submit = Permission.objects.get(codename="submit_translation")
    agency, readers = Group.objects.create(name="Agency"), Group.objects.create(name="Proofreaders")
    agency.permissions.add(submit)
    change = Permission.objects.get(codename="change_page")
    GroupPagePermission.objects.create(group=readers, page=Page.objects.get(depth=1), permission=change)
    Group.objects.create(name="Others")
    freelance = get_user_model().objects.create_user("freelance")
    freelance.user_permissions.add(submit)

    importlib.import_module("translation.migrations.0004_languages_of_translators").forwards(apps, None)

    groups = set(TranslatorLanguage.objects.filter(locale=None, user=None).values_list("group__name", flat=True))
    assert groups == {TRANSLATORS, MODERATORS, "Agency", "Proofreaders"}
    assert may_translate(freelance, locale("pl"))


# What others' languages refuse


def test_another_language_is_refused_at_every_address(french, german):
    page = german.get_target_instance()
    segment = segment_at(german, "title")
    before = {row.pk: row.data for row in StringTranslation.objects.filter(locale=german.target_locale)}
    gets = [
        edit_url(page),
        desk_url(german, "texts/"),
        desk_url(german, "preview/"),
        desk_url(german, f"texts/{segment.pk}/help/"),
        desk_url(german, "concordance/?q=post"),
        reverse("wagtail_localize:preview_translation", args=[german.pk]),
        reverse("wagtail_localize:download_pofile", args=[german.pk]),
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
    ]
    for url in gets:
        assert french.get(url).status_code in (302, 403), url
    posts = [
        edit_url(page),
        desk_url(german, "stop/"),
        reverse("wagtail_localize:machine_translate", args=[german.pk]),
        reverse("wagtail_localize:stop_translation", args=[german.pk]),
        reverse("wagtail_localize:edit_string_translation", args=[german.pk, segment.pk]),
        reverse("wagtailadmin_pages:lock", args=[page.pk]),
        reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
    ]
    for url in posts:
        for data in ({"action": "publish"}, {"localize-restart-translation": "1"}, {"value": "Mine"}):
            assert french.post(url, data).status_code in (302, 403), url
    for path in (f"texts/{segment.pk}/", "fill/", "machine/", "leave-out/", f"texts/{segment.pk}/notes/"):
        assert send(french, german, path, text="Mine", block="x").status_code in (302, 403), path
    url = reverse("wagtail_localize:edit_string_translation", args=[german.pk, segment.pk])
    assert french.put(url, {"value": "Mine"}, content_type="application/json").status_code in (302, 403)
    german.refresh_from_db()
    assert german.enabled
    assert not NewsPage.objects.get(pk=page.pk).live
    after = {row.pk: row.data for row in StringTranslation.objects.filter(locale=german.target_locale)}
    assert after == before


def test_a_file_for_another_language_is_refused(french, german):
    title = segment_at(german, "title")
    po = german.export_po()
    for entry in po:
        entry.msgstr = "Mine"
    url = reverse("wagtail_localize:upload_pofile", args=[german.pk])
    assert french.post(url, {"file": SimpleUploadedFile("a.po", str(po).encode())}).status_code in (302, 403)
    assert segment_at(german, "title").target == title.target


def test_ones_own_language_is_open(french, german):
    into_french = german.source.translations.get(target_locale=locale("fr"))
    segment = segment_at(into_french, "title")
    assert french.get(edit_url(into_french.get_target_instance())).status_code == 200
    assert send(french, into_french, f"texts/{segment.pk}/", text="Un billet", version="").status_code == 200
    assert segment_at(into_french, "title").target == "Un billet"


@pytest.mark.parametrize("role", [EDITORS, MODERATORS])
def test_who_edits_originals_edits_translations_in_every_language(role, german):
    client = log_in(role)
    TranslatorLanguage.objects.all().delete()
    assert client.get(edit_url(german.get_target_instance())).status_code == 200


def test_a_translator_begins_only_what_he_or_she_may_translate(french):
    page = content.post("A post")
    user = person("translators")
    assert {each.language_code for each in languages_open_to(user, page)} == {"fr"}
    url = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    french.post(url, {"locales": [locale("de").pk]})
    assert not NewsPage.objects.filter(locale=locale("de")).exists()
    french.post(url, {"locales": [locale("fr").pk]})
    assert NewsPage.objects.filter(locale=locale("fr")).exists()


def test_a_job_begins_nothing_in_another_language(french):
    page = content.post("A post")
    refresh([page.translation_key])
    version = LanguageVersion.objects.get(work=page.translation_key, locale=locale("de"))
    with pytest.raises(NotReady, match="You do not translate into German"):
        translation_for(version, person("translators"))


def test_two_who_begin_at_once_get_the_same_translation(french, monkeypatch):
    page = content.post("A post")
    refresh([page.translation_key])
    version = LanguageVersion.objects.get(work=page.translation_key, locale=locale("fr"))
    found = iter([None, "theirs"])
    monkeypatch.setattr(starting, "running", lambda version: next(found))
    monkeypatch.setattr(starting, "translate_object", Mock(side_effect=IntegrityError))
    assert translation_for(version, person("translators")) == "theirs"


def test_a_translation_whose_page_is_gone_is_begun_again(french):
    page = content.post("A post")
    start(page, "fr").get_target_instance().delete()
    refresh([page.translation_key])
    version = LanguageVersion.objects.get(work=page.translation_key, locale=locale("fr"))
    assert translation_for(version, person("translators")).get_target_instance()


def test_a_job_writes_nothing_on_pages_that_the_translator_may_not_change(french, german):
    refresh([german.source.object_id])
    version = LanguageVersion.objects.get(work=german.source.object_id, locale=locale("fr"))
    assert translation_for(version, person("translators")).target_locale == locale("fr")
    Group.objects.get(name=TRANSLATORS).page_permissions.all().delete()
    with pytest.raises(NotReady, match="You may not change this page"):
        translation_for(version, person("translators"))


def test_listing_a_hundred_pages_asks_once_for_the_languages(french, german, django_assert_num_queries):
    user = person("translators")
    page = german.get_target_instance()
    page.permissions_for_user(user).can_edit()
    with django_assert_num_queries(0):
        assert not any(page.permissions_for_user(user).can_edit() for _number in range(100))


# Where administrators say so


def test_administrators_manage_the_languages_and_nobody_else(french):
    url = reverse("translator_languages:add")
    group = Group.objects.get(name=TRANSLATORS)
    assert french.get(url).status_code == 302
    assert french.post(url, {"group": group.pk, "locale": locale("pl").pk}).status_code == 302
    assert not TranslatorLanguage.objects.filter(locale=locale("pl")).exists()
    admin = log_in()
    assert admin.get(reverse("translator_languages:index")).status_code == 200
    admin.post(url, {"group": group.pk, "locale": locale("pl").pk})
    assert TranslatorLanguage.objects.filter(group=group, locale=locale("pl")).exists()


def test_a_row_is_of_a_person_or_of_a_group():
    admin = log_in()
    answer = admin.post(reverse("translator_languages:add"), {"locale": locale("pl").pk})
    assert "Choose a person or a group." in answer.content.decode()


def test_people_are_chosen_by_their_full_names(french):
    get_user_model().objects.filter(username="translators").update(first_name="Anna", last_name="Lind")
    admin = log_in(name="root")
    form = admin.get(reverse("translator_languages:add")).context["form"]
    assert [label for _value, label in form.fields["user"].choices][1:] == ["Anna Lind", "root"]
