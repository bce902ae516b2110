"""What other processes do in the tests of one index that several have open. Importing this sets Django up."""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()

from search.engines.embedded import EmbeddedEngine
from search.works import WorkDocument, WorkText


def read_until(folder: Path, languages: Sequence[str], number: int, seen: Any) -> None:
    """Reports each number of works that the index has, and when it was seen, until it is `number`."""
    engine = EmbeddedEngine(folder, languages)
    last = 0
    while last < number:
        if (documents := engine.status().documents) != last:
            last = documents
            seen.put((last, time.monotonic()))
        time.sleep(0.005)


def write_and_stay(folder: Path, languages: Sequence[str], ready: Any) -> None:
    """Writes a work, says so, and keeps the index locked until killed."""
    engine = EmbeddedEngine(folder, languages)
    engine.apply([WorkDocument("1", "news", (WorkText("en", 1, "/1/", "Work 1"),))])
    ready.set()
    time.sleep(600)
