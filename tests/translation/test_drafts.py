"""Translations stay drafts until somebody publishes them whole, and each person does only what is theirs."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.locales.components import get_locale_components
from wagtail_localize.models import StringTranslation, Translation

from hub.models import HomePage
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content

from .desk import desk_url, fill, publish, republish, send, start, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_in(django_user_model):
    """Logs somebody with a role in."""

    def as_role(role):
        user = django_user_model.objects.create_user(role.lower(), password="x")
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return as_role


@pytest.fixture
def translator(log_in):
    return log_in(TRANSLATORS)


def submit_url(page):
    return reverse("wagtail_localize:submit_page_translation", args=[page.pk])


def submit(client, page, *languages, **data):
    home = {page.language: page for page in HomePage.objects.select_related("locale")}
    locales = [home[code].locale_id for code in languages]
    return client.post(submit_url(page), {"locales": locales, **data}, follow=True)


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def press_publish(client, page, capture):
    with capture(execute=True):
        return client.post(edit_url(page), {"action": "publish"}, follow=True)


def translations(page):
    return {version.locale.language_code for version in page.get_translations()}


# A translator's day


@pytest.mark.parametrize(("source", "target"), [("de", "en"), ("en", "de"), ("pl", "fr")])
def test_a_translator_translates_and_publishes(translator, source, target, django_capture_on_commit_callbacks):
    page = content.post("Eins", language=source)
    response = submit(translator, page, target)
    draft = page.get_translations().get()
    assert response.redirect_chain[-1][0] == edit_url(draft)
    assert not draft.live

    translation = Translation.objects.get()
    for segment in translation.source.stringsegment_set.all():
        assert send(translator, translation, f"texts/{segment.pk}/", text="Words", version="").status_code == 200
    preview = translator.get(desk_url(translation, "preview/"))
    assert preview.status_code == 200
    assert b"Words" in preview.content

    press_publish(translator, draft, django_capture_on_commit_callbacks)
    draft = NewsPage.objects.get(pk=draft.pk)
    assert (draft.live, draft.title, draft.slug) == (True, "Words", "words")


def test_several_languages_at_once(translator):
    page = content.post("Eins", language="de")
    submit(translator, page, "en", "pl")
    assert translations(page) == {"en", "pl"}


def test_a_draft_is_not_translated(translator):
    page = content.post("Eins", language="de", live=False)
    response = submit(translator, page, "en")
    assert "not public yet" in response.content.decode()
    assert translations(page) == set()


def test_a_translation_is_translated_from_its_original(translator, django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    english = translate(page, "en", django_capture_on_commit_callbacks)
    response = translator.get(submit_url(english), follow=True)
    assert response.redirect_chain[-1][0] == submit_url(page)
    submit(translator, english, "fr")
    assert translations(page) == {"en"}


def test_home_and_index_pages_are_not_translated(translator):
    page = content.post("Eins", language="de")
    for other in (page.get_parent(), page.get_parent().get_parent()):
        response = translator.get(submit_url(other), follow=True)
        assert "only content is" in response.content.decode()


def test_pages_below_are_left_alone(translator):
    page = content.post("Eins", language="de")
    submit(translator, page, "en", include_subtree="on")
    assert not Page.objects.filter(alias_of__isnull=False).exists()
    assert translator.get(submit_url(page)).context["form"].fields["include_subtree"].widget.is_hidden


def test_an_original_that_no_longer_meets_the_rules_says_why(translator):
    page = content.post("Eins", language="de")
    NewsPage.objects.filter(pk=page.pk).update(deadline="2026-01-01")
    response = submit(translator, page, "en")
    assert "Only calls have a deadline" in response.content.decode()
    assert translations(page) == set()
    assert not Translation.objects.exists()


def test_a_translator_of_one_language_is_offered_no_other(translator, django_user_model):
    page = content.post("Eins", language="de")
    french = HomePage.objects.get(locale__language_code="fr")
    group = Group.objects.get(name=TRANSLATORS)
    GroupPagePermission.objects.filter(group=group).update(page=french)
    offered = translator.get(submit_url(page)).context["form"].fields["locales"].queryset
    assert [locale.language_code for locale in offered] == ["fr"]
    submit(translator, page, "en")
    assert translations(page) == set()
    submit(translator, page, "fr")
    assert translations(page) == {"fr"}


# Nothing half-translated


def test_a_half_translated_page_is_not_published(translator, django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    fill(translation)
    StringTranslation.objects.filter(context__path="lead").delete()
    draft = translation.get_target_instance()
    response = press_publish(translator, draft, django_capture_on_commit_callbacks)
    assert "1 text is still to be translated." in response.content.decode()
    draft.refresh_from_db()
    assert not draft.live


def test_a_live_translation_keeps_its_text_when_the_source_changes(translator, django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    fill(translation, title="One", lead="The lead.")
    english = publish(translation, django_capture_on_commit_callbacks)

    republish(page, title="Eins und zwei")
    english = NewsPage.objects.get(pk=english.pk)
    assert (english.live, english.title, english.lead) == (True, "One", "The lead.")
    assert Translation.objects.get().get_progress() == (2, 1)

    press_publish(translator, english, django_capture_on_commit_callbacks)
    assert NewsPage.objects.get(pk=english.pk).title == "One"
    fill(Translation.objects.get(), title="One and two", lead="The lead.")
    press_publish(translator, english, django_capture_on_commit_callbacks)
    assert NewsPage.objects.get(pk=english.pk).title == "One and two"


@pytest.mark.parametrize("extra", [{}, {"publish_translations": "on"}])
def test_updating_by_hand_never_publishes(log_in, extra, django_capture_on_commit_callbacks):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    fill(translation)
    english = publish(translation, django_capture_on_commit_callbacks)
    NewsPage.objects.filter(pk=page.pk).update(title="Anders")
    url = reverse("wagtail_localize:update_translations", args=[translation.source_id])
    client = log_in(MODERATORS)
    assert b"Publish immediately" not in client.get(url).content
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, extra)
    assert Translation.objects.get().get_progress()[1] == 1
    assert NewsPage.objects.get(pk=english.pk).title == english.title


def test_translations_are_not_published_in_bulk(log_in):
    page = content.post("Eins", language="de")
    draft = start(page, "en").get_target_instance()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client = log_in(MODERATORS)
    response = client.post(f"{url}?id={draft.pk}&next=/admin/", follow=True)
    draft.refresh_from_db()
    assert not draft.live
    assert "one by one" in response.content.decode()
    url = f"{url}?id={draft.get_parent().pk}&next=/admin/"
    response = client.post(url, {"include_descendants": "on"}, follow=True)
    draft.refresh_from_db()
    assert not draft.live
    assert "one by one" in response.content.decode()
    assert "one by one" not in client.post(url, follow=True).content.decode()


# No aliases


def test_tree_synchronisation_is_not_offered(admin_client):
    content.post()
    assert [item["model"].__name__ for item in get_locale_components()] == []
    locale = HomePage.objects.get(locale__language_code="de").locale
    response = admin_client.get(reverse("wagtaillocales:edit", args=[locale.pk]))
    assert response.status_code == 200
    assert "Synchronise content" not in response.content.decode()


def test_a_translation_cannot_become_an_alias(admin_client):
    page = content.post("Eins", language="de")
    draft = start(page, "en").get_target_instance()
    url = reverse("wagtail_localize:convert_to_alias", args=[draft.pk])
    for response in (admin_client.get(url), admin_client.post(url)):
        assert response.status_code == 302
    draft.refresh_from_db()
    assert draft.alias_of_id is None


# Who may


def test_an_editor_cannot_start_translations(log_in):
    page = content.post("Eins", language="de")
    assert not Permission.objects.filter(group__name=EDITORS, codename="submit_translation").exists()
    submit(log_in(EDITORS), page, "en")
    assert translations(page) == set()


def test_a_translator_cannot_touch_the_source(translator):
    page = content.post("Eins", language="de")
    start(page, "en")
    pages = "wagtailadmin_pages"
    for name in ("edit", "delete", "unpublish", "move", "copy", "lock", "unlock"):
        translator.post(reverse(f"{pages}:{name}", args=[page.pk]), {"title": "X", "slug": "x"})
    translator.post(reverse(f"{pages}:set_privacy", args=[page.pk]), {"restriction_type": "login"})
    translator.post(reverse(f"{pages}:revisions_revert", args=[page.pk, page.latest_revision_id]))
    for action in ("delete", "unpublish", "publish", "move"):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        translator.post(f"{url}?id={page.pk}&next=/admin/", {"chooser": page.get_parent().pk})
    fresh = NewsPage.objects.get(pk=page.pk)
    assert (fresh.live, fresh.title, fresh.locked) == (True, "Eins", False)
    assert fresh.get_parent() == page.get_parent()
    assert not fresh.view_restrictions.exists()
    assert fresh.latest_revision_id == page.latest_revision_id
    assert NewsPage.objects.in_language("de").count() == 1


@pytest.mark.parametrize("role", ["", EDITORS])
def test_texts_are_changed_only_by_those_who_may_edit_the_translation(log_in, role):
    """An editor may edit any page, also a translation; somebody without a role may nothing."""
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    segment = translation.source.stringsegment_set.first()
    client = log_in(role) if role else Client()
    response = send(client, translation, f"texts/{segment.pk}/", text="x", version="")
    assert response.status_code == (200 if role else 302)
    assert StringTranslation.objects.exists() == bool(role)


def test_a_translator_of_another_language_changes_no_text(translator):
    page = content.post("Eins", language="de")
    translation = start(page, "en")
    french = HomePage.objects.get(locale__language_code="fr")
    GroupPagePermission.objects.filter(group__name=TRANSLATORS).update(page=french)
    segment = translation.source.stringsegment_set.first()
    ids = [translation.pk]
    views = {
        "edit_string_translation": ("put", [*ids, segment.pk]),
        "download_pofile": ("get", ids),
        "upload_pofile": ("post", ids),
        "preview_translation": ("get", ids),
        "stop_translation": ("post", ids),
        "update_translations": ("post", [translation.source_id]),
    }
    for name, (method, args) in views.items():
        response = getattr(translator, method)(reverse(f"wagtail_localize:{name}", args=args))
        assert response.status_code in (302, 403), name
    for path in ("texts/", f"texts/{segment.pk}/help/", "concordance/", "preview/"):
        assert translator.get(desk_url(translation, path)).status_code == 302, path
    for path in (f"texts/{segment.pk}/", "fill/", "machine/", "leave-out/", f"texts/{segment.pk}/notes/", "stop/"):
        assert send(translator, translation, path, text="x", version="").status_code == 302, path
    assert Translation.objects.get().enabled
    assert not StringTranslation.objects.exists()


def test_views_of_wagtail_localize_that_know_no_rules_are_closed(log_in):
    translation = start(content.post("Eins", language="de"), "en")
    client = log_in(MODERATORS)
    for name, pks in {
        "edit_string_translation": [translation.source.stringsegment_set.first().pk],
        "edit_override": [translation.source.overridablesegment_set.first().pk],
        "machine_translate": [],
    }.items():
        url = reverse(f"wagtail_localize:{name}", args=[translation.pk, *pks])
        assert client.put(url, "value=x", content_type="application/x-www-form-urlencoded").status_code == 302
        assert client.post(url).status_code == 302
    assert not StringTranslation.objects.exists()
