"""Changes content at random while worker, editor, rebuilds and engine are killed, then compares index and database.

    python -m tests.search.torture                                    2,000 operations, 40 kills, embedded engine
    python -m tests.search.torture --operations 50000 --kills 1000    a long run
    python -m tests.search.torture --engine elasticsearch             with a server of its own
    python -m tests.search.torture --seed 7                           the same choices again

Everything is real: processes that are ended by SIGKILL, the database, the engine. At the end
`manage.py search_check` must find no difference.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 3
OPERATIONS_A_KILL = 15  # on average, however fast the machine is
OPERATIONS_A_REBUILD = 3  # before it is killed: it takes a second
PATIENCE = 120.0  # seconds that the worker gets to bring everything into the index


def damage(index: Path, way: str) -> None:
    # Somebody may be making the index anew: then there is less to damage.
    with contextlib.suppress(FileNotFoundError):
        if way == "gone":
            shutil.rmtree(index, ignore_errors=True)
        elif way == "garbage":
            (index / "current").write_bytes(b"\xff\x00garbage")
        else:
            for file in index.glob("*/meta.json"):
                file.write_bytes(file.read_bytes()[:20])


class Torture:
    """One run, with its data in `folder`."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder = folder
        self.options = options
        self.random = random.Random(options.seed)
        self.log = str(folder / "log")
        self.journal = str(folder / "journal")
        self.kills: Counter[str] = Counter()
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload(["tests.search.torture.processes"])
        self.done = self.processes.RawValue("q", 0)
        self.node: Any = None
        self.running: dict[str, Any] = {}
        self.comparisons = 0

    def run(self) -> None:
        """Rounds of two stretches. A rebuild would hide what was lost before it: so the first stretch has none."""
        self.prepare()
        try:
            for number in range(1, 2 * ROUNDS + 1):
                self.stretch(number / (2 * ROUNDS), rebuilding=number % 2 == 0)
                self.compare()
        finally:
            for name in list(self.running):
                self.kill(name)

    def stretch(self, share: float, *, rebuilding: bool) -> None:
        """Goes on until this share of the operations and kills is done, and the engine was broken where it may be."""
        self.start("worker")
        self.start("editor")
        whole = self.kills["engine"] if bool(self.node) != rebuilding else -1
        while not (over := self.is_done(share)) or self.kills["engine"] == whole:
            self.wait()
            if any(self.running[name].exitcode is not None for name in ("editor", "worker")):
                raise RuntimeError("The editor or the worker has ended by itself.")
            self.kill("worker")
            self.start("worker")
            if self.random.random() < 0.2:
                self.kill("editor")
                self.start("editor")
            if rebuilding and self.random.random() < 0.4:
                self.kill("search_rebuild")
                self.start("search_rebuild")
            if over or self.is_stopped() or self.random.random() < (0.04 if self.node else 0.08):
                self.break_engine(rebuilding)

    def wait(self) -> None:
        """Lets the editor do some operations, and a moment pass, so that a kill comes at any point of one."""
        rebuild = self.running.get("search_rebuild")
        usual = OPERATIONS_A_REBUILD if rebuild and rebuild.exitcode is None else OPERATIONS_A_KILL
        end = self.done.value + self.random.expovariate(1 / usual)
        while self.done.value < end and self.running["editor"].exitcode is None:
            time.sleep(0.02)
        time.sleep(self.random.uniform(0, 0.3))

    def is_done(self, share: float) -> bool:
        return (
            self.done.value >= share * self.options.operations and self.kills["worker"] >= share * self.options.kills
        )

    def compare(self) -> None:
        """Lets the worker bring everything into the index, and compares."""
        self.kill("editor")
        if self.is_stopped():
            self.node.start()
        if self.node:
            self.node.wait()
        if rebuild := self.running.pop("search_rebuild", None):
            rebuild.join()
        self.kill("worker")
        self.start("worker")
        end = time.monotonic() + PATIENCE
        while self.outcome("is_settled"):
            if time.monotonic() > end:
                raise RuntimeError("The outbox was not drained.")
            time.sleep(0.2)
        self.kill("worker")
        if self.outcome("search_check"):
            raise RuntimeError("Index and database differ.")
        self.comparisons += 1

    # Processes

    def start(self, name: str) -> None:
        """Starts the editor, or a command of manage.py."""
        from . import processes

        if name == "editor":
            target, arguments = processes.edit, (self.random.getrandbits(32), self.done, self.journal)
        elif name == "is_settled":
            target, arguments = processes.is_settled, ()
        else:
            target, arguments = processes.manage, (name,)
        self.running[name] = self.processes.Process(target=target, args=(self.log, *arguments))
        self.running[name].start()

    def kill(self, name: str) -> None:
        """Ends a process by SIGKILL, if it still runs."""
        if process := self.running.pop(name, None):
            self.kills[name] += process.exitcode is None
            process.kill()
            process.join()

    def outcome(self, name: str) -> int:
        """The exit status of a command."""
        self.start(name)
        process = self.running.pop(name)
        process.join()
        status: int = process.exitcode
        return status

    # Database and engine

    def prepare(self) -> None:
        database = self.folder / "hub.sqlite3"
        if self.options.database:
            shutil.copy(self.options.database, database)
        else:
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        if self.options.engine == "elasticsearch":
            from tests.elasticsearch.server import Node, free_port

            self.node = Node(self.folder / "elasticsearch", free_port())
            self.node.start()
            self.node.wait()
            os.environ["ELASTICSEARCH_URL"] = self.node.url
        from . import processes  # noqa: F401  sets Django up
        from .operations import prepare

        prepare()
        if self.outcome("search_rebuild"):
            raise RuntimeError("The index could not be made.")

    def is_stopped(self) -> bool:
        return bool(self.node) and not self.node.process

    def break_engine(self, rebuilding: bool) -> None:
        """Stops Elasticsearch, or starts it again. Damages the embedded index, if it may be made anew."""
        if self.is_stopped():
            self.node.start()
            return
        if self.node or rebuilding:
            self.kills["engine"] += 1
        if self.node:
            self.node.wait()
            self.node.kill()
        elif rebuilding:
            damage(self.folder / "index", self.random.choice(["gone", "garbage", "truncated"]))

    def report(self) -> dict[str, Any]:
        with sqlite3.connect(self.folder / "hub.sqlite3") as database:
            live = "SELECT count(*) FROM wagtailcore_page WHERE live AND depth > 3"
            pages = database.execute(live).fetchone()[0]
        return {
            "engine": self.options.engine,
            "seed": self.options.seed,
            "operations": self.done.value,
            "kills": dict(self.kills),
            "comparisons": self.comparisons,
            "live pages": pages,
            "kinds": dict(Counter(Path(self.journal).read_text().split()).most_common()),
        }


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.search.torture", description=__doc__.partition("\n")[0])
    parser.add_argument("--operations", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=40, help="of the worker; others come on top")
    parser.add_argument("--engine", choices=["embedded", "elasticsearch"], default="embedded")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--database", type=Path, help="an SQLite file with the hub's tables, to copy: saves a minute")
    options = parser.parse_args()
    print(f"Seed {options.seed}", flush=True)
    start = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="hub-torture-"))
    for name in [name for name in os.environ if name.startswith("ELASTICSEARCH_")]:
        del os.environ[name]
    os.environ.pop("DEBUG", None)
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/hub.sqlite3",
        "SECRET_KEY": "a-key-for-the-torture-" * 3,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    torture = Torture(folder, options)
    try:
        torture.run()
    except RuntimeError as error:
        print(f"{error} All is kept in {folder}; the log ends with:", flush=True)
        print(Path(torture.log).read_text(errors="replace")[-8000:])
        return 1
    finally:
        if torture.node:
            torture.node.kill()
    print(json.dumps(torture.report() | {"seconds": round(time.monotonic() - start, 1)}), flush=True)
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
