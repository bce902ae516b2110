"""Typos: what was meant, said so, with a way back."""

import re

import pytest

from search import finding
from search.engines import EngineUnavailable
from search.finding import answer
from search.outbox import drain
from search.query import SearchQuery
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def posts(module_db):
    for number in range(10):
        content.post(f"Mobility {number}", lead="Of the plan.")
    content.post("Energy strategy", lead="Of the plan.")


@pytest.fixture
def works(posts, engine):
    """The index of the posts."""


def ask(text: str, **fields):
    return answer(SearchQuery(text=text, language="en", **fields))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("mobilty", "Mobility"),
        ("MOBILTIY plan", "Mobility plan"),
        ("enrgy straetgy", "Energy strategy"),
        ('mobilty -nothing "the plan"', 'Mobility -nothing "the plan"'),
    ],
)
def test_unknown_words_are_replaced_by_near_ones(works, typed, shown):
    found = ask(typed)
    assert found.correction
    assert found.correction.text == shown
    assert found.results.total


@pytest.mark.parametrize(
    "typed", ["mobility", "mobility energy", "mob", "2o26", '"mobilty"', "-mobilty plan", "zzzzzz"]
)
def test_known_short_quoted_and_excluded_words_stay(works, typed):
    assert ask(typed).correction is None


def test_filters_have_no_part_in_the_correction_and_are_kept(works):
    found = ask("mobilty", filters={"kind": ("call",)})
    assert found.correction and found.correction.text == "Mobility"
    assert (found.results.total, found.asked.filters) == (0, {"kind": ("call",)})


def test_a_rare_word_that_is_near_a_frequent_one_is_found_and_the_other_offered(works):
    content.post("Mobilita", lead="In Italian.")
    drain()
    found = ask("mobilita")
    assert (found.correction, found.results.total) == (None, 1)
    assert found.also and (found.also.text, found.also.total) == ("Mobility", 10)
    assert found.also_results and len(found.also_results.hits) == finding.ALSO_SHOWN


def test_words_can_be_searched_as_they_were_typed(client, works):
    html = client.get("/en/search/?q=mobilty&kind=news").content.decode()
    assert "Showing results for <strong>Mobility</strong>." in html
    assert "10 results" in html
    way_back = re.search(r'href="([^"]+)"[^>]*>Search instead for “mobilty”', html)
    assert way_back and way_back[1].replace("&amp;", "&") == "?q=mobilty&kind=news&exact=1"
    html = client.get("/en/search/?q=mobilty&kind=news&exact=1").content.decode()
    assert "0 results" in html and "Showing results for" not in html
    assert "Did you mean “Mobility”?" in html
    assert 'type="hidden" name="exact"' not in html.split('id="kept"')[1].split("</span>")[0]


def test_the_engine_is_asked_a_bounded_number_of_times(works, engine, monkeypatch):
    calls = []
    search = type(engine).search
    monkeypatch.setattr(type(engine), "search", lambda self, query: calls.append(query) or search(self, query))
    ask(" ".join(f"mobilt{letter} enrg{letter}" for letter in "abcdefgh"))
    assert len(calls) <= 12


def test_without_an_engine_nothing_is_corrected(works, engine, monkeypatch):
    def fail(*arguments):
        raise EngineUnavailable("gone")

    monkeypatch.setattr(type(engine), "near_words", fail)
    assert ask("mobilty").results.total == 0
    monkeypatch.setattr(type(engine), "search", fail)
    assert ask("mobilty").results.simpler
