"""What readers and editors notice while Elasticsearch is away: as little as can be."""

import socket
import statistics
import threading
import time
from collections.abc import Iterator

import pytest

from search.engines import get_engine
from search.models import IndexChange, IndexState
from search.outbox import drain
from search.rebuild import compare, rebuild
from tests import content
from tests.elasticsearch.server import Node, free_port, missing, running
from tests.search.pages import SIMPLER, events_page

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


@pytest.fixture
def server() -> Iterator[Node]:
    """A server of this test's own, to stop and start."""
    if reason := missing():
        pytest.skip(reason)
    with running() as node:
        yield node


def test_publishing_asks_nothing_of_the_server(elasticsearch_url, settings, worker_id, monkeypatch):
    """So it takes as long with the server out of reach as with it: processor time, to which other load adds little."""
    there, gone = {"urls": (elasticsearch_url,)}, {"urls": (f"http://127.0.0.1:{free_port()}",)}
    settings.ELASTICSEARCH, settings.ELASTICSEARCH_INDEX = there, f"failures-{worker_id}"
    rebuild()
    page = content.post("Water")
    opened = []
    connect = socket.socket.connect

    def noted(self, address):
        opened.append((threading.get_ident(), address))
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", noted)

    def seconds() -> float:
        start = time.thread_time()
        page.save_revision().publish()
        return time.thread_time() - start

    seconds()
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(30):
        settings.ELASTICSEARCH = there if number % 2 else gone
        taken[bool(number % 2)].append(seconds())
    assert threading.get_ident() not in [thread for thread, _address in opened]
    assert statistics.median(taken[False]) < 1.2 * statistics.median(taken[True])
    settings.ELASTICSEARCH = there
    drain()
    assert not IndexChange.objects.exists()
    assert not compare().keys
    get_engine().remove_everything()


def test_the_results_page_does_without_the_server_says_so_and_goes_back_to_it(server, settings, client):
    settings.ELASTICSEARCH = {"urls": (server.url,)}
    rebuild()
    content.post("Water and bread")
    content.event("Water fair")
    drain()

    assert SIMPLER not in events_page(client)
    server.kill()
    assert SIMPLER in events_page(client)
    late = content.event("Late water fair")
    assert SIMPLER in events_page(client, "late"), "what is published meanwhile is found as well"
    assert drain() == 0
    assert IndexChange.objects.filter(key=late.translation_key).exists()
    server.start()
    server.wait()
    IndexState.objects.update(retry_at=None)
    end = time.monotonic() + 30
    while SIMPLER in events_page(client) and time.monotonic() < end:
        time.sleep(0.2)
    drain()
    assert SIMPLER not in events_page(client, "late")
    assert not IndexChange.objects.exists()
    assert not compare().keys
