"""What only an engine with a server has: writers in disorder, refusals, names of indexes, servers out of reach."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from search.engines.elastic import Connection, ElasticEngine
from search.engines.protocol import EngineBusy, EngineUnavailable
from search.query import SearchQuery
from search.works import Deletion
from tests.conformance.works import query, text, work
from tests.elasticsearch.fixtures import elastic_engine
from tests.elasticsearch.server import free_port

pytestmark = pytest.mark.elasticsearch

LANGUAGES = ("en", "de")


@pytest.fixture
def engine(elasticsearch_url: str) -> Iterator[ElasticEngine]:
    with elastic_engine(elasticsearch_url, LANGUAGES) as engine:
        engine.rebuild([])
        yield engine


def titles(engine: ElasticEngine) -> list[str]:
    return sorted(hit.title for hit in engine.search(query()).hits)


def test_a_slow_writer_does_not_undo_what_was_read_later(engine):
    now = timezone.now()
    old = work(text("en", "Water"))
    new = replace(old, texts=(text("en", "Energy"),))
    engine.apply([new], now)
    with pytest.raises(EngineBusy):
        engine.apply([old], now - timedelta(seconds=1))
    assert titles(engine) == ["Energy"]
    engine.apply([Deletion(old.key)], now + timedelta(seconds=1))
    with pytest.raises(EngineBusy):
        engine.apply([new], now)
    assert titles(engine) == []


def test_a_work_that_the_server_refuses_is_named_and_the_others_are_written(engine):
    good, bad = work(text("en", "Water")), work(text("en", "Energy"), kind="x" * 40_000)
    with pytest.raises(ValueError, match=bad.key):
        engine.apply([bad, good])
    assert titles(engine) == ["Water"]
    assert engine.rebuild([bad, good]) == [bad.key]
    assert titles(engine) == ["Water"]


def test_old_indexes_are_removed_but_the_last_one(engine):
    made = [engine.status().generation]
    for _ in range(2):
        engine.rebuild([work(text("en", "Water"))])
        made.append(engine.status().generation)
    there = set(engine._reader.indices.get_alias(index=f"{engine.prefix}-*").body)
    assert there == set(made[1:])


def test_another_release_has_an_index_of_its_own_beside_the_old_one(engine, elasticsearch_url):
    engine.apply([work(text("en", "Water"))])
    later = ElasticEngine(Connection((elasticsearch_url,)), engine.prefix, ("en", "de", "fr"))
    status = later.status()
    assert (status.error, status.out_of_reach) == ("There is no search index.", False)
    later.rebuild([work(text("fr", "Eau"))])
    assert (titles(engine), titles(later)) == (["Water"], ["Eau"])


def test_a_missing_index_is_not_made_by_writing_into_it(engine):
    engine.remove_everything()
    with pytest.raises(EngineUnavailable):
        engine.apply([work(text("en", "Water"))])
    with pytest.raises(EngineUnavailable, match="There is no search index"):
        engine.search(query())
    assert engine.status().error


def test_a_server_out_of_reach_is_said_at_once_the_second_time():
    engine = ElasticEngine(Connection((f"http://127.0.0.1:{free_port()}",)), "test", LANGUAGES)
    for call in (
        lambda: engine.search(query()),
        lambda: engine.suggest("wa", "en", 5),
        lambda: list(engine.digests()),
    ):
        with pytest.raises(EngineUnavailable):
            call()
    assert engine.status().out_of_reach
    with pytest.raises(EngineUnavailable, match="a moment ago"):
        engine.search(query())


def test_pages_far_down_come_in_the_same_order_as_all_pages(engine, monkeypatch):
    works = [work(text("en", "water " * (1 + place % 3)), published=timezone.now()) for place in range(25)]
    engine.apply(works)
    monkeypatch.setattr("search.engines.elastic.DEEP", 100)
    for asked in (query("water"), query(), query(kind="news"), query("water", sort="newest")):
        wanted = [hit.key for page in range(1, 6) for hit in engine.search(page_of(asked, page)).hits]
        with monkeypatch.context() as patch:
            patch.setattr("search.engines.elastic.DEEP", 0)
            found = [engine.search(page_of(asked, page)) for page in range(1, 6)]
        assert [hit.key for results in found for hit in results.hits] == wanted
        assert {results.total for results in found} == {25}


def page_of(asked: SearchQuery, page: int) -> SearchQuery:
    return replace(asked, page=page, page_size=6)
