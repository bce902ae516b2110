"""Which words find which works."""

import pytest

from tests.conformance.works import query, text, work

FORMS = [
    ("de", "Stadtentwicklung", "Stadtentwicklungen"),
    ("de", "Vernetzung", "Vernetzungen"),
    ("de", "Städte", "Stadt"),
    ("en", "cities", "city"),
    ("en", "funding", "funded"),
    ("fr", "développement", "développements"),
    ("es", "ciudades", "ciudad"),
    ("it", "piazza", "piazze"),
    ("pl", "rewitalizacja", "rewitalizacji"),
    ("pl", "mieszkańcy", "mieszkańców"),
]


@pytest.mark.parametrize(("language", "written", "typed"), FORMS)
def test_an_inflected_form_finds_its_base_and_the_other_way_round(engine, finds, language, written, typed):
    base, inflected = work(text(language, "1", written)), work(text(language, "2", typed))
    engine.apply([base, inflected])
    assert finds(query(typed), base, inflected)
    assert finds(query(written), base, inflected)


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("fr", "développement", "developpement"),
        ("pl", "Łódź", "lodz"),
        ("de", "Straße", "strasse"),
        ("es", "gestión", "GESTION"),
        ("en", "municipality", "MUNICIPALITY"),
    ],
)
def test_words_are_found_without_diacritics_and_in_any_case(engine, finds, language, written, typed):
    only = work(text(language, "1", written))
    engine.apply([only])
    assert finds(query(typed), only)


def test_a_query_in_any_language_finds_a_work_in_any_of_its_languages(engine, finds):
    both = work(text("de", "Vernetzung"), text("en", "Networking"))
    engine.apply([both])
    assert finds(query("vernetzung", "pl"), both)
    assert finds(query("networks", "de"), both)


def test_all_words_must_match_in_one_language(engine, finds):
    mixed = work(text("de", "Wasser"), text("en", "Energy"))
    german = work(text("de", "Wasser", "Energie"))
    engine.apply([mixed, german])
    assert finds(query("wasser energie"), german)
    assert finds(query("wasser energy"))


def test_words_may_stand_in_different_parts_of_a_work(engine, finds):
    only = work(text("en", "Harbour", "barge", lead="quay", attachments="lighthouse", names="Gdynia"))
    engine.apply([only])
    assert finds(query("harbour barge quay lighthouse gdynia"), only)


def test_stop_words_need_not_be_in_the_text(engine, finds):
    only = work(text("en", "Future cities"))
    engine.apply([only])
    assert finds(query("the future of the cities"), only)
    assert finds(query("the"))


def test_a_phrase_matches_words_in_their_order_as_they_are_written(engine, finds):
    phrase = work(text("en", "Plan", "a just transition for cities"))
    engine.apply([phrase, work(text("en", "Plan", "a transition that is just"))])
    assert finds(query('"just transition"'), phrase)
    assert finds(query("“just transition”"), phrase)
    assert finds(query('"just transitions"'))


def test_a_sign_on_a_word_is_no_part_of_it(engine, finds):
    signed = work(text("en", "The Hub™ opens"))
    engine.apply([signed])
    assert finds(query('"Hub™ opens"'), signed)
    assert finds(query("hub"), signed)


def test_a_phrase_does_not_reach_from_the_title_into_the_text(engine, finds):
    engine.apply([work(text("en", "Open data", "portal of Ghent"))])
    assert finds(query('"data portal"'))


def test_what_is_written_together_is_found_together(engine, finds):
    together = work(text("en", "From 10-15 h, by e-mail"))
    engine.apply([together, work(text("en", "mail, e, 15, 10"))])
    assert finds(query("e-mail"), together)
    assert finds(query("10-15"), together)


@pytest.mark.parametrize(
    ("language", "written", "typed"),
    [
        ("fr", "L’innovation dans les villes", "innovations"),
        ("fr", "Des innovations urbaines", "l'innovation"),
        ("fr", "Lʼinnovation™ ouverte", "innovations"),
        ("it", "L’acqua pubblica", "dell’acqua"),
        ("en", "Low-emission zones", "low-emissions"),
    ],
)
def test_words_that_are_joined_are_found_in_other_forms(engine, finds, language, written, typed):
    joined = work(text(language, written))
    other = work(text(language, "Autre Altro Other"))
    engine.apply([joined, other])
    assert finds(query(typed, language=language), joined)
    assert "<mark>" in engine.search(query(typed)).hits[0].title
    assert finds(query(f"-{typed}", language=language), other)
    assert finds(query(f'"{typed}"', language=language))


@pytest.mark.parametrize("typed", ["сім'я", "сім’я", "сімʼя"])
def test_an_apostrophe_inside_a_word_may_be_any_of_three(engine, finds, typed):
    families = [work(text("uk", title)) for title in ("Сім'я", "Сім’я", "Сімʼя")]
    engine.apply([*families, work(text("uk", "Книга"))])
    assert finds(query(typed), *families)
    assert all(str(hit.title).startswith("<mark>") for hit in engine.search(query(f'"{typed}"')).hits)
    assert finds(query(f'"{typed}"'), *families)
    assert finds(query(typed, typing=True), *families)
    assert {one.title for one in engine.suggest(typed, "uk", 5)} == {"Сім'я", "Сім’я", "Сімʼя"}


def test_excluded_words_and_phrases_remove_works(engine, finds):
    water, energy = work(text("en", "Water networks")), work(text("en", "Energy networks"))
    german = work(text("de", "Networks", "Energie"))
    engine.apply([water, energy, german])
    assert finds(query("networks -energy"), water, german)
    assert finds(query('networks -"energy networks"'), water, german)
    assert finds(query("-water"), energy, german)


def test_a_hit_in_the_title_comes_before_one_in_the_text(engine, found):
    in_text, in_title = work(text("en", "Other", "mobility")), work(text("en", "Mobility", "other"))
    engine.apply([in_text, in_title])
    assert found(query("mobility")) == [in_title.key, in_text.key]


def test_signs_without_a_word_find_nothing(engine, finds):
    engine.apply([work(text("en", "Anything"))])
    assert finds(query("?!"))


@pytest.mark.parametrize(
    "typed",
    ['"', "-", '-"', "a AND (b", "title:x", "*", "\\", "a" * 10_000, "x " * 5_000, "🙂", "½ ²", "ﬁ", "c++", "сім’я"],
)
def test_nothing_that_is_typed_is_an_error(engine, typed):
    engine.apply([work(text("en", "Anything"))])
    engine.search(query(typed))
    engine.search(query(typed, typing=True))
    engine.suggest(typed, "en", 5)


def test_words_that_are_nearly_the_same_are_known_with_their_works(engine):
    engine.apply([work(text("en", "Mobility")), work(text("en", "mobility")), work(text("de", "Mobiliar, Mobilität"))])
    assert engine.near_words("mobilty", "en", 5) == [("mobility", 2)]
    assert engine.near_words("mobiliyt", "de", 5) == [("mobiliar", 1), ("mobilitat", 1), ("mobility", 2)]
    assert engine.near_words("obility", "en", 5) == [], "people know the first letter"
    assert engine.near_words("mob", "en", 5) == [], "too short to tell"
