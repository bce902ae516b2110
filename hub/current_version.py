"""The version of all content as this process knows it."""

from __future__ import annotations

import logging
import threading
import time

from django.db import Error, OperationalError

from .models.versions import ContentChange

logger = logging.getLogger(__name__)

# Seconds after a commit until every process knows of it.
CHECK_EVERY = 0.2
# Seconds for which a database that did not answer is not asked again.
AWAY_FOR = 2


class CurrentVersion:
    """The version of content as this process knows it, at most CHECK_EVERY seconds after a commit.

    While the database is away the last known version stands: nobody can change anything, and what is kept is shown
    however old it is. One thread asks, which may take seconds then, and the others do not wait for it.
    """

    def __init__(self) -> None:
        self._version = ""
        self._until = 0.0
        self._away_until = 0.0
        self._asking = threading.Lock()

    def __call__(self) -> str:
        if time.monotonic() >= self._until and self._asking.acquire(blocking=not self._version):
            try:
                self._ask()
            finally:
                self._asking.release()
        if not self._version:
            raise OperationalError("The database has not answered yet.")
        return self._version

    def _ask(self) -> None:
        now = time.monotonic()
        if now < self._until:
            return  # another thread has asked meanwhile
        try:
            self._version = ContentChange.objects.version()
            self._until = now + CHECK_EVERY
        except Error as error:
            self._until = self._away_until = time.monotonic() + AWAY_FOR
            logger.warning("The database does not answer, only kept pages are shown: %s", error)

    def known(self) -> str:
        """The same, empty when the database would have to be asked."""
        return self._version if time.monotonic() < self._until else ""

    def is_away(self) -> bool:
        """Whether the database did not answer a moment ago."""
        return time.monotonic() < self._away_until

    def forget(self) -> None:
        self._until = self._away_until = 0.0


current_version = CurrentVersion()
