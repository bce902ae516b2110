"""The engine that the settings choose. Nothing else knows which one it is."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from .embedded import EmbeddedEngine
from .protocol import Engine, EngineBusy, EngineUnavailable

__all__ = ["Engine", "EngineBusy", "EngineUnavailable", "get_engine"]


@lru_cache(maxsize=4)
def _embedded(folder: Path, languages: tuple[str, ...]) -> EmbeddedEngine:
    return EmbeddedEngine(folder, languages)


def get_engine() -> Engine:
    """One engine per process, kept open."""
    return _embedded(Path(settings.SEARCH_INDEX_DIR), tuple(code for code, _name in settings.LANGUAGES))
