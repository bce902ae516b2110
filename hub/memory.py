"""What a process keeps in its memory for a while."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

# Seconds for which anything is kept at most. Pages are rendered anew then although nothing was changed: registrations
# close and events end.
FRESH_FOR = 60


def is_fresh(until: float, now: float) -> bool:
    """Whether something may still be used. What may be for longer than anything is from before the clock went back."""
    return now <= until <= now + FRESH_FOR


class Memory:
    """What this process was asked for last, at most so many bytes, each until a moment in seconds since 1970."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[Hashable, tuple[Any, float]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, now: float, *, even_old: bool = False) -> Any:
        value, until = self._kept.get(key, (None, 0.0))
        if not (even_old or is_fresh(until, now)):
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return value

    def set(self, key: Hashable, value: Any, until: float) -> None:
        with self._lock:
            if key in self._kept:
                self._size -= _size(self._kept[key][0])
            self._size += _size(value)
            self._kept[key] = value, until
            self._kept.move_to_end(key)
            while self._size > self.most:
                _key, (dropped, _until) = self._kept.popitem(last=False)
                self._size -= _size(dropped)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _size(value: Any) -> int:
    return 2_000 + len(getattr(value, "body", b""))
