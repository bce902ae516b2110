"""Caches that may be away, full or broken: then nothing is in them, and nothing fails for it.

Wagtail asks the cache for addresses and pictures, and the hub for whole pages. All of it can be made without one.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

SILENCE = 5.0  # seconds for which a cache that is away is not asked again


class Forgiving(BaseCache):
    """Answers as an empty cache does where the one behind it cannot."""

    # Seconds of time.monotonic() until which this process does not ask. One for all threads.
    silent_until = 0.0

    def get(self, *args: Any, **kwargs: Any) -> Any:
        default = kwargs.get("default", args[1] if len(args) > 1 else None)
        return self._try(super().get, default, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().get_many, {}, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().has_key, False, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().set, None, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().set_many, [], *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        """True also where nobody can tell whether it was there."""
        return self._try(super().add, True, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().touch, False, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._try(super().delete, False, *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._try(super().delete_many, None, *args, **kwargs)

    def _try(self, call: Any, nothing: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self.silent_until:
            return nothing
        try:
            return call(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - each cache, and each broken value, has errors of its own
            self.failed(error, *args[:1])
            return nothing

    def failed(self, error: Exception, key: Any = None) -> None:
        """Leaves a cache in peace that did not answer."""
        type(self).silent_until = time.monotonic() + SILENCE
        logger.warning("The cache of the setting CACHE_URL does not answer, all goes on without it: %r", error)


class ForgivingRedisCache(Forgiving, RedisCache):
    def failed(self, error: Exception, key: Any = None) -> None:
        """What the server gave and nobody can read, of another release or damaged, goes. Others may be well."""
        from redis import RedisError

        if isinstance(error, RedisError | OSError) or key is None:
            super().failed(error)
            return
        logger.warning("A value of the cache could not be read, and is deleted: %r", error)
        try:
            RedisCache.delete_many(self, [key] if isinstance(key, str) else list(key))
        except Exception as failure:  # noqa: BLE001 - as above
            super().failed(failure)


class ForgivingFileCache(Forgiving, FileBasedCache):
    def _createdir(self) -> None:
        """A folder that cannot be made, as the disk is full or another user's, is found out when something is kept."""
        try:
            super()._createdir()
        except OSError as error:
            self.failed(error)

    def failed(self, error: Exception, key: Any = None) -> None:
        """A file that cannot be read is damaged: it goes, and the others may be well."""
        if isinstance(error, OSError) or not isinstance(key, str):
            super().failed(error)
            return
        logger.warning("A file of the cache was damaged, and is deleted: %r", error)
        try:
            self._delete(self._key_to_file(key))  # type: ignore[attr-defined]
        except OSError as failure:
            super().failed(failure)
