"""The segment editor: what is typed is kept, nobody overwrites anybody, and everything is checked on the server."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from wagtail.models import Locale
from wagtail_localize.models import SegmentOverride, StringTranslation, Translation

from hub.roles import MODERATORS, TRANSLATORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in
from translation import memory, notes, segments
from translation.models import LanguageVersion, MemoryImport, OmittedBlock, TranslatorLanguage
from translation.progress import refresh
from translation.segments import Condition, Conflict, segments_of, write

from .desk import desk_url, fill, publish, republish, segment_at, send, start, translate

pytestmark = pytest.mark.django_db

RICH = '<p>Read <a href="https://example.org/x">this <b>R&amp;D</b> text</a></p><ul><li>One</li><li>Two</li></ul>'
BLOCK = "11111111-1111-4111-8111-111111111111"
BODY = [{"type": "text", "value": RICH, "id": BLOCK}]


@pytest.fixture
def translator():
    return log_in(TRANSLATORS)


@pytest.fixture
def translation():
    return start(content.post("Eins", language="de", body=BODY), "en")


def page_url(translation):
    return reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])


def press(client, translation, action, capture=None, **data):
    if capture is None:
        return client.post(page_url(translation), {"action": action, **data}, follow=True)
    with capture(execute=True):
        return client.post(page_url(translation), {"action": action, **data}, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


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


# Writing


def test_what_is_typed_is_kept_as_it_was_typed(translator, translation):
    segment = segments_of(translation)[2]
    answer = send(
        translator, translation, f"texts/{segment.pk}/", text="<1>Dieser <2>F&E</2>-Text</1> < 5", version=""
    ).json()
    assert answer["segment"]["target"] == "<1>Dieser <2>F&E</2>-Text</1> < 5"
    row = StringTranslation.objects.get()
    assert row.data == '<a id="a1">Dieser <b>F&amp;E</b>-Text</a> &lt; 5'
    assert (row.last_translated_by.username, row.translation_type, row.has_error) == ("translators", "manual", False)


def test_text_that_was_emptied_waits_again(translator, translation):
    segment = segment_at(translation, "title")
    version = send(translator, translation, f"texts/{segment.pk}/", text="One", version="").json()["segment"][
        "version"
    ]
    answer = send(translator, translation, f"texts/{segment.pk}/", text="", version=version).json()
    assert answer["segment"]["waits"]
    assert not StringTranslation.objects.exists()


def test_two_people_never_overwrite_each_other_silently(translator, translation):
    other = log_in(MODERATORS)
    segment = segment_at(translation, "title")
    path = f"texts/{segment.pk}/"
    assert send(translator, translation, path, text="One", version="").status_code == 200
    response = send(other, translation, path, text="A thing", version="")
    assert (response.status_code, response.json()["current"]["target"]) == (409, "One")
    assert response.json()["current"]["by"] == "translators"
    assert StringTranslation.objects.get().data == "One"
    version = response.json()["current"]["version"]
    assert send(other, translation, path, text="A thing", version=version).status_code == 200
    assert StringTranslation.objects.get().data == "A thing"


def test_the_same_words_from_two_people_are_no_conflict(translator, translation):
    path = f"texts/{segment_at(translation, 'title').pk}/"
    for client in (translator, log_in(MODERATORS)):
        assert send(client, translation, path, text="One", version="").status_code == 200


def test_a_repetition_is_filled_but_never_overwritten(translator):
    page = content.post("Gleich", lead="Gleich", seo_title="Gleich", language="de")
    translation = start(page, "en")
    lead = segment_at(translation, "lead")
    write(translation, lead, "Alike", user=None)
    title = segment_at(translation, "title")
    answer = send(translator, translation, f"texts/{title.pk}/", text="Same", version="").json()
    assert len(answer["repetitions"]) == 1
    assert {segment.path: segment.target for segment in segments_of(translation)} == {
        "title": "Same", "lead": "Alike", "seo_title": "Same",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "<1>x", "version": ""}, "<1> has no end."),
        ({"version": ""}, "not what the editor sends"),
        ({"text": 5}, "not what the editor sends"),
        ({"text": "x" * 200_000}, "not what the editor sends"),
    ],
)
def test_what_cannot_be_written_is_refused_with_a_sentence(translator, translation, sent, sentence):
    segment = segments_of(translation)[2]
    response = send(translator, translation, f"texts/{segment.pk}/", **sent)
    assert response.status_code == 400
    assert sentence in response.json()["message"]
    assert not StringTranslation.objects.exists()


def test_nonsense_instead_of_json_is_refused(translator, translation):
    url = desk_url(translation, f"texts/{segments_of(translation)[0].pk}/")
    for body in ("", "{", "[]", "null", "\xff"):
        assert translator.post(url, body, content_type="application/json").status_code == 400


def test_a_text_that_is_gone_from_the_original_is_not_written(translator, translation):
    response = send(translator, translation, "texts/999999/", text="x", version="")
    assert (response.status_code, "load the page again" in response.json()["message"]) == (400, True)


def test_another_works_text_cannot_be_reached(translator, translation):
    foreign = segments_of(start(content.post("Zwei", language="de"), "en"))[0]
    assert send(translator, translation, f"texts/{foreign.pk}/", text="x", version="").status_code == 400


def test_a_lead_that_is_too_long_is_kept_and_not_published(
    translator, translation, django_capture_on_commit_callbacks
):
    fill(translation)
    lead = segment_at(translation, "lead")
    answer = send(translator, translation, f"texts/{lead.pk}/", text="x" * 900, version=lead.version).json()
    assert answer["segment"]["error"] == "900 characters, and there is room for 500."
    response = press(translator, translation, "publish", django_capture_on_commit_callbacks)
    assert told(response) == ["1 text is still to be translated."]
    assert not translation.get_target_instance().live


def test_a_translation_without_the_originals_link_waits(translator, translation):
    segment = segments_of(translation)[2]
    answer = send(translator, translation, f"texts/{segment.pk}/", text="No link", version="").json()
    assert answer["segment"]["error"] == "The link <1> is missing."


def test_a_machines_text_becomes_the_translators_when_it_is_confirmed(translator, translation):
    title = segment_at(translation, "title")
    machine = write(translation, title, "One", user=None, machine=True, tool="M").segment
    assert machine.condition == Condition.MACHINE
    answer = send(translator, translation, f"texts/{title.pk}/", text="One", version=machine.version).json()
    assert (answer["segment"]["condition"], answer["segment"]["by"]) == ("translated", "translators")


# What has changed


def test_a_changed_text_shows_what_was_and_what_is(translator, django_capture_on_commit_callbacks):
    page = content.post("Eins und zwei", language="de")
    translation = start(page, "en")
    fill(translation, title="One and two")
    publish(translation, django_capture_on_commit_callbacks)
    republish(page, title="Eins und drei")
    title = segment_at(translation, "title")
    assert (title.condition, title.old_source, title.old_target) == (Condition.CHANGED, "Eins und zwei", "One and two")
    html = translator.get(desk_url(translation, f"texts/{title.pk}/help/")).content.decode()
    assert "Eins und <del>zwei</del><ins>drei</ins>" in html
    assert 'data-text="One and two"' in html


def test_a_changed_text_begins_with_its_old_translation_and_waits_until_that_is_confirmed(
    translator, django_capture_on_commit_callbacks
):
    page = content.post("Eins und zwei", language="de")
    translation = start(page, "en")
    fill(translation, title="One & two")
    publish(translation, django_capture_on_commit_callbacks)
    republish(page, title="Eins und drei")
    html = translator.get(page_url(translation)).content.decode()
    assert ">One &amp; two</textarea>" in html
    assert "Texts left: 1, words: 3" in html
    assert told(press(translator, translation, "publish")) == ["1 text is still to be translated."]
    title = segment_at(translation, "title")
    send(translator, translation, f"texts/{title.pk}/", text="One & two", version=title.version)
    assert "All texts are translated." in translator.get(page_url(translation)).content.decode()


def test_in_a_rich_text_old_translations_find_the_texts_most_like_theirs(django_capture_on_commit_callbacks):
    def body(*items):
        return [{"type": "text", "value": "".join(f"<p>{item}</p>" for item in items), "id": BLOCK}]

    page = content.post("Eins", language="de", body=body("Der Hund bellt laut", "Die Katze schläft heute"))
    translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, body=body("Ganz neu", "Die Katze schläft morgen", "Der Hund bellt leise"))
    translation = Translation.objects.get()
    old = {segment.source: segment.old_source for segment in segments_of(translation) if segment.waits}
    assert old == {
        "Ganz neu": "",
        "Die Katze schläft morgen": "Die Katze schläft heute",
        "Der Hund bellt leise": "Der Hund bellt laut",
    }


def test_a_long_text_that_has_changed_altogether_is_read_once(monkeypatch, django_capture_on_commit_callbacks):
    def body(year):
        paragraphs = (f"<p>Der Plan {number} &amp; sein Jahr {year}</p>" for number in range(30))
        return [{"type": "text", "value": "".join(paragraphs), "id": BLOCK}]

    page = content.post("Eins", language="de", body=body(2025))
    translate(page, "en", django_capture_on_commit_callbacks)
    republish(page, body=body(2026))
    read, plain = [], segments.plain
    monkeypatch.setattr(segments, "plain", lambda data: read.append(data) or plain(data))
    found = [segment for segment in segments_of(Translation.objects.get()) if segment.old_source]
    assert len(found) == 30
    assert all(segment.source.replace("2026", "2025") == segment.old_source for segment in found)
    assert len(read) == 60


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


# Blocks, pictures, links


def test_a_block_is_left_out_in_one_language_only(translator, translation, django_capture_on_commit_callbacks):
    fill(translation)
    assert send(translator, translation, "leave-out/", block=BLOCK, omitted=True).status_code == 200
    page = publish(translation, django_capture_on_commit_callbacks)
    assert len(page.body) == 0
    assert len(NewsPage.objects.get(locale__language_code="de").body) == 1
    assert send(translator, translation, "leave-out/", block=BLOCK, omitted=False).status_code == 200
    assert len(publish(translation, django_capture_on_commit_callbacks).body) == 1
    assert not OmittedBlock.objects.exists()


@pytest.mark.parametrize("block", ["", "x", "22222222-2222-4222-8222-222222222222", None, 5])
def test_a_block_that_is_not_there_is_not_left_out(translator, translation, block):
    assert send(translator, translation, "leave-out/", block=block, omitted=True).status_code == 400


def overrides(client, translation):
    """(names of the fields by the paths of what they set, what the form sends along)"""
    form = client.get(page_url(translation)).context["overrides"]
    return {row.context.path: name for name, row in form.segments.items()}, {"seen": form.seen}


def test_a_link_and_the_address_can_differ(translator, translation, django_capture_on_commit_callbacks):
    fill(translation)
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    own = {link: "https://example.org/en", names["slug"]: "one"}
    response = press(translator, translation, "overrides", **own, **sent)
    assert told(response) == ["What differs in this language is saved."]
    page = publish(translation, django_capture_on_commit_callbacks)
    assert page.slug == "one"
    assert 'href="https://example.org/en"' in str(page.body)
    _names, sent = overrides(translator, translation)
    press(translator, translation, "overrides", **{link: "", names["slug"]: "one"}, **sent)
    assert 'href="https://example.org/x"' in str(publish(translation, django_capture_on_commit_callbacks).body)


@pytest.mark.parametrize("value", ["javascript:alert(1)", "not an address", "ftp:", "mailto:nobody"])
def test_a_bad_link_is_refused_with_a_sentence(translator, translation, value):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    assert "Enter a valid" in told(press(translator, translation, "overrides", **{link: value}, **sent))[0]
    assert not SegmentOverride.objects.exists()


def test_what_somebody_else_has_set_meanwhile_stays(translator, translation):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    other = log_in(MODERATORS)
    press(other, translation, "overrides", **{link: "https://example.org/theirs", names["slug"]: ""}, **sent)
    # The first form shows neither: what was not touched in it is left as it is now.
    press(translator, translation, "overrides", **{link: "", names["slug"]: "one"}, **sent)
    assert {row.data for row in SegmentOverride.objects.all()} == {"https://example.org/theirs", "one"}
    response = press(
        translator, translation, "overrides", **{link: "https://example.org/mine", names["slug"]: ""}, **sent
    )
    assert "Somebody else has set this meanwhile: https://example.org/theirs" in told(response)[0]
    assert "https://example.org/theirs" in {row.data for row in SegmentOverride.objects.all()}


def test_what_cannot_be_set_comes_back_with_all_that_was_entered(translator, translation):
    names, sent = overrides(translator, translation)
    link = next(name for path, name in names.items() if "example.org" in path)
    other = log_in(MODERATORS)
    press(other, translation, "overrides", **{link: "", names["slug"]: "theirs"}, **sent)
    entered = {link: "nowhere", names["slug"]: ""}
    response = press(translator, translation, "overrides", **entered, **sent)
    form = response.context["overrides"]
    assert [form[link].value(), "Enter a valid" in str(form.errors[link])] == ["nowhere", True]
    assert '<details class="desk-own" open>' in response.content.decode()
    # It does not take back what somebody else has set and it does not show.
    entered[link] = "https://example.org/en"
    press(translator, translation, "overrides", **entered, seen=form.seen)
    assert {row.data for row in SegmentOverride.objects.all()} == {"theirs", "https://example.org/en"}


@pytest.mark.parametrize("seen", ["", "{", "[1]", "null", "5"])
def test_overrides_without_what_was_seen_are_refused(translator, translation, seen):
    names, _sent = overrides(translator, translation)
    response = press(translator, translation, "overrides", **{names["slug"]: "one"}, seen=seen)
    assert told(response) == ["This is not what the editor sends."]
    assert not SegmentOverride.objects.exists()


def test_a_preview_survives_values_that_are_no_longer_there(translator, translation):
    context = translation.source.overridablesegment_set.get(context__path="slug").context
    image = translation.source.overridablesegment_set.filter(context__path="image").first()
    SegmentOverride.objects.create(locale=translation.target_locale, context=context, data_json='"x y"')
    if image:
        SegmentOverride.objects.create(locale=translation.target_locale, context=image.context, data_json="99999")
    assert translator.get(desk_url(translation, "preview/")).status_code == 200


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
