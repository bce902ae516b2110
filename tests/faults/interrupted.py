"""Kills processes in the middle of what they do, looks at what is there, and has it repeated.

    python -m tests.faults.interrupted                          3 kills of each
    python -m tests.faults.interrupted --kills 50 publish po    of these only
    python -m tests.faults.interrupted --seed 7                 the same choices again

A process ends in front of one of its statements to the database, by SIGKILL. See `tests.faults.scenarios`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.migrated import copy, migrated

# What is there whole or not at all, and what is there when it was repeated.
ONCE = ("publish", "submit")
REPEATED = ("xliff", "po", "tmx", "tbx", "rebuild", "migrate", "load_demo")
NAMES = ONCE + REPEATED


class Fault(Exception):  # noqa: N818 - what the test looks for
    """Something is half there, or not there when it was repeated; the message says what."""


def in_child(*arguments: Any) -> None:
    from . import scenarios  # which the server that forks has imported

    scenarios.run(*arguments)


class Interruptions:
    def __init__(self, folder: Path, database: Path, seed: int) -> None:
        self.folder, self.database, self.random = folder, database, random.Random(seed)
        self.data, self.saved, self.log = folder / "data", folder / "saved", str(folder / "log")
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload(["tests.faults.scenarios"])

    def step(self, name: str, step: str, kill_at: int = 0) -> Any:
        """Runs a step; returns how many statements it made and what it returned, or None if it was killed."""
        answer = self.processes.Queue()
        process = self.processes.Process(target=in_child, args=(self.log, name, step, kill_at, answer))
        process.start()
        while process.is_alive() and answer.empty():
            process.join(0.01)
        found = None if answer.empty() else answer.get()
        process.join()
        if process.exitcode not in (0, -signal.SIGKILL):
            raise Fault(f"{name}: {step} failed.")
        return found

    def back(self) -> None:
        """To where it was before."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.saved, self.data)

    def interrupt(self, name: str, kills: int) -> int:
        """Raises Fault. Returns how many processes were killed."""
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.rmtree(self.saved, ignore_errors=True)
        self.data.mkdir()
        copy(self.database, str(self.data / "hub.sqlite3")).close()
        self.step(name, "prepare")
        shutil.copytree(self.data, self.saved)
        before = self.step(name, "look")[1] if name in ONCE else None
        total, _nothing = self.step(name, "act")
        _count, whole = self.step(name, "look")
        if whole == before:
            raise Fault(f"{name} does nothing.")
        killed = 0
        for _number in range(kills):
            self.back()
            at = self.random.randint(1, total)
            killed += self.step(name, "act", at) is None
            if name in REPEATED:
                self.step(name, "act")
            _count, found = self.step(name, "look")
            if found not in (before, whole):
                raise Fault(f"{name}, killed at statement {at} of {total}: {found}, and not {whole}")
        return killed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.interrupted", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(NAMES)}")
    parser.add_argument("--kills", type=int, default=3, help="of each")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--database", type=Path, help="an SQLite file with the hub's tables, to copy: saves a minute")
    options = parser.parse_args()
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no {unknown.pop()}")
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="hub-interrupted-"))
    database = options.database or migrated(folder)
    for name in [name for name in os.environ if name.startswith(("ELASTICSEARCH_", "CACHE_URL", "MEDIA_STORAGE"))]:
        del os.environ[name]
    os.environ |= {
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": "",
        "DEBUG": "",
        "LANGUAGES": "en,de,fr",
        "SECRET_KEY": "a-key-for-the-kill-test-" * 3,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    (folder / "data").mkdir()
    run = Interruptions(folder, database, options.seed)
    done = {}
    try:
        for name in options.names or NAMES:
            begun = time.monotonic()
            done[name] = {"kills": run.interrupt(name, options.kills), "seconds": round(time.monotonic() - begun, 1)}
    except Fault as fault:
        print(f"{fault}\nSeed {options.seed}; all is kept in {folder}; the log ends with:", flush=True)
        print(Path(run.log).read_text(errors="replace")[-8000:])
        return 1
    print(json.dumps({"seed": options.seed, **done, "seconds": round(time.monotonic() - start, 1)}), flush=True)
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
