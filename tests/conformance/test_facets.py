"""Filters and counts."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.query import When
from tests.conformance.works import NOW, day, event, query, text, work

THEMES = {"mobility": ("mobility",), "cycling": ("cycling", "mobility"), "water": ("water",)}


def test_values_inside_a_facet_widen_and_facets_narrow_each_other(engine, finds):
    news = work(text("en", "a"), kind="news", themes=("water",))
    call = work(text("en", "b"), kind="call", themes=("water",))
    other = work(text("en", "c"), kind="call", themes=("mobility",))
    engine.apply([news, call, other])
    assert finds(query(kind=("news", "call"), theme="water"), news, call)
    assert finds(query(kind="call", theme=("water", "mobility")), call, other)


def test_a_theme_finds_what_is_under_its_sub_themes(engine, finds):
    below = work(text("en", "a"), themes=THEMES["cycling"])
    engine.apply([below])
    assert finds(query(theme="mobility"), below)


def test_a_value_that_nothing_has_finds_nothing(engine, finds):
    engine.apply([work(text("en", "a"))])
    assert finds(query(theme="no-such-theme"))


def test_the_language_facet_counts_a_work_in_each_of_its_languages_and_once_in_all(engine):
    engine.apply([work(text("de", "a"), text("en", "b")), work(text("de", "c"))])
    results = engine.search(query())
    assert results.total == 2
    assert results.facets["language"] == {"de": 2, "en": 1}


def test_upcoming_past_and_format(engine, finds):
    past = event(text("en", "a"), start=NOW - timedelta(days=2), format="online")
    running = event(text("en", "b"), start=NOW - timedelta(hours=1), format="hybrid")
    coming = event(text("en", "c"), start=NOW + timedelta(days=2), format="online")
    engine.apply([past, running, coming, work(text("en", "d"))])
    assert finds(query(when="upcoming"), running, coming)
    assert finds(query(when="past"), past)
    assert finds(query(when=("past", "upcoming")), past, running, coming)
    assert finds(query(format="online", when="upcoming"), coming)
    assert engine.search(query()).facets["when"] == {"upcoming": 2, "past": 1}


def test_a_period_takes_its_first_and_last_day(engine, finds):
    works = [
        work(text("en", "a"), days=(day("2026-03-01"),)),
        work(text("en", "b"), days=(day("2026-03-31"),)),
        work(text("en", "c"), days=(day("2026-02-28"), day("2026-04-01"))),
    ]
    engine.apply(works)
    assert finds(query(since=day("2026-03-01"), until=day("2026-03-31")), *works[:2])
    assert finds(query(since=day("2026-04-01")), works[2])
    assert finds(query(until=day("2026-02-28")), works[2])


def test_counts_of_the_year_ignore_the_period(engine):
    engine.apply([work(text("en", "a"), days=(day("2025-05-05"),)), work(text("en", "b"), days=(day("2026-05-05"),))])
    results = engine.search(query(since=day("2026-01-01"), kind="news"))
    assert results.total == 1
    assert results.facets["year"] == {"2025": 1, "2026": 1}


FACTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["news", "call", "article"]),
        "theme": st.sampled_from(sorted(THEMES)),
        "languages": st.sets(st.sampled_from(["en", "de", "pl"]), min_size=1),
        "places": st.sets(st.sampled_from(["ghent", "belgium", "porto"])),
        "word": st.sampled_from(["alpha", "beta"]),
    }
)
SELECTION = st.fixed_dictionaries(
    {
        "kind": st.sets(st.sampled_from(["news", "call", "article", "nothing"]), max_size=2),
        "theme": st.sets(st.sampled_from([*THEMES, "nothing"]), max_size=2),
        "language": st.sets(st.sampled_from(["en", "de", "pl"]), max_size=2),
        "place": st.sets(st.sampled_from(["ghent", "belgium", "porto"]), max_size=2),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FACTS, max_size=25), SELECTION, st.sampled_from(["", "alpha", "-beta"]))
def test_counts_are_those_of_counting_by_hand(engine, facts, selection, words):
    engine.rebuild(
        work(
            *(text(code, fact["word"]) for code in sorted(fact["languages"])),
            kind=fact["kind"],
            themes=THEMES[fact["theme"]],
            places=tuple(sorted(fact["places"])),
        )
        for fact in facts
    )
    values = {
        "kind": lambda fact: {fact["kind"]},
        "theme": lambda fact: set(THEMES[fact["theme"]]),
        "language": lambda fact: fact["languages"],
        "place": lambda fact: fact["places"],
    }
    by_words = [fact for fact in facts if fact["word"] == "alpha" or not words]

    def matching(*facets: str):
        chosen = [name for name in facets if selection[name]]
        return [fact for fact in by_words if all(values[name](fact) & selection[name] for name in chosen)]

    results = engine.search(query(words, **{name: sorted(given) for name, given in selection.items() if given}))
    assert results.total == len(matching(*values))
    for name, of in values.items():
        others = matching(*(other for other in values if other != name))
        expected = {value: sum(value in of(fact) for fact in others) for fact in others for value in of(fact)}
        assert results.facets[name] == expected


@pytest.mark.parametrize("when", list(When))
def test_an_event_that_ends_now_is_still_upcoming(engine, finds, when):
    ending = event(text("en", "a"), start=NOW - timedelta(hours=2), length=timedelta(hours=2))
    engine.apply([ending])
    assert finds(query(when=when.value), *([ending] if when == When.UPCOMING else []))


def test_facets_that_are_not_asked_for_are_not_counted(engine):
    engine.apply([work(text("en", "Water"), kind="news")])
    assert engine.search(query("water", counted=())).facets == {}
    assert engine.search(query("water", counted=("kind",), language="en")).facets == {"kind": {"news": 1}}
