"""What was meant by a typo, in any language."""

import pytest

from search.corrections import corrections
from tests.conformance.works import query, text, work

TYPOS = [
    ("en", "mobilty", "Mobility"),
    ("de", "Vernetzng", "Vernetzung"),
    ("fr", "developpemnt", "développement"),
    ("es", "gestoin", "gestión"),
    ("it", "piaza", "piazza"),
    ("pl", "rewitalizaja", "rewitalizacja"),
]


@pytest.mark.parametrize(("language", "typed", "meant"), TYPOS)
def test_a_typo_is_corrected_to_the_word_as_it_is_written(engine, language, typed, meant):
    engine.apply([work(text(language, meant)), work(text(language, "Plan"))])
    correction = corrections(engine, query(typed, language), 0)
    assert correction and (correction.text, correction.total) == (meant, 1)


def test_a_typo_is_corrected_from_the_words_of_another_language_than_the_readers(engine):
    engine.apply([work(text("pl", "Rewitalizacja"))])
    correction = corrections(engine, query("rewitalizaja", "de"), 0)
    assert correction and correction.text == "Rewitalizacja"


def test_each_typo_of_a_query_is_corrected_and_the_rest_stays(engine):
    engine.apply([work(text("en", "Energy strategy", "harbour"))])
    correction = corrections(engine, query("enrgy straetgy harbour -water"), 0)
    assert correction and correction.text == "Energy strategy harbour -water"


def test_filters_narrow_the_results_and_not_the_correction(engine):
    engine.apply([work(text("en", "Mobility"))])
    correction = corrections(engine, query("mobilty", kind="event"), 0)
    assert correction and correction.total == 1


def test_a_rare_word_beside_a_frequent_one_is_only_offered_it(engine):
    engine.apply([work(text("it", "Mobilita")), *(work(text("en", "Mobility")) for _number in range(10))])
    correction = corrections(engine, query("mobilita"), 1)
    assert correction and correction.finds_more_only
    assert (correction.text, correction.total) == ("Mobility", 10)


@pytest.mark.parametrize("typed", ["mobility", "mob", "2o26", '"mobilty"', "zzzzzz"])
def test_known_short_quoted_and_far_words_are_not_corrected(engine, typed):
    engine.apply([work(text("en", "Mobility 2026")) for _number in range(3)])
    assert corrections(engine, query(typed), 3 if typed == "mobility" else 0) is None
