"""The page of the segment editor: what it shows and to whom, the memory, publishing."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation

from hub.roles import MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from tests.translation.desk import desk_url, fill, segment_at, send, start
from translation import memory, notes
from translation.models import LanguageVersion, MemoryImport, TranslatorLanguage
from translation.progress import refresh
from translation.segments import Conflict, segments_of, write

from .steps import BLOCK, page_url, press, told

pytestmark = pytest.mark.django_db


# The page


def test_people_are_called_by_their_full_names(translator, translation):
    user = get_user_model().objects.get(username="translators")
    get_user_model().objects.filter(pk=user.pk).update(first_name="Anna", last_name="Lind")
    title = segment_at(translation, "title")
    refresh([translation.source.object_id])
    LanguageVersion.objects.filter(locale=translation.target_locale).update(translator=user)
    assert "<span>Anna Lind</span>" in translator.get(page_url(translation)).content.decode()
    notes.add(translation, title, "A pun.", user=user)
    assert "Anna Lind · " in translator.get(desk_url(translation, f"texts/{title.pk}/help/")).content.decode()
    MemoryImport.objects.create(name="a.tmx", imported_by=user)
    files = translator.get(reverse("translation_desk:memory_files")).content.decode()
    assert f'Imported by">Anna Lind</td><td data-label="Imported on">{date_format(timezone.localdate())}' in "".join(
        line.strip() for line in files.splitlines()
    )


def test_it_shows_every_text_with_what_kind_it_is_and_where(translator, translation):
    html = translator.get(page_url(translation)).content.decode()
    kinds = [(segment.place.kind.value, segment.place.name) for segment in segments_of(translation)]
    assert kinds == [
        ("title", "Title"),
        ("lead", "Lead"),
        ("text", "Text"),
        ("list_item", "Text"),
        ("list_item", "Text"),
    ]
    assert 'title="link: https://example.org/x"' in html
    assert html.count("<textarea") == len(kinds)
    assert 'lang="de"' in html
    assert "Texts left: 5, words: " in html


def test_it_takes_few_queries_whatever_the_number_of_texts(translator, django_assert_max_num_queries):
    long = "".join(f"<p>Absatz {number}</p>" for number in range(150))
    body = [{"type": "text", "value": long, "id": BLOCK}]
    translation = start(content.post("Eins", language="de", body=body), "en")
    fill(translation)
    translator.get(page_url(translation))
    with django_assert_max_num_queries(75):
        assert translator.get(page_url(translation)).status_code == 200


# The memory


def test_the_memory_fills_what_fits_and_is_whole(translator, translation):
    texts = segments_of(translation)
    file = MemoryImport.objects.create(name="old.tmx")
    pairs = [(texts[0].source, "x" * 300), (texts[1].source, "A lead"), (texts[2].source, "Without its markup")]
    memory.add_units(file, translation.source.locale, translation.target_locale, pairs)
    assert translator.get(page_url(translation)).context["from_memory"] == 1
    (filled,) = send(translator, translation, "fill/").json()["segments"]
    assert (filled["target"], filled["by"]) == ("A lead", "Memory")


def test_the_search_of_the_memory_shows_texts_without_markup(translator, translation):
    file = MemoryImport.objects.create(name="old.tmx")
    pair = ("Forschung &amp; <b>Lehre</b><br/>heute", "Research &amp; <b>teaching</b>")
    memory.add_units(file, translation.source.locale, translation.target_locale, [pair])
    html = translator.get(desk_url(translation, "concordance/?q=lehre")).content.decode()
    assert "<td>Forschung &amp; Lehre\nheute</td><td>Research &amp; teaching<p" in html


def test_files_are_offered_to_those_who_may_use_them(translator, translation):
    assert "Upload a translated file" in translator.get(page_url(translation)).content.decode()
    Group.objects.get(name=TRANSLATORS).permissions.remove(Permission.objects.get(codename="submit_translation"))
    assert "Upload a translated file" not in translator.get(page_url(translation)).content.decode()


# Publishing


def test_the_whole_translation_is_published(translator, translation, django_capture_on_commit_callbacks):
    fill(translation, title="One")
    response = press(translator, translation, "publish", django_capture_on_commit_callbacks)
    assert told(response) == ["Published in English."]
    page = translation.get_target_instance()
    assert (page.live, page.title) == (True, "One")
    assert "[en]" in str(page.body)


def test_a_draft_can_be_saved_half_translated(translator, translation):
    write(translation, segment_at(translation, "title"), "One", user=None)
    assert told(press(translator, translation, "save")) == ["The draft of the page has these texts now."]
    page = translation.get_target_instance()
    assert (page.live, page.get_latest_revision_as_object().title) == (False, "One")


def test_a_locked_page_is_shown_and_not_changed(translator, translation, django_user_model):
    page = translation.get_target_instance()
    NewsPage.objects.filter(pk=page.pk).update(locked=True, locked_by=django_user_model.objects.create_user("boss"))
    assert "readonly" in translator.get(page_url(translation)).content.decode()
    segment = segment_at(translation, "title")
    response = send(translator, translation, f"texts/{segment.pk}/", text="x", version="")
    assert (response.status_code, "locked" in response.json()["message"]) == (400, True)
    assert "locked" in told(press(translator, translation, "publish"))[0]


# Who may


def test_a_language_that_is_not_given_is_shown_and_not_written(translation):
    refresh([translation.source.object_id])
    client = log_in(TRANSLATORS, "greta")
    french = Locale.objects.get(language_code="fr")
    TranslatorLanguage.objects.create(user_id=client.session["_auth_user_id"], locale=french)
    version = LanguageVersion.objects.get(work=translation.source.object_id, locale=translation.target_locale)
    html = client.get(reverse("translation_desk:open", args=[version.pk])).content.decode()
    assert "You do not translate into English." in html
    assert html.count(" readonly>") == 5
    assert 'value="publish"' not in html
    title = segment_at(translation, "title")
    for path in ("texts/", "preview/", f"texts/{title.pk}/help/"):
        assert client.get(desk_url(translation, path)).status_code == 200
    assert send(client, translation, f"texts/{title.pk}/", text="x", version="").status_code in (302, 403)
    press(client, translation, "publish")
    assert not StringTranslation.objects.exists()


def test_a_missing_version_in_a_language_that_is_not_given_says_why(translation):
    refresh([translation.source.object_id])
    client = log_in(TRANSLATORS, "greta")
    french = Locale.objects.get(language_code="fr")
    TranslatorLanguage.objects.create(user_id=client.session["_auth_user_id"], locale=french)
    version = LanguageVersion.objects.get(work=translation.source.object_id, locale__language_code="it")
    response = client.get(reverse("translation_desk:open", args=[version.pk]), follow=True)
    assert told(response) == ["You do not translate into Italian."]


def test_stopping_is_for_those_who_edit_originals(translator, translation):
    assert translator.post(desk_url(translation, "stop/")).status_code == 302
    translation.refresh_from_db()
    assert translation.enabled
    log_in(MODERATORS).post(desk_url(translation, "stop/"))
    translation.refresh_from_db()
    assert not translation.enabled


def test_nobody_without_a_role_gets_in(translation, django_user_model):
    user = django_user_model.objects.create_user("stranger", password="x")
    client = Client()
    client.force_login(user)
    for path in ("texts/", "preview/", f"texts/{segments_of(translation)[0].pk}/help/"):
        assert client.get(desk_url(translation, path)).status_code in (302, 403)


def test_write_tells_of_what_was_written_meanwhile(translation):
    segment = segment_at(translation, "title")
    write(translation, segment, "One", user=None)
    with pytest.raises(Conflict) as conflict:
        write(translation, segment, "Two", user=None, version=segment.version)
    assert conflict.value.current.target == "One"
