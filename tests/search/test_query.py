"""Reading a query from an address."""

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from search.query import MOST_TERMS, MOST_WORDS, SearchQuery, Sort, parse_terms

KINDS = ("news", "event")


def read(address: str) -> SearchQuery:
    return SearchQuery.from_parameters(QueryDict(address), language="en", kinds=KINDS)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("smart cities", [(("smart",), False, False), (("cities",), False, False)]),
        ('"smart cities" now', [(("smart", "cities"), True, False), (("now",), False, False)]),
        ("„Neue Städte“", [(("neue", "stadte"), True, False)]),
        ("« ville durable »", [(("ville", "durable"), True, False)]),
        ("-water", [(("water",), False, True)]),
        ('-"hot water"', [(("hot", "water"), True, True)]),
        ("co-operation", [(("co", "operation"), False, False)]),
        ('half "open phrase', [(("half",), False, False), (("open", "phrase"), True, False)]),
        ("Łódź", [(("lodz",), False, False)]),
        ('"" - -- ?', []),
    ],
)
def test_words_phrases_and_exclusions(text, terms):
    assert [(term.tokens, term.exact, term.excluded) for term in parse_terms(text)] == terms


def test_a_word_typed_twice_counts_once_and_very_many_words_are_cut():
    assert len(parse_terms("water water")) == 1
    assert len(parse_terms(" ".join(f"w{number}" for number in range(1000)))) == MOST_TERMS


def test_filters_keep_their_order_once():
    query = read("theme=b&theme=a&theme=b&kind=news&from=2026-01-31&to=2026-02-01&sort=newest&page=3")
    assert query.values("theme") == ("b", "a")
    assert (query.since, query.until, query.sort, query.page) == (date(2026, 1, 31), date(2026, 2, 1), Sort.NEWEST, 3)
    assert query.unknown == ()


@pytest.mark.parametrize(
    "address",
    [
        "from=31.1.2026",
        "to=tomorrow",
        "sort=best",
        "page=0",
        "page=-1",
        "page=²",
        "page=x",
        "from=2026-02-30",
        "to=9999-12-31",
        "from=0001-01-01",
    ],
)
def test_a_value_without_meaning_is_remembered_and_matches_nothing(address):
    query = read(address)
    assert query.unknown == (tuple(address.split("=")),)
    assert query.matches_nothing


@pytest.mark.parametrize("address", ["kind=book", "language=xx", "when=now", "format=paper"])
def test_an_unknown_value_of_a_facet_is_remembered_and_stays_a_filter(address):
    query = read(address)
    name, value = address.split("=")
    assert query.unknown == ((name, value),)
    assert query.values(name) == (value,)


def test_signs_without_a_word_and_a_period_that_ends_before_it_begins_match_nothing():
    assert read("q=?").matches_nothing
    assert read("from=2026-02-01&to=2026-01-01").matches_nothing
    assert not read("").matches_nothing


@pytest.mark.parametrize(
    ("address", "prefixes"),
    [
        ("q=smart+cit&typing=1", [False, True]),
        ("q=smart+cit", [False, False]),
        ("q=smart+cit+&typing=1", [False, False]),
        ("q=smart+-cit&typing=1", [False, False]),
        ("q=%22smart+cit&typing=1", [False]),
    ],
)
def test_while_typing_a_last_word_without_a_blank_is_a_beginning(address, prefixes):
    assert [term.prefix for term in read(address).terms] == prefixes


def test_other_words_take_the_place_of_plain_ones_only():
    query = read('q=mobilty -mobilty "mobilty plan" Mobilty,')
    assert query.respelled({"mobilty": "mobility"}).text == 'mobility -mobilty "mobilty plan" mobility'


@pytest.mark.parametrize(
    ("address", "year", "period"),
    [
        ("", 2024, "?from=2024-01-01&to=2024-12-31"),
        ("from=2024-01-01&to=2024-12-31", 2024, "?"),
        ("from=2024-01-01&to=2024-12-31", 2026, "?from=2024-01-01&to=2026-12-31"),
        ("from=2024-01-01&to=2026-12-31", 2024, "?from=2025-01-01&to=2026-12-31"),
        ("from=2024-01-01&to=2026-12-31", 2026, "?from=2024-01-01&to=2025-12-31"),
        ("from=2024-01-01&to=2026-12-31", 2025, "?from=2025-01-01&to=2025-12-31"),
        ("from=2024-02-01&to=2026-12-31", 2025, "?from=2025-01-01&to=2025-12-31"),
    ],
)
def test_years_widen_a_period_and_leave_it(address, year, period):
    assert read(address).toggled_year(year).address == period


def test_the_size_of_a_page_and_the_refusal_of_corrections_stay_in_the_address():
    query = read("q=a&size=20&exact=1&page=2")
    assert (query.page_size, query.exact, query.offset) == (20, True, 20)
    assert query.toggled("kind", "news").address == "?q=a&kind=news&size=20&exact=1"


def test_null_bytes_are_taken_out():
    query = read("q=wa%00ter&theme=%00&kind=news%00")
    assert (query.text, query.filters) == ("wa ter", {"kind": ("news",)})


def test_toggling_adds_and_removes_a_value_and_returns_to_the_first_page():
    query = read("q=water&theme=a&page=4")
    assert query.toggled("theme", "b").address == "?q=water&theme=a&theme=b"
    assert query.toggled("theme", "a").address == "?q=water"


@given(st.dictionaries(st.sampled_from(["q", "theme", "kind", "from", "to", "sort", "page", "when", "x"]), st.text()))
def test_every_address_can_be_read_and_written_again(parameters):
    data = QueryDict(mutable=True)
    data.update(parameters)
    query = SearchQuery.from_parameters(data, language="en", kinds=KINDS)
    again = read(query.address.removeprefix("?"))
    assert again.parameters() == query.parameters()
    assert again.terms == query.terms


@pytest.mark.parametrize("sign", ["-", " ", "’"])
def test_a_query_has_only_so_many_words(sign):
    typed = sign.join(f"w{number}" for number in range(1000))
    assert 0 < sum(len(term.tokens) for term in parse_terms(f'"{typed}" {typed}')) <= MOST_WORDS
