"""The segment editor: what is typed is kept, nobody overwrites anybody, and everything is checked on the server."""

import pytest
from wagtail_localize.models import StringTranslation, Translation

from hub.roles import MODERATORS
from tests import content
from tests.editing import log_in
from tests.translation.desk import desk_url, fill, publish, republish, segment_at, send, start, translate
from translation import segments
from translation.segments import Condition, segments_of, write

from .steps import BLOCK, page_url, press, told

pytestmark = pytest.mark.django_db


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
