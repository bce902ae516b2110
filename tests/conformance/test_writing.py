"""Changes, rebuilds and what an engine says of itself."""

from dataclasses import replace

from search.works import Deletion
from tests.conformance.works import query, text, work


def test_a_work_that_is_written_again_is_there_once_as_it_is_now(engine, finds):
    old = work(text("en", "Water"))
    new = replace(old, texts=(text("en", "Energy"),))
    engine.apply([old])
    engine.apply([new])
    assert finds(query("water"))
    assert finds(query("energy"), new)
    assert engine.status().documents == 1


def test_a_word_that_was_nowhere_is_found_once_a_work_has_it(engine, finds):
    engine.apply([work(text("en", "Energy"))])
    assert finds(query("eau"))
    french = work(text("fr", "Eau"))
    engine.apply([french])
    assert finds(query("eau"), french)


def test_of_two_changes_of_a_work_in_one_batch_the_last_holds(engine, finds):
    first = work(text("en", "Water"))
    engine.apply([first, Deletion(first.key), replace(first, texts=(text("en", "Energy"),))])
    assert finds(query(), first)
    assert finds(query("water"))


def test_a_deleted_work_is_gone_and_deleting_it_again_is_no_error(engine, finds):
    one, other = work(text("en", "Water")), work(text("en", "Energy"))
    engine.apply([one, other])
    engine.apply([Deletion(one.key)])
    engine.apply([Deletion(one.key)])
    assert finds(query(), other)


def test_a_rebuild_replaces_everything_and_has_another_name(engine, finds):
    engine.apply([work(text("en", "Water"))])
    before = engine.status().generation
    new = work(text("en", "Energy"))
    engine.rebuild(iter([new]))
    assert finds(query(), new)
    assert engine.status().generation != before


def test_the_old_index_answers_until_the_new_one_is_complete(engine, finds):
    old, new = work(text("en", "Water")), work(text("en", "Energy"))
    engine.apply([old])

    def documents():
        yield new
        assert finds(query(), old)

    engine.rebuild(documents())
    assert finds(query(), new)


def test_a_rebuild_that_breaks_off_leaves_the_old_index(engine, finds):
    old = work(text("en", "Water"))
    engine.apply([old])

    def documents():
        yield work(text("en", "Energy"))
        raise RuntimeError("the power went")

    try:
        engine.rebuild(documents())
    except Exception as error:  # noqa: BLE001
        assert "the power went" in str(error)
    assert finds(query(), old)


def test_digests_tell_every_work_and_its_state(engine):
    one, other = work(text("en", "Water")), work(text("en", "Energy"))
    engine.apply([one, other])
    assert dict(engine.digests()) == {one.key: one.digest, other.key: other.digest}
