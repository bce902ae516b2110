"""Every block: which of its texts wait for translation, and that nothing else changes when they are translated."""

import io
import json
import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from PIL import Image
from wagtail_localize.models import SegmentOverride

from events.blocks import AGENDA_BLOCKS, SPEAKER_BLOCKS
from hub.blocks import BODY_BLOCKS
from hub.models import HubDocument, HubImage, Person
from tests import content

from .desk import fill, publish, start

pytestmark = pytest.mark.django_db

# Texts for translators stand in «angles». The numbers stand for: picture 1 and 2, document 3 and 4, page 5, person 6.
PICTURE = {"picture": {"image": 1, "alt_text": "«alt»", "decorative": False}, "caption": "«caption»"}
BLOCKS = {
    "heading": {"text": "«Head»", "level": "h3"},
    "heading with signs": {"text": "«5 < 6 & “so”»", "level": "h2"},
    "text": (
        '<p data-block-key="a">«Read <a href="https://example.org/a.b?c=d">this</a> and <b>that</b>»</p>'
        '<ul><li data-block-key="b">«One»</li><li data-block-key="c">«Two»</li></ul>'
        '<p data-block-key="d">«To <a id="5" linktype="page">a page</a>»</p>'
    ),
    "image": PICTURE,
    "image that decorates": {"picture": {"image": 1, "alt_text": "", "decorative": True}, "caption": ""},
    "gallery": [PICTURE, {"picture": {"image": 1, "alt_text": "«other»", "decorative": False}, "caption": ""}],
    "quote": {"text": "«First line\nsecond line»", "attribution": "«Somebody»"},
    "quote without a name": {"text": "«Words»", "attribution": ""},
    "button": {"label": "«Go»", "page": 5, "url": ""},
    "button to elsewhere": {"label": "«Go»", "page": None, "url": "https://example.org/"},
    "callout": {
        "title": "«Take part»",
        "text": '<p data-block-key="a">«Soon»</p>',
        "deadline": "2026-02-25",
        "label": "«Apply»",
        "page": None,
        "url": "https://example.org/",
    },
    "callout with a title alone": {
        "title": "«Take part»", "text": "", "deadline": None, "label": "", "page": None, "url": "",
    },
    "documents": [3, 4],
    "embed": {"url": "https://www.youtube.com/watch?v=1", "title": "«A film»"},
    "table": {
        "caption": "«Figures»",
        "columns": [
            {"type": "text", "heading": "«City»"},
            {"type": "rich_text", "heading": "«Note»"},
            {"type": "number", "heading": ""},
        ],
        "rows": [
            {"values": ["«Lyon»", '<p data-block-key="a">«See <a href="https://a.eu">A</a>»</p>', 3.5]},
            {"values": ["", "", None]},
            {"values": ["«Łódź»", '<p data-block-key="b">«One»</p><p data-block-key="c">«Two»</p>', 0.0]},
        ],
    },
    "table that is empty": {"caption": "", "columns": [{"type": "text", "heading": ""}], "rows": []},
    "accordion": [
        {"title": "«Q1»", "text": '<p data-block-key="a">«A1»</p>'},
        {"title": "«Q2»", "text": '<p data-block-key="b">«A2 <i>so</i>»</p>'},
    ],
    "cards": [
        {"page": 5, "url": "", "title": "", "text": "«About it»"},
        {"page": None, "url": "https://example.org/", "title": "«There»", "text": ""},
    ],
}  # fmt: skip
SPEAKERS = {
    "speaker": {"person": 6, "role": "keynote", "topic": "«Networks»"},
    "speaker without a topic": {"person": 6, "role": "panel", "topic": ""},
}
AGENDA = {
    "item": {
        "starts_at": "10:00:00",
        "ends_at": "11:30:00",
        "kind": "panel",
        "title": "«Welcome»",
        "text": '<p data-block-key="a">«Coffee»</p>',
    },
    "item without hours": {"starts_at": None, "ends_at": None, "kind": "break", "title": "«Break»", "text": ""},
}
CASES = [
    *(("body", name, value) for name, value in BLOCKS.items()),
    *(("speakers", name, value) for name, value in SPEAKERS.items()),
    *(("agenda", name, value) for name, value in AGENDA.items()),
]


def with_ids(value, ids):
    """The value with real primary keys, in every place where one stands."""
    if isinstance(value, dict):
        keys = {"image", "page", "person"}
        return {name: ids[v] if name in keys and v else with_ids(v, ids) for name, v in value.items()}
    if isinstance(value, list):
        return [ids[v] if isinstance(v, int) else with_ids(v, ids) for v in value]
    if isinstance(value, str):
        return value.replace('id="5"', f'id="{ids[5]}"')
    return value


def texts(value):
    """What stands in angles, in order."""
    return re.findall("«(.*?)»", json.dumps(value, ensure_ascii=False))


def plain(value, prefix=""):
    """The value without angles, its texts with a prefix."""
    return json.loads(re.sub("«(.*?)»", prefix + r"\1", json.dumps(value, ensure_ascii=False)))


def stored(page, field):
    """The blocks of a field as they are stored, without the ids of blocks."""

    def strip(value):
        if isinstance(value, dict):
            if value.keys() == {"type", "value", "id"} and value["type"] == "item":
                return strip(value["value"])
            return {name: strip(v) for name, v in value.items() if name != "id"}
        return [strip(v) for v in value] if isinstance(value, list) else value

    blocks = getattr(page, field).get_prep_value()
    return [{"type": block["type"], "value": strip(block["value"])} for block in blocks]


@pytest.fixture(scope="module")
def ids(module_db):
    """The primary keys that the numbers stand for."""

    def picture():
        file = io.BytesIO()
        Image.new("RGB", (4, 4)).save(file, "PNG")
        return HubImage.objects.create(title="Picture", file=ImageFile(io.BytesIO(file.getvalue()), name="p.png")).pk

    def document():
        return HubDocument.objects.create(title="Paper", file=ContentFile(b"text", name="paper.txt")).pk

    person = Person.objects.create(slug="ada", name="Ada")
    page = content.post("Elsewhere", language="de")
    return {1: picture(), 2: picture(), 3: document(), 4: document(), 5: page.pk, 6: person.pk}


def make(field, name, value, ids):
    """An event in German with the one block; stored as an import stores it, without ids of list items."""
    block = {"type": name.split()[0], "value": with_ids(plain(value), ids)}
    return content.event("Titel", language="de", **{field: json.dumps([block])})


def test_there_is_a_case_for_every_block():
    known = {name for name, _block in [*BODY_BLOCKS, *SPEAKER_BLOCKS, *AGENDA_BLOCKS]}
    assert known == {name.split()[0] for _field, name, _value in CASES}


@pytest.mark.parametrize(("field", "name", "value"), CASES, ids=[name for _field, name, _value in CASES])
def test_texts_of_a_block_are_translated_and_nothing_else(field, name, value, ids, django_capture_on_commit_callbacks):
    page = make(field, name, value, ids)
    translation = start(page, "en")
    waiting = translation.source.stringsegment_set.filter(context__path__startswith=f"{field}.")
    assert waiting.count() == len(texts(value))

    block = {"type": name.split()[0], "value": with_ids(plain(value), ids)}
    assert stored(translation.get_target_instance(), field) == [block], "the draft keeps the texts of the original"

    fill(translation)
    translated = publish(translation, django_capture_on_commit_callbacks)

    original = type(page).objects.get(pk=page.pk)
    assert stored(original, field) == [block]
    assert stored(translated, field) == [block | {"value": with_ids(plain(value, "[en] "), ids)}]


def test_a_picture_may_be_another_one_in_a_language(ids, django_capture_on_commit_callbacks):
    page = make("body", "gallery", BLOCKS["gallery"], ids)
    translation = start(page, "en")
    fill(translation)
    first = translation.source.overridablesegment_set.filter(context__path__endswith="picture.image").first()
    SegmentOverride.objects.create(context=first.context, locale=translation.target_locale, data_json=str(ids[2]))
    translated = publish(translation, django_capture_on_commit_callbacks)
    pictures = [item["picture"] for item in translated.body[0].value]
    assert [(picture.pk, picture.contextual_alt_text) for picture in pictures] == [
        (ids[2], "[en] alt"),
        (ids[1], "[en] other"),
    ]


def test_translating_again_after_a_block_was_moved_keeps_what_was_translated(ids, django_capture_on_commit_callbacks):
    blocks = [
        {"type": "heading", "value": {"text": "Eins", "level": "h2"}},
        {"type": "accordion", "value": [{"title": "Frage", "text": "<p>Antwort</p>"}]},
    ]
    page = content.post("Titel", language="de", body=json.dumps(blocks))
    translation = start(page, "en")
    fill(translation)
    page = type(page).objects.get(pk=page.pk)
    page.body = list(reversed(page.body.get_prep_value()))
    page.save_revision().publish()
    assert translation.get_progress() == (5, 5)
    translated = publish(translation, django_capture_on_commit_callbacks)
    assert [block.block_type for block in translated.body] == ["accordion", "heading"]
    assert translated.body[1].value["text"] == "[en] Eins"
