"""An index of its own for each test that asks for one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.attachments import read_waiting
from search.beside import beside, beside_errors
from search.engines import Engine, get_engine
from search.outbox import drain
from search.query import SearchQuery
from search.rebuild import rebuild


@pytest.fixture
def engine(db: None, tmp_path: Path, settings) -> Iterator[Engine]:
    """An engine with an index of what is in the test's database."""
    settings.SEARCH_INDEX_DIR = tmp_path / "index"
    rebuild()
    engine = get_engine()
    # A test before may have made the pages leave it in peace.
    for pages in (beside, beside_errors):
        pages.asked_again_at = 0.0
    yield engine
    engine.close()


@pytest.fixture
def found(engine: Engine) -> Callable[..., list[str]]:
    """The titles that a query finds, shown in English, after files have been read and the outbox drained."""

    def found(words: str = "", language: str = "en", **filters: str) -> list[str]:
        read_waiting()
        drain()
        query = SearchQuery(text=words, language=language, filters={name: (value,) for name, value in filters.items()})
        return sorted(hit.title.replace("<mark>", "").replace("</mark>", "") for hit in engine.search(query).hits)

    return found
