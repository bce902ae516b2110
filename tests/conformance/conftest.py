"""Every engine answers the same: each test here runs once for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Engine
from search.query import SearchQuery
from search.works import WorkDocument

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")


@pytest.fixture(params=["embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with an empty index."""
    engine = EmbeddedEngine(tmp_path / "index", LANGUAGES)
    engine.rebuild([])
    yield engine
    engine.close()


@pytest.fixture
def found(engine: Engine) -> Callable[[SearchQuery], list[str]]:
    """The keys that a query finds, in their order."""
    return lambda query: [hit.key for hit in engine.search(query).hits]


@pytest.fixture
def finds(engine: Engine) -> Callable[..., bool]:
    """Whether a query finds exactly these works, in any order."""

    def finds(query: SearchQuery, *works: WorkDocument) -> bool:
        return {hit.key for hit in engine.search(query).hits} == {work.key for work in works}

    return finds
