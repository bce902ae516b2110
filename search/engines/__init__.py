"""The engine that the settings choose. Nothing else knows which one it is."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .elastic import Connection, ElasticEngine
from .embedded import EmbeddedEngine
from .protocol import Engine, EngineBusy, EngineUnavailable

__all__ = ["Engine", "EngineBusy", "EngineUnavailable", "get_engine"]


@lru_cache(maxsize=4)
def _embedded(folder: Path, languages: tuple[str, ...]) -> EmbeddedEngine:
    return EmbeddedEngine(folder, languages)


@lru_cache(maxsize=4)
def _elastic(connection: Connection, prefix: str, languages: tuple[str, ...]) -> ElasticEngine:
    return ElasticEngine(connection, prefix, languages)


def get_engine() -> Engine:
    """One engine per process, kept open."""
    languages = tuple(code for code, _name in settings.LANGUAGES)
    if settings.ELASTICSEARCH:
        return _elastic(Connection(**settings.ELASTICSEARCH), settings.ELASTICSEARCH_INDEX, languages)
    return _embedded(Path(settings.SEARCH_INDEX_DIR), languages)
