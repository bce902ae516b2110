"""Outbox, rebuild and comparison with Elasticsearch behind them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from search import rebuild as rebuilding
from search.documents import read_each
from search.engines import get_engine
from search.engines.elastic import ElasticEngine
from search.finding import find
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.query import SearchQuery
from search.rebuild import compare, needs_rebuild, rebuild, rebuild_if_needed
from tests import content
from tests.elasticsearch.server import free_port

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


@pytest.fixture
def engine(elasticsearch_url: str, settings, worker_id: str) -> ElasticEngine:
    settings.ELASTICSEARCH = {"urls": (elasticsearch_url,)}
    settings.ELASTICSEARCH_INDEX = f"outbox-{worker_id}"
    engine = get_engine()
    assert isinstance(engine, ElasticEngine)
    engine.remove_everything()
    rebuild()
    yield engine
    engine.remove_everything()


def titles() -> list[str]:
    drain()
    return sorted(hit.title for hit in find(SearchQuery(language="en")).hits)


def test_what_is_published_edited_and_deleted_reaches_the_index(engine):
    water, _energy = content.post("Water"), content.post("Energy")
    assert titles() == ["Energy", "Water"]
    water.title = "Rain"
    water.save_revision().publish()
    assert titles() == ["Energy", "Rain"]
    water.delete()
    assert titles() == ["Energy"]
    assert not IndexChange.objects.exists()
    assert not compare().keys


def test_a_change_that_is_applied_to_the_old_index_during_a_rebuild_is_in_the_new_one(engine, monkeypatch):
    page = content.post("Water")
    drain()
    read_all = rebuilding.read_all

    def read_while_somebody_publishes():
        monkeypatch.undo()
        yield from read_all()
        page.title = "Energy"
        page.save_revision().publish()
        assert drain() == 1
        assert not IndexChange.objects.waiting().exists()
        assert IndexChange.objects.filter(key=page.translation_key, applied=True).exists()

    with monkeypatch.context() as patch:
        patch.setattr(rebuilding, "read_all", read_while_somebody_publishes)
        before = engine.status().generation
        rebuild()
    assert engine.status().generation != before
    assert titles() == ["Energy"]
    assert not compare().keys


def test_a_lost_index_is_made_anew(engine):
    content.post("Water")
    drain()
    engine.remove_everything()
    assert needs_rebuild() == "There is no search index."
    assert rebuild_if_needed() is True
    assert titles() == ["Water"]


def test_while_the_server_is_away_changes_wait_and_no_rebuild_is_tried(engine, settings):
    generation = IndexState.objects.current().generation
    there = settings.ELASTICSEARCH
    settings.ELASTICSEARCH = {"urls": (f"http://127.0.0.1:{free_port()}",)}
    content.post("Water")
    assert drain() == 0
    assert "out of reach" in IndexState.objects.current().last_error
    assert rebuild_if_needed() is False
    results = find(SearchQuery(language="en"))
    assert results.simpler and results.total == 1
    settings.ELASTICSEARCH = there
    IndexState.objects.update(retry_at=None)
    assert titles() == ["Water"]
    assert IndexState.objects.current().generation == generation


def test_works_are_taken_although_the_clock_was_moved_back(engine):
    page = content.post("Water")
    ahead = timezone.now() + timedelta(hours=5)
    IndexState.objects.update(moment=ahead)
    works, _unreadable = read_each([page.translation_key])
    engine.apply(list(works.values()), ahead)
    page.title = "Rain"
    page.save_revision().publish()
    assert titles() == ["Rain"]
    page.unpublish()
    assert titles() == []
    rebuild()
    assert not compare().keys
