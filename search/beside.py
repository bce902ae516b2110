"""What pages show of the engine beside their own content: they never wait for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from .engines import EngineUnavailable

logger = logging.getLogger(__name__)

LIMIT = 0.25  # seconds that the engine gets
PAUSE = 15.0  # seconds that it is left alone after a failure

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="beside")
_asked_again_at = 0.0


def beside[**P, T](call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """What the engine answers, None if it takes too long or cannot answer."""
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return None
    try:
        return _threads.submit(call, *args, **kwargs).result(timeout=LIMIT)
    except (EngineUnavailable, TimeoutError) as error:
        _asked_again_at = time.monotonic() + PAUSE
        logger.warning("Pages do without what the engine adds for %d seconds: %s", PAUSE, error or "no answer in time")
        return None
