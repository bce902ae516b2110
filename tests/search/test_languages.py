"""Every language finds its words: tables written as an editor would search, in tests/search/languages/.

Each has pairs of forms of one word ([same]), of words that must not be found by each other ([apart]), compounds with
what finds them, or is found by them ([compounds]), and words that are no compounds ([whole]). city_words.txt has a
section of pairs of forms for each language, written without looking at what the tables know.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from search.analysis import fold, folded_words, is_stop_word, query_forms, stem_parts, stop_words
from search.languages import HERE, TABLE, fingerprint
from search.tokens import index_tokens, tokens_of

TABLES = Path(__file__).parent / "languages"
CITY_WORDS = Path(__file__).with_name("city_words.txt")
COMPOUNDING = [code for code, row in TABLE.items() if row.compounds]
Row = tuple[str, str]


@cache
def sections(path: Path) -> dict[str, list[Row]]:
    """The rows of each section: the first word, and the rest of the line."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    section = ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line:
            first, _blank, rest = line.partition(" ")
            rows[section].append((first, rest))
    return rows


def table(code: str) -> dict[str, list[Row]]:
    return sections(TABLES / f"{code}.txt")


def follow(wanted: tuple[str, ...], tokens: list[str]) -> bool:
    return any(tuple(tokens[at : at + len(wanted)]) == wanted for at in range(len(tokens)))


def matches(query: str, text: str, code: str) -> bool:
    """Whether all words of a query find a text, as an engine looks for them: as written, or by their tokens."""
    as_written, stems = (tokens.split() for tokens in index_tokens(text, code))
    return all(
        follow(tuple(folded_words(word)), as_written) or any(follow(form, stems) for form in query_forms(word, code))
        for word in query.split()
    )


def same(rows: list[Row], code: str) -> list[tuple[str, str, bool]]:
    """Query, text and whether it is found, in both directions, the query with and without diacritics."""
    asked = {(query, text): None for one, other in rows for query, text in ((one, other), (other, one))}
    asked |= {(fold(query), text): None for query, text in asked}
    return [(query, text, matches(query, text, code)) for query, text in asked]


def compounds(code: str) -> list[tuple[str, str, bool]]:
    """A part finds the compound; a compound finds itself in separate words, and they find it."""
    found = []
    for whole, rest in table(code)["compounds"]:
        found.append((rest, whole, matches(rest, whole, code)))
        if " " in rest:
            found.append((whole, rest, matches(whole, rest, code)))
    return found


def _missed(results: list[tuple[str, str, bool]]) -> list[str]:
    return [f"{query} → {text}" for query, text, found in results if not found]


@pytest.mark.parametrize("code", TABLE)
def test_a_form_finds_the_other_forms_of_its_word(code: str) -> None:
    rows = table(code)["same"]
    results = same(rows, code)
    assert len(rows) >= 12
    assert len(_missed(results)) <= 0.05 * len(results), _missed(results)


@pytest.mark.parametrize("code", TABLE)
def test_a_form_of_a_word_about_cities_finds_the_other_forms(code: str) -> None:
    rows = sections(CITY_WORDS)[code]
    results = same(rows, code)
    assert len(rows) >= 12
    assert len(_missed(results)) <= 0.1 * len(results), _missed(results)


def test_words_about_cities_are_found_on_average() -> None:
    shares = []
    for code in TABLE:
        results = same(sections(CITY_WORDS)[code], code)
        shares.append(1 - len(_missed(results)) / len(results))
    assert sum(shares) / len(shares) >= 0.95


@pytest.mark.parametrize("code", TABLE)
def test_a_word_does_not_find_another(code: str) -> None:
    rows = table(code)["apart"]
    mixed = [f"{one} = {other}" for one, other in rows if matches(one, other, code) or matches(other, one, code)]
    assert len(rows) >= 4
    assert len(mixed) <= 0.1 * len(rows), mixed


def test_a_word_typed_without_an_accent_does_not_ask_for_the_verb_that_has_one() -> None:
    assert matches("casó", "casar", "es")
    assert matches("casar", "casó", "es")
    assert not matches("caso", "casar", "es")


@pytest.mark.parametrize("code", COMPOUNDING)
def test_a_compound_and_its_parts_find_each_other(code: str) -> None:
    results = compounds(code)
    assert len(results) >= 12
    assert len(_missed(results)) <= 0.1 * len(results), _missed(results)


@pytest.mark.parametrize("code", COMPOUNDING)
def test_a_word_that_is_no_compound_stays_whole(code: str) -> None:
    rows = table(code)["whole"]
    split = [
        f"{word}: {query_forms(word, code)}"
        for word, _rest in rows
        if any(len(f) > 1 for f in query_forms(word, code))
    ]
    assert not split, split


def test_german_umlauts_may_be_written_with_e() -> None:
    for query in ("Städte", "Staedte", "Stadte", "STÄDTE"):
        for text in ("Stadt", "Städte", "Staedte"):
            assert matches(query, text, "de")


@pytest.mark.parametrize(
    ("query", "text", "code"),
    [
        ("l’innovation", "des innovations", "fr"),
        ("dell'acqua", "acque pulite", "it"),
        ("il-belt", "tal-belt", "mt"),
        ("здоров'я", "здоров’я", "uk"),
        ("об'їзд", "обʼїзд", "uk"),
        ("е-mail", "е-mail", "bg"),
        ("10-15", "10–15", "en"),
        ("50km", "50 km", "en"),
        ("50 km", "50km", "en"),
        ("CO2", "CO₂", "de"),
        ("#connected", "connected", "en"),
        ("smart city", "#SmartCity", "en"),
        ("smartcity", "#SmartCity", "en"),
        ("koeln", "anna@stadt-koeln.de", "de"),
        ("greening", "https://example.org/greening_cities?x=1", "en"),
        ("C++", "We write C++.", "en"),
        (".NET", "on .NET 9", "en"),
        ("EU", "the EU's plan", "en"),
        ("şehir", "ŞEHİR", "tr"),
        ("orașe", "oraşe", "ro"),
    ],
)
def test_words_in_other_writing_are_found(query: str, text: str, code: str) -> None:
    assert matches(query, text, code)


@pytest.mark.parametrize(
    ("query", "text"),
    [("C", "C++ and C#"), ("C++", "C#"), ("C#", "C"), ("EU", "Europe"), ("AI", "aid"), ("KI", "Kiel")],
)
def test_short_names_are_not_found_in_others(query: str, text: str) -> None:
    assert not matches(query, text, "en")


def test_a_compound_is_followed_by_its_parts() -> None:
    assert len(stem_parts("Stadtentwicklungsplan", "de")) == 4
    assert stem_parts("Plan", "de")[0] == stem_parts("Stadtentwicklungsplänen", "de")[-1]


@pytest.mark.parametrize("code", TABLE)
def test_every_language_has_stop_words_that_are_not_required(code: str) -> None:
    word = {"de": "Der", "en": "The", "fr": "Les"}.get(code)
    assert word is None or is_stop_word(word, code)
    assert not is_stop_word("Europa", code)
    assert stop_words(code)


def test_any_text_can_be_analysed() -> None:
    for text in ("", "'", "_", "\x00", "ß" * 300, "a" * 5000, "ﬁ", "İ", "日本語", "👩‍🚀", "ʼʼ", "1" * 200):
        for code in (*TABLE, "xx", "pt-br"):
            index_tokens(text, code)
            query_forms(text, code)


def test_tokens_of_long_pieces_are_not_remembered() -> None:
    short, long = "Gent-Brugge", "Gent-" * 100
    assert index_tokens(f"{short} {long}", "nl")[0].split() == ["gent", "brugge"] + ["gent"] * 100
    assert short in tokens_of("nl")
    assert long not in tokens_of("nl")


def test_an_index_gets_another_name_with_each_file_that_decides_what_it_holds(tmp_path, monkeypatch) -> None:
    shutil.copytree(HERE, tmp_path / "search")
    monkeypatch.setattr("search.languages.HERE", tmp_path / "search")
    monkeypatch.setattr("search.languages.DATA", tmp_path / "search/data")
    engines = ("tantivy_index.py", "elastic_index.py")
    names = [*map(fingerprint, engines)]
    for file in ("analysis.py", "tokens.py", "index_documents.py", "works.py", "languages.py", "data/mt.xz"):
        with (tmp_path / "search" / file).open("ab") as changed:
            changed.write(b"#")
        names += map(fingerprint, engines)
    assert len(set(names)) == len(names)
