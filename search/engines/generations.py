"""Generations of the embedded index: each is a folder of its own, and a file `current` names the one in use.

A generation's name begins with the fingerprint of its schema and of the analysis, so an index that other settings or
another release wrote is never opened.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .protocol import EngineUnavailable

# A generation that is no longer in use stays for the readers that still have it open, in seconds.
KEPT_FOR = 3600


class Generations:
    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint

    def current(self) -> str:
        """The name of the generation in use. Raises EngineUnavailable if there is none that this code can read."""
        try:
            name = (self.folder / "current").read_text(errors="replace").strip()
        except OSError as error:
            raise EngineUnavailable("There is no search index.") from error
        if not name.startswith(self.fingerprint) or not (self.folder / name / "meta.json").is_file():
            raise EngineUnavailable(
                "The search index was made by other settings or another release, or is incomplete."
            )
        return name

    def commit(self, name: str) -> tuple[int, int]:
        """What a generation has another one of after each commit."""
        state = (self.folder / name / "meta.json").stat()
        return state.st_ino, state.st_mtime_ns

    def path(self, name: str) -> str:
        return str(self.folder / name)

    @contextmanager
    def new(self) -> Iterator[str]:
        """The name of a new generation, whose folder is empty. It is in use when the block ends, gone if it fails."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{self.fingerprint}-{time.time_ns():x}"
        (self.folder / name).mkdir()
        try:
            yield name
            self._switch(name)
        except BaseException:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            raise

    def _switch(self, name: str) -> None:
        """Names the new generation in one step, and removes old ones but the last."""
        try:
            before = (self.folder / "current").read_text(errors="replace").strip()
        except OSError:
            before = ""
        new = self.folder / f"current-{name}"
        new.write_text(name)
        new.replace(self.folder / "current")
        for old in self.folder.iterdir():
            if old.is_dir() and old.name not in (name, before) and old.stat().st_mtime < time.time() - KEPT_FOR:
                shutil.rmtree(old, ignore_errors=True)
