"""The colours of the readers' style sheet, in both schemes, and the page that shows what pages are made of."""

import re
from pathlib import Path

import pytest

from hub.patterns import patterns

CSS = (Path(__file__).parents[2] / "static/css/hub.css").read_text()
# WCAG 2.2, 1.4.3 for text and 1.4.11 for what is no text.
TEXT, SIGN = 4.5, 3
ON_GROUNDS = ["ink", "soft", "accent", "accent-deep", *(f"theme-{number}" for number in range(8))]
PAIRS = [
    *((colour, ground, TEXT) for colour in ON_GROUNDS for ground in ("paper", "raised", "tint")),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("good", "good-tint", TEXT),
    ("alert", "alert-tint", TEXT),
    *((f"theme-{number}", f"head-{number}", TEXT) for number in range(8)),
    *((sign, ground, SIGN) for sign in ("strong-line", "focus", "thread") for ground in ("paper", "tint")),
]


def colours(block: str) -> dict[str, tuple[int, ...]]:
    found = {}
    for name, code in re.findall(r"--([\w-]+): #([0-9a-f]{3,6});", block):
        digits = code if len(code) == 6 else "".join(2 * digit for digit in code)
        found[name] = tuple(bytes.fromhex(digits))
    return found


LIGHT = colours(CSS[: CSS.index("@media (prefers-color-scheme: dark)")])
DARK = LIGHT | colours(CSS[CSS.index("@media (prefers-color-scheme: dark)") :].partition("\n}\n")[0])


def luminance(colour: tuple[float, ...]) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_reach_the_contrast_that_they_are_used_with(scheme):
    heads = {
        f"head-{number}": tuple(
            0.09 * theme + 0.91 * paper
            for theme, paper in zip(scheme[f"theme-{number}"], scheme["paper"], strict=True)
        )
        for number in range(8)
    }
    known = scheme | heads
    found = {(colour, ground): contrast(known[colour], known[ground]) for colour, ground, _least in PAIRS}
    assert {pair: round(found[pair[:2]], 2) for pair in PAIRS if found[pair[:2]] < pair[2]} == {}


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.django_db
def test_the_pattern_page_shows_what_there_is(rf, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    request = rf.get("/en/patterns/")
    request.LANGUAGE_CODE = "en"
    html = patterns(request).content.decode()
    assert {"Type", "Colour", "Forms", "Blocks of a text"} <= set(re.findall(r"<h2[^>]*>([^<]+)", html))
    assert html.count('<svg class="mark') >= 8


def test_readers_have_no_pattern_page(client, db):
    assert client.get("/en/patterns/").status_code == 404
