"""What pages show of the engine beside their own content: they never wait for it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from hub.page_cache import is_complete

from .engines import EngineUnavailable, get_engine

logger = logging.getLogger(__name__)

LIMIT = 0.25  # seconds that the engine gets
PAUSE = 15.0  # seconds that it is left alone after a failure


class Beside:
    """Asks the engine, and has a pause of its own after a failure.

    One that answers over a network is asked on `threads` of its own; so is one of this process if it shall always be
    `apart` from what else is asked.
    """

    def __init__(self, name: str, threads: int, *, apart: bool = False) -> None:
        self.name = name
        self.threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=name)
        self.apart = apart
        self.asked_again_at = 0.0

    def __call__[**P, T](self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the engine answers, None if it takes too long or cannot answer."""
        if time.monotonic() < self.asked_again_at:
            is_complete.set(False)
            return None
        try:
            if get_engine().is_local and not self.apart:
                return call(*args, **kwargs)
            return self._in_time(self.threads.submit(call, *args, **kwargs))
        except (EngineUnavailable, TimeoutError) as error:
            is_complete.set(False)
            self.asked_again_at = time.monotonic() + PAUSE
            reason = error or "no answer in time"
            logger.warning("%s: without what the engine adds for %d seconds: %s", self.name, PAUSE, reason)
            return None

    def _in_time[T](self, answer: Future[T]) -> T:
        try:
            return answer.result(timeout=LIMIT)
        finally:
            answer.cancel()


beside = Beside("pages", threads=4)
# Whoever asks for addresses that do not exist takes nothing from the pages that do.
beside_errors = Beside("addresses not found", threads=1, apart=True)
