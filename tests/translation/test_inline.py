"""Inline markup as numbers: nothing that somebody types breaks it, and nothing gets lost on the way."""

import random

import pytest
from wagtail_localize.strings import StringValue

from translation.inline import MarkupError, coded, decoded, missing, plain

LINK = 'Read <a id="a1">the <b>R&amp;D</b> report</a>'


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        ("R&amp;D", "R&D"),
        ("5 &lt; 6 &gt; 4", "5 < 6 > 4"),
        ("One<br/>two", "One\ntwo"),
        (LINK, "Read <1>the <2>R&D</2> report</1>"),
        ("H<sub>2</sub>O", "H<1>2</1>O"),
        ("&lt;b&gt;", "<b>"),
        ("A &lt;1&gt; without markup", "A <1> without markup"),
        ("A &lt;1&gt; and <b>more</b>", "A \\<1> and <1>more</1>"),
        ("A \\&lt;1&gt; and <b>more</b>", "A \\\\\\<1> and <1>more</1>"),
        ("“Łódź” – 10 €", "“Łódź” – 10 €"),
    ],
)
def test_originals_are_shown_and_read_back(data, shown):
    assert coded(data) == shown
    assert decoded(shown, data) == data
    assert StringValue.from_translated_html(data).data == data


@pytest.mark.parametrize(
    "text", ["R&D", "a<b", "&", "<", "<3", "</b>", "<unknown>", "&amp;", "<script>x</script>", "<9>"]
)
def test_what_is_typed_is_text(text):
    assert plain(decoded(text, "Words")) == text
    assert StringValue(decoded(text, "Words")).render_text() == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<1>no end", "<1> has no end"),
        ("no beginning</1>", "does not begin"),
        ("<1>crossed <2>over</1></2>", "does not begin"),
        ("<1>a</1> <1>b</1>", "twice"),
    ],
)
def test_broken_markup_is_refused_with_a_reason(text, reason):
    with pytest.raises(MarkupError, match=reason):
        decoded(text, LINK)


def test_markup_may_change_places_and_be_left_out():
    assert decoded("Den <2>F&E</2>-Bericht <1>lesen</1>", LINK) == 'Den <b>F&amp;E</b>-Bericht <a id="a1">lesen</a>'
    assert missing("Den Bericht lesen", LINK) == [1, 2]
    assert missing(LINK, LINK) == []


def test_a_translation_of_another_original_keeps_what_fits():
    assert coded('<i>x</i> <a id="a7">y</a> <b>z</b>', LINK) == "x y <2>z</2>"


def test_characters_that_no_page_can_have_are_left_out():
    assert decoded("a\x00b\ud800c\x0bd", "x") == "abcd"


def test_any_text_comes_back_as_it_was():
    dice = random.Random(5)
    alphabet = ["a", "Ł", "&", "<", ">", "<1>", "</2>", "\\", '"', "'", "\n", "{", " ", "…", "&amp;"]
    tags = [("<b>", "</b>"), ("<i>", "</i>"), ('<a id="a1">', "</a>"), ("<sup>", "</sup>")]
    for _number in range(2000):
        source = ""
        for opening, closing in dice.sample(tags, dice.randint(0, 4)):
            words = "".join(dice.choices(alphabet, k=dice.randint(1, 6))).strip() or "x"
            escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br/>")
            source += f"{opening}{escaped}{closing}" if dice.random() < 0.8 else escaped
        source = source.strip() or "x"
        assert decoded(coded(source), source) == source
