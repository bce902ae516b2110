"""What a hit shows, and in which order hits come."""

from datetime import timedelta

from tests.conformance.works import NOW, event, query, text, work


def only_hit(engine, asked):
    (hit,) = engine.search(asked).hits
    return hit


def test_a_hit_is_shown_in_the_readers_language_where_it_exists(engine):
    engine.apply([work(text("de", "Vernetzung"), text("en", "Networking"))])
    hit = only_hit(engine, query("Vernetzung", "en"))
    assert (hit.language, hit.title, hit.matched_language) == ("en", "Networking", "de")


def test_a_hit_is_shown_in_the_language_that_matched_where_the_readers_is_missing(engine):
    engine.apply([work(text("de", "Vernetzung"), text("fr", "Mise en réseau"))])
    hit = only_hit(engine, query("réseaux", "en"))
    assert (hit.language, hit.title) == ("fr", "Mise en <mark>réseau</mark>")


def test_without_words_a_hit_is_shown_in_its_first_language(engine):
    engine.apply([work(text("pl", "Sieć"), text("de", "Netz"))])
    assert only_hit(engine, query("", "en")).language == "pl"


def test_title_and_passage_mark_the_forms_that_are_in_the_text(engine):
    engine.apply([work(text("de", "Stadtentwicklung heute", "Wie Vernetzungen entstehen.", lead="Ein Bericht."))])
    hit = only_hit(engine, query("stadtentwicklungen vernetzung"))
    assert hit.title == "<mark>Stadtentwicklung</mark> heute"
    assert "Wie <mark>Vernetzungen</mark> entstehen" in hit.passage


def test_polish_forms_are_marked_as_they_are_written(engine):
    engine.apply([work(text("pl", "O mieście", "Program rewitalizacji śródmieścia."))])
    assert "<mark>rewitalizacji</mark>" in only_hit(engine, query("rewitalizacja")).passage


def test_a_phrase_is_marked_as_one(engine):
    engine.apply([work(text("en", "Plan", "For a just transition."))])
    assert "a <mark>just transition</mark>." in only_hit(engine, query('"just transition"')).passage


def test_the_passage_is_the_one_with_most_of_the_words(engine):
    filler = "Nothing of note is said in this sentence. " * 40
    body = f"Water alone. {filler} Water and energy together in Porto. {filler}"
    engine.apply([work(text("en", "Report", body, lead="About a city."))])
    passage = only_hit(engine, query("water energy porto")).passage
    assert "<mark>Water</mark> and <mark>energy</mark> together in <mark>Porto</mark>" in passage
    assert passage.startswith("… ") and passage.endswith(" …") and len(passage) < 400


def test_words_that_are_only_in_an_attachment_are_shown(engine):
    engine.apply([work(text("en", "Report", lead="About a city.", attachments="Annex on lighthouses."))])
    assert "<mark>lighthouses</mark>" in only_hit(engine, query("lighthouse")).passage


def test_without_words_the_passage_is_the_lead(engine):
    engine.apply([work(text("en", "Report", "Body.", lead="The lead."))])
    assert only_hit(engine, query()).passage == "The lead."


def test_texts_are_escaped(engine):
    engine.apply([work(text("en", "<script>alert</script> & water", "<img src=x onerror=water>"))])
    hit = only_hit(engine, query("water"))
    assert hit.title == "&lt;script&gt;alert&lt;/script&gt; &amp; <mark>water</mark>"
    assert "<img" not in hit.passage


def test_newest_first_without_words(engine, found):
    works = [work(text("en", str(age)), published=NOW - timedelta(days=age)) for age in (20, 5, 400)]
    engine.apply(works)
    newest = [works[1].key, works[0].key, works[2].key]
    assert found(query()) == found(query(sort="newest")) == newest


def test_of_two_equal_matches_the_recent_one_comes_first(engine, found):
    old, recent = (work(text("en", "water"), published=NOW - timedelta(days=age)) for age in (3000, 10))
    engine.apply([old, recent])
    assert found(query("water")) == [recent.key, old.key]


def test_event_date_sorts_coming_events_then_past_ones_then_the_rest_and_pages_through_them(engine, found):
    coming = [event(text("en", "e"), start=NOW + timedelta(days=days)) for days in (1, 2, 30)]
    past = [event(text("en", "e"), start=NOW - timedelta(days=days)) for days in (1, 2)]
    rest = [work(text("en", "e"), published=NOW - timedelta(days=days)) for days in (1, 2)]
    engine.apply([rest[1], past[1], coming[2], coming[0], past[0], rest[0], coming[1]])
    wanted = [one.key for one in [*coming, *past, *rest]]
    assert found(query(sort="event")) == wanted
    paged = [key for page in (1, 2, 3, 4, 5) for key in found(query(sort="event", page=page, page_size=2))]
    assert paged == wanted


def test_pages_hold_every_work_once_and_a_page_beyond_the_end_is_empty(engine, found):
    works = [work(text("en", "water")) for _ in range(25)]
    engine.apply(works)
    keys = [key for page in (1, 2, 3) for key in found(query("water", page=page))]
    assert sorted(keys) == sorted(one.key for one in works)
    beyond = engine.search(query("water", page=999_999_999))
    assert beyond.hits == () and beyond.total == 25


def test_a_work_without_a_date_is_found_and_comes_last(engine, found):
    undated, dated = work(text("en", "water"), published=None, days=()), work(text("en", "water"))
    engine.apply([undated, dated])
    assert found(query(sort="newest")) == [dated.key, undated.key]


def test_suggestions_begin_as_typed_and_the_readers_language_comes_first(engine):
    german = work(text("de", "Mobilität in Gent"))
    english = work(text("en", "Mobility hubs"))
    engine.apply([german, english, work(text("en", "Water and mobility? No: immobile"), kind="call")])
    assert [one.title for one in engine.suggest("mobil", "en", 5)][-1] == "Mobilität in Gent"
    assert [one.title for one in engine.suggest("mobility hu", "de", 5)] == ["Mobility hubs"]
    assert engine.suggest("", "en", 5) == []


def test_similar_works_share_words_or_themes_and_never_are_the_work_itself(engine):
    cargo = work(text("en", "Cargo bikes", "Cargo bikes deliver parcels in Ghent."), themes=("mobility",))
    bikes = work(text("de", "Lastenräder"), text("en", "More cargo bikes", "Parcels by bikes."))
    same_theme = work(text("en", "Trams"), themes=("mobility",))
    engine.apply([cargo, bikes, same_theme, work(text("en", "Opera", "Singing."), themes=("culture",))])
    hits = engine.similar(cargo.key, "en", 5)
    assert {hit.key for hit in hits} == {bikes.key, same_theme.key}
    assert {hit.language for hit in hits} == {"en"}
    assert engine.similar("no-such-work", "en", 5) == []
