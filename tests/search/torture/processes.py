"""What the processes of the torture test do.

Importing this module sets Django up. The server that forks the processes imports it once, so that starting one costs
nothing: they can be killed as often as one likes.
"""

import gc
import os
import random
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from django.utils.translation import override  # noqa: E402

import search.outbox  # noqa: E402, F401
from search.engines import EngineUnavailable  # noqa: E402
from search.models import IndexChange  # noqa: E402
from search.rebuild import needs_rebuild  # noqa: E402

from .operations import Editor  # noqa: E402

# Addresses are read from all modules with views, in each language: once, and not in each process.
for _code, _name in settings.LANGUAGES:
    with override(_code):
        get_resolver().reverse_dict  # noqa: B018

# Nobody looks for circles among what all processes share.
gc.freeze()
gc.set_threshold(100_000)


def manage(log: str, *arguments: str) -> None:
    """A command of manage.py."""
    _write_to(log)
    execute_from_command_line(["manage.py", *arguments])


def is_settled(log: str) -> None:
    """Ends with status 0 if nothing waits and no rebuild is needed."""
    _write_to(log)
    try:
        sys.exit(IndexChange.objects.exists() or bool(needs_rebuild()))
    except EngineUnavailable:
        sys.exit(1)


def edit(log: str, seed: int, done: Any, journal: str) -> None:
    """Changes content until killed, counts in `done`, and notes in the file `journal` what it does."""
    _write_to(log)
    editor = Editor(random.Random(seed))
    with Path(journal).open("a", buffering=1) as notes:
        while True:
            notes.write(f"{editor.step()}\n")
            done.value += 1


def _write_to(log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(file, stream.fileno())
