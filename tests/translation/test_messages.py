"""The catalogs of interface texts are complete, and typed as readers of each language expect."""

import re

import pytest

from config.catalogs import COMPLETE, _path, _read, problems

# Before : ; ? ! and inside « », French has a space that does not break.
FRENCH_SLIPS = re.compile(r"[^\u00a0\u202f][:;?!](?!\S)|«[^\u00a0]|[^\u00a0]»")


def texts(language):
    for message in _read(_path(language)):
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            yield from ((message.id, string) for string in strings)


def test_catalogs_are_complete():
    assert problems() == []


def test_french_has_its_spaces():
    assert [string for _id, string in texts("fr") if FRENCH_SLIPS.search(string)] == []


@pytest.mark.parametrize(
    ("language", "quotes"), [("de", "„“"), ("es", "«»"), ("fr", "«»"), ("it", "«»"), ("pl", "„”")]
)
def test_quotation_marks_are_those_of_the_language(language, quotes):
    for _id, string in texts(language):
        assert set(re.findall('[«»„“”‘"]', string)) <= set(quotes), string
        assert string.count(quotes[0]) == string.count(quotes[1]), string


@pytest.mark.parametrize("language", COMPLETE)
def test_a_text_ends_as_the_english_one_does(language):
    for message_id, string in texts(language):
        english = message_id[0] if isinstance(message_id, tuple) else message_id
        for mark in (":", "?"):
            assert string.rstrip().endswith(mark) == english.rstrip().endswith(mark), string
