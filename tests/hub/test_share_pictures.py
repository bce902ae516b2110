"""Pictures for links that are shared."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from hub import marks, share_pictures
from hub.drawing import stencil
from hub.share_pictures import SIZES, TITLE_HEIGHT, TITLE_WIDTH, SharePicture, draw, fitted, font, legible

TITLES = {
    "de": "Donaudampfschifffahrtsgesellschaftskapitänsversicherungspolicenverwaltung und Digitalisierungsförderung",
    "el": "Δίκτυο ευρωπαϊκών πόλεων: η κλιματική δράση στις γειτονιές μας ξεκινά",
    "bg": "Българските градове обменят опит за зелена инфраструктура и ѝ дават път",
    "pl": "Źródła, łąki i żółte jaśminy: co się zmieniło w dzielnicach",
    "mt": "Il-bliet jaqsmu l-għarfien dwar iċ-ċirkolarità, il-ħajja u ż-żgħażagħ",
    "long": "Town " * 60,
    "one word": "W" * 255,
}


def colours(content: bytes) -> set[tuple[int, ...]]:
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", (1200, 630))
    return {colour for _number, colour in picture.convert("RGB").getcolors(1 << 24)}


@pytest.mark.parametrize("name", TITLES)
def test_a_title_of_any_script_and_length_fits(name):
    size, lines = fitted(TITLES[name])
    assert size in SIZES
    assert len(lines) * round(size * 1.14) <= TITLE_HEIGHT
    assert all(font(size).getlength(line) <= TITLE_WIDTH for line in lines)
    if name not in ("long", "one word"):
        assert "".join("".join(lines).replace("-", "").split()) == "".join(TITLES[name].replace("-", "").split())


@pytest.mark.parametrize("name", TITLES)
def test_the_font_has_every_letter(name):
    missing = bytes(font(40).getmask("\U0010ffff"))
    assert legible(TITLES[name])
    assert [sign for sign in set(TITLES[name]) if sign.strip() and bytes(font(40).getmask(sign)) == missing] == []


def test_a_picture_has_the_colour_of_the_theme_and_is_small():
    content = draw(SharePicture("Sponge street", "Hub", "News · Water", 2))
    assert tuple(bytes.fromhex("2f6a3c")) in colours(content)
    assert len(content) < 60_000


def test_a_title_in_another_script_leaves_the_name_of_the_hub():
    assert legible("مدن متصلة") == ""
    assert draw(SharePicture("مدن متصلة", "Hub")) == draw(SharePicture("Hub", "Hub"))


def test_every_mark_can_be_drawn():
    for mark in marks.MARKS:
        covered = stencil(mark, 24, 96)
        assert 0.15 < sum(covered.get_flattened_data()) / 255 / 96**2 < 0.8
        assert covered.getextrema() == (0, 255)


def test_a_hole_in_a_mark_is_empty():
    assert stencil(marks.CIRCLES, 24, 240).getpixel((175, 120)) == 0


def test_colours_are_those_of_the_style_sheet():
    css = Path("static/css/hub.css").read_text()
    assert tuple(re.findall(r"--theme-\d: (#\w+);", css)[: marks.COLOURS]) == marks.COLOUR_VALUES


def test_a_picture_is_drawn_when_it_is_first_asked_for(client, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    drawn = []
    monkeypatch.setattr(share_pictures, "draw", lambda asked: drawn.append(asked) or b"picture")
    asked = SharePicture("A title", "Hub", "News", 1)
    assert asked.url == SharePicture("A title", "Hub", "News", 1).url
    for _ in range(2):
        answer = client.get(asked.url)
        assert b"".join(answer.streaming_content) == b"picture"
    assert drawn == [asked]
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(default_storage.listdir("share")[1]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", [lambda url: url.replace("/share/", "/share/x"), lambda _url: "/share/x.png"])
def test_only_addresses_that_the_hub_has_signed_are_drawn(client, change):
    assert client.get(change(SharePicture("A title", "Hub").url)).status_code == 404
