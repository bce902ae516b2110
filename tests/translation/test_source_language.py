"""Another language becomes the source of a work, and nothing is lost."""

import json
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import OverridableSegment, SegmentOverride, StringTranslation, Translation

from hub.models import Person
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation import notes
from translation.integrity import differences
from translation.models import LanguageVersion, OmittedBlock, State
from translation.progress import refresh
from translation.publishing import NotReady, translation_of
from translation.segments import Condition, segments_of, write
from translation.source_language import make_original, may_change

from .desk import fill, publish, republish, segment_at, start, translate

pytestmark = pytest.mark.django_db

BLOCK = "11111111-1111-4111-8111-111111111111"
RICH = (
    '<p>Lies <a href="https://example.org/a">eins</a> und <a href="https://example.org/b"><b>zwei</b></a></p>'
    "<p>Dann Schluss</p>"
)


@pytest.fixture
def german():
    body = [{"type": "text", "value": RICH, "id": BLOCK}]
    return content.post("Eins", language="de", body=body, seo_title="Für Suchende")


def swapped_links(translation):
    """English names the links in the other order."""
    fill(translation, title="One")
    segment = next(segment for segment in segments_of(translation) if "<a" in segment.source)
    data = 'Read <a id="a2"><b>two</b></a> after <a id="a1">one</a>'
    write(translation, segment, data, user=None, version=segment.version)


@pytest.fixture
def versions(german, django_capture_on_commit_callbacks):
    """The work in German (original), English and French."""
    translation = start(german, "en", "fr")
    swapped_links(translation)
    english = publish(translation, django_capture_on_commit_callbacks)
    into_french = translation.source.translations.get(target_locale__language_code="fr")
    fill(into_french)
    french = publish(into_french, django_capture_on_commit_callbacks)
    return [NewsPage.objects.get(pk=page.pk) for page in (german, english, french)]


def now(page):
    return NewsPage.objects.get(pk=page.pk)


def shown(page):
    """What readers see of a page."""
    page = now(page)
    return page.title, page.lead, page.seo_title, page.slug, page.live, json.dumps(page.body.get_prep_value())


def test_the_version_becomes_the_original_and_all_pages_stay_as_they_are(versions):
    german, english, french = versions
    before = [shown(page) for page in versions]
    make_original(english)
    assert [now(page).translated_from for page in versions] == ["en", "", "en"]
    assert [shown(page) for page in versions] == before
    assert list(differences()) == []
    assert translation_of(now(english)) is None


def test_all_texts_pair_and_nothing_waits(versions):
    german, english, french = versions
    make_original(english)
    for page in (german, french):
        translation = translation_of(now(page))
        assert translation.source.locale.language_code == "en"
        segments = segments_of(translation)
        assert {segment.condition for segment in segments} == {Condition.TRANSLATED}
        assert segments[0].source == "One"
    refresh([german.translation_key])
    states = dict(LanguageVersion.objects.values_list("locale__language_code", "state"))
    assert (states["de"], states["fr"]) == (State.PUBLISHED, State.PUBLISHED)
    assert "en" not in states


def test_published_again_every_page_is_as_it_was(versions, django_capture_on_commit_callbacks):
    german, english, french = versions
    before = [shown(page) for page in versions]
    make_original(english)
    for page in (german, french):
        publish(translation_of(now(page)), django_capture_on_commit_callbacks)
    assert [shown(page) for page in versions] == before


def test_links_keep_their_targets_though_their_order_differs(versions):
    german, english, french = versions
    make_original(english)
    segment = next(each for each in segments_of(translation_of(now(german))) if "<a" in each.source)
    assert segment.source == 'Read <a id="a1"><b>two</b></a> after <a id="a2">one</a>'
    assert segment.target == 'Lies <a id="a2">eins</a> und <a id="a1"><b>zwei</b></a>'
    assert segment.links == {"a1": "https://example.org/b", "a2": "https://example.org/a"}


def test_there_and_back_nothing_is_different(versions, django_capture_on_commit_callbacks):
    german, english, french = versions
    before = [shown(page) for page in versions]
    texts = {
        (row.translation_of_id, row.context_id, row.locale_id): (row.data, row.last_translated_by_id)
        for row in StringTranslation.objects.all()
    }
    make_original(english)
    make_original(now(german))
    assert [now(page).translated_from for page in versions] == ["", "de", "de"]
    for page in (english, french):
        publish(translation_of(now(page)), django_capture_on_commit_callbacks)
    assert [shown(page) for page in versions] == before
    rows = {
        (row.translation_of_id, row.context_id, row.locale_id): (row.data, row.last_translated_by_id)
        for row in StringTranslation.objects.all()
    }
    assert texts.items() <= rows.items()


def test_who_wrote_a_text_when_and_how_is_kept(versions):
    german, english, french = versions
    user = get_user_model().objects.create_user("anna")
    into_french = translation_of(french)
    title = segment_at(into_french, "title")
    written = write(into_french, title, "Un", user=user, tool="DeepL", machine=True, version=title.version).segment
    make_original(english)
    kept = segment_at(translation_of(now(french)), "title")
    assert (kept.target, kept.tool, kept.written_by, kept.condition) == ("Un", "DeepL", user, Condition.MACHINE)
    assert kept.written_at == written.written_at


def test_a_half_translated_language_waits_for_the_same(german, django_capture_on_commit_callbacks):
    english = translate(german, "en", django_capture_on_commit_callbacks)
    into_french = start(german, "fr")
    write(into_french, segment_at(into_french, "lead"), "Un chapeau", user=None)
    before = into_french.pk
    make_original(now(english))
    into_french = Translation.objects.get(pk=before)
    assert into_french.source.locale.language_code == "en"
    waiting = {segment.path for segment in segments_of(into_french) if segment.waits}
    assert "title" in waiting
    assert "lead" not in waiting
    assert segment_at(into_french, "lead").target == "Un chapeau"


def test_the_new_original_is_followed(versions, django_capture_on_commit_callbacks):
    german, english, french = versions
    make_original(english)
    person = Person.objects.create(name="Ada", slug="ada")
    with django_capture_on_commit_callbacks(execute=True):
        republish(now(english), lead="Another lead", submitted_by=person)
    translation = translation_of(now(german))
    lead = segment_at(translation, "lead")
    assert (lead.source, lead.condition) == ("Another lead", Condition.CHANGED)
    assert now(german).submitted_by == person
    assert now(german).lead == "A lead."


def test_every_language_keeps_its_own_links(versions, django_capture_on_commit_callbacks):
    german, english, french = versions
    context = OverridableSegment.objects.get(context__path__contains="example.org/a").context
    locale = Locale.objects.get(language_code="en")
    SegmentOverride.objects.create(locale=locale, context=context, data_json='"https://example.org/english"')
    publish(translation_of(english), django_capture_on_commit_callbacks)
    before = [shown(page) for page in versions]
    assert "https://example.org/english" in before[1][-1]
    make_original(now(english))
    for page in (german, french):
        publish(translation_of(now(page)), django_capture_on_commit_callbacks)
    assert [shown(page) for page in versions] == before


def test_notes_go_with_their_texts(versions):
    german, english, french = versions
    into_french = translation_of(french)
    user = get_user_model().objects.create_superuser("root")
    notes.add(into_french, segment_at(into_french, "title"), "Why?", user=user)
    into_english = translation_of(english)
    notes.add(into_english, segment_at(into_english, "title"), "Good", user=user)
    make_original(english)
    into_french = translation_of(now(french))
    title = segment_at(into_french, "title")
    assert [note.text for note in notes.notes_on(into_french)[(title.context_id, title.string_id)]] == ["Why?", "Good"]


def test_a_translation_stopped_before_takes_part(versions):
    german, english, french = versions
    Translation.objects.filter(target_locale__language_code="fr").update(enabled=False)
    make_original(english)
    translation = Translation.objects.get(target_locale__language_code="fr")
    assert (translation.enabled, translation.source.locale.language_code) == (False, "en")


def test_restrictions_stay(versions):
    german, english, french = versions
    german.view_restrictions.create(restriction_type="login")
    make_original(now(english))
    assert all(page.view_restrictions.filter(restriction_type="login").exists() for page in versions)


# What is refused


def refused(page, match):
    before = (
        list(NewsPage.objects.order_by("pk").values_list("translated_from", flat=True)),
        set(Translation.objects.values_list("pk", "source__locale", "target_locale", "enabled")),
        StringTranslation.objects.count(),
    )
    with pytest.raises(NotReady, match=match):
        make_original(now(page))
    assert before == (
        list(NewsPage.objects.order_by("pk").values_list("translated_from", flat=True)),
        set(Translation.objects.values_list("pk", "source__locale", "target_locale", "enabled")),
        StringTranslation.objects.count(),
    )


def test_an_original_is_one_already(versions):
    refused(versions[0], "is no translation")


def test_a_draft_is_none(german):
    translation = start(german, "en")
    refused(translation.get_target_instance(), "Publish what is written in")


def test_a_draft_of_the_original_would_be_lost(versions):
    page = now(versions[0])
    page.title = "Entwurf"
    page.save_revision()
    refused(versions[1], "Publish what is written in")


def test_an_outdated_version_is_translated_first(versions, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        republish(versions[0], lead="Neuer Vorspann")
    refused(versions[1], "still to be translated")


def test_a_version_without_all_blocks_would_lose_them(versions):
    OmittedBlock.objects.create(work=versions[0].translation_key, locale=versions[1].locale, block=BLOCK)
    refused(versions[1], "leaves blocks out")


def test_pages_that_are_not_built_alike(versions):
    german, english, french = versions
    Translation.objects.filter(target_locale=english.locale).update(enabled=False)
    republish(english, body=[{"type": "text", "value": "<p>All new</p>", "id": BLOCK}])
    refused(english, "not built alike")


def test_a_version_under_review(versions):
    versions[1].get_workflow().start(versions[1], None)
    refused(versions[1], "is being reviewed")


# Who may, and where


@pytest.mark.parametrize(("role", "may"), [(EDITORS, False), (TRANSLATORS, False), (MODERATORS, True), (None, True)])
def test_moderators_do_it_on_a_page_of_its_own(role, may, versions):
    german, english, french = versions
    client = log_in(role)
    user = get_user_model().objects.latest("pk")
    url = reverse("make_original", args=[english.pk])
    assert may_change(user, english) == may
    assert client.get(url).status_code == (200 if may else 302)
    client.post(url)
    assert now(english).translated_from == ("" if may else "de")
    if not may:
        with pytest.raises(PermissionDenied):
            make_original(english, user=user)
    else:
        history = client.get(reverse("wagtailadmin_pages:history", args=[english.pk])).content.decode()
        assert "Made the original of the work" in history


def test_the_page_says_why_not(versions):
    german, english, french = versions
    OmittedBlock.objects.create(work=german.translation_key, locale=english.locale, block=BLOCK)
    url = reverse("make_original", args=[english.pk])
    client = log_in(MODERATORS)
    for response in (client.get(url), client.post(url)):
        assert "leaves blocks out" in response.content.decode()
    assert client.get(reverse("make_original", args=[german.pk])).status_code == 302
    assert client.get(reverse("make_original", args=[99999])).status_code in (302, 404)


def test_the_button_is_on_translations_only(versions):
    german, english, french = versions
    client = log_in(MODERATORS)
    for page, is_there in ((english, True), (german, False)):
        html = client.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
        html += client.get(reverse("wagtailadmin_explore", args=[page.pk]), follow=True).content.decode()
        assert (reverse("make_original", args=[page.pk]) in html) == is_there


def test_the_command(versions):
    german, english, french = versions
    out = StringIO()
    call_command("translation_source", str(german.pk), "en", stdout=out)
    assert "is the original now" in out.getvalue()
    assert now(english).translated_from == ""
    for arguments, match in (
        ((german.pk, "pl"), "is not translated into pl"),
        ((99999, "en"), "no content"),
        ((german.pk, "en"), "is no translation"),
    ):
        with pytest.raises(CommandError, match=match):
            call_command("translation_source", *map(str, arguments), stdout=StringIO())
