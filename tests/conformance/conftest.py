"""Every engine answers the same: each test here runs once for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine
from search.engines.protocol import Engine
from search.query import SearchQuery
from search.works import WorkDocument
from tests.elasticsearch.fixtures import elastic_engine, elasticsearch_url

__all__ = ["elasticsearch_url"]

LANGUAGES = ("en", "de", "fr", "es", "it", "pl", "uk")


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.elasticsearch)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine with an empty index."""
    if request.param == "elastic":
        with elastic_engine(request.getfixturevalue("elasticsearch_url"), LANGUAGES) as elastic:
            elastic.rebuild([])
            yield elastic
        return
    embedded = EmbeddedEngine(tmp_path / "index", LANGUAGES)
    embedded.rebuild([])
    yield embedded
    embedded.close()


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
