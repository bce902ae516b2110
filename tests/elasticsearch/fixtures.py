"""One server for a whole run of the tests, however many processes it has."""

from __future__ import annotations

import contextlib
import fcntl
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence

import pytest

from search.engines.elastic import Connection, ElasticEngine
from tests.elasticsearch.server import missing


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a real server, which the first test that asks starts and which ends with the run."""
    if given := os.environ.get("TEST_ELASTICSEARCH_URL"):
        return given
    if reason := missing():
        pytest.skip(reason)
    in_parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = tmp_path_factory.getbasetemp().parent if in_parallel else tmp_path_factory.getbasetemp()
    run = os.getppid() if in_parallel else os.getpid()
    told = folder / "elasticsearch-url"
    with (folder / "elasticsearch-lock").open("w") as lock, (folder / "elasticsearch-log").open("a") as log:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            command = [sys.executable, "-m", "tests.elasticsearch.server", "--for", str(run), str(told)]
            server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
            while not told.exists():
                if server.poll() is not None:
                    raise RuntimeError((folder / "elasticsearch-log").read_text()[-3000:])
                time.sleep(0.1)
    return told.read_text()


@contextlib.contextmanager
def elastic_engine(url: str, languages: Sequence[str]) -> Iterator[ElasticEngine]:
    """An engine without an index, under a name of its own."""
    engine = ElasticEngine(Connection((url,)), f"test-{uuid.uuid4().hex}", languages)
    yield engine
    engine.remove_everything()
