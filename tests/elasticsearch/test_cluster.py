"""Three servers as one cluster, of which one is killed while people search and publish."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines import EngineUnavailable, get_engine
from search.engines.elastic import READ_SECONDS
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.query import SearchQuery
from search.rebuild import compare, rebuild
from tests import content
from tests.elasticsearch.server import Node, cluster, missing

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[list[Node]]:
    if reason := missing():
        pytest.skip(reason)
    with cluster(tmp_path) as nodes:
        for node in nodes:
            node.wait(nodes=3)
        yield nodes


class Reader(threading.Thread):
    """Searches all the time, and keeps when a search failed."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = get_engine()
        self.ended = threading.Event()
        self.searches = 0
        self.failures: list[tuple[float, str]] = []

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                self.engine.search(SearchQuery(text="water", language="en"))
            except EngineUnavailable as error:
                self.failures.append((time.monotonic(), str(error)))
            self.searches += 1
            time.sleep(0.02)


def test_a_killed_node_fails_no_search_after_the_time_limit_and_loses_nothing(nodes, settings):
    settings.ELASTICSEARCH = {"urls": tuple(node.url for node in nodes)}
    settings.ELASTICSEARCH_INDEX = "hub"
    pages = [content.post(f"Water {number}") for number in range(20)]
    rebuild()
    reader = Reader()
    reader.start()
    try:
        master = get_engine()._reader.cat.master(format="json")[0]["node"]
        killed = next(node for node in nodes if node.settings["node.name"] == master)
        at = 0.0
        for number in range(60):
            if number == 20:
                killed.kill()
                at = time.monotonic()
            page = pages[number % len(pages)]
            page.title = f"Water {number}, again"
            page.save_revision().publish()
            content.post(f"More water {number}")
            drain()
            time.sleep(0.1)
        end = time.monotonic() + 90
        while IndexChange.objects.exists() and time.monotonic() < end:
            drain()
            time.sleep(0.2)
    finally:
        reader.ended.set()
        reader.join()
    assert time.monotonic() - at > 2 * READ_SECONDS, "people searched long enough after it"
    assert reader.searches > 100
    assert [error for moment, error in reader.failures if not at <= moment <= at + READ_SECONDS + 1] == []
    assert not IndexChange.objects.exists(), IndexState.objects.current().last_error
    assert not compare().keys
    assert get_engine().status().documents == 80
