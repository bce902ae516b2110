"""Ends PostgreSQL and starts it again while readers read, an editor publishes and a worker works.

    python -m tests.faults.restarts                 2 restarts
    python -m tests.faults.restarts --kills 30      more of them

Nobody starts web server, worker or editor again: they have to come back by themselves. See `tests.faults.__main__`.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.faults.__main__ import ROOT, Fault, MailServer, Run, report, set_environment
from tests.postgresql import Cluster, running, tool

AWAY = 3.0  # seconds


class Restarts(Run):
    def __init__(self, cluster: Cluster, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.cluster = cluster
        self.seen: dict[int, int] = {}

    def ask(self, query: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def prepare(self) -> None:
        if self.options.dump:
            command = [tool("pg_restore"), "--no-owner", f"--dbname={self.cluster.url}", str(self.options.dump)]
        else:
            command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, check=True)
        for command in ("sync_languages", "collectstatic --no-input -v0", "search_rebuild"):
            self.command(command)

    def run(self) -> dict[str, Any]:
        self.prepare()
        try:
            for name in ("web", "worker", "editor"):
                self.start(name)
            self.wait_for(self.is_served, "The web server did not start")
            self.wait_for(lambda: len(self.titles()) > 3, "Nothing is published")
            for number in range(self.options.kills):
                self.restart("immediate" if number % 2 == 0 else "fast")
            for name, process in self.running.items():
                if (process.poll() if name == "web" else process.exitcode) is not None:
                    raise Fault(f"{name} has ended.")
            self.kill("editor")
            self.wait_for(self.is_done, "The worker does not come back")
            self.kill("worker")
            self.settle()
            return {"seed": self.options.seed, "restarts": self.options.kills, "answers": self.seen} | self.compare()
        finally:
            for name in list(self.running):
                self.kill(name)

    def restart(self, mode: str) -> None:
        page = f"en/news/{self.titles()[0].lower().replace(' ', '-')}/"
        self.wait_for(lambda: self.fetch(page) == 200, "A page is not there")
        self.cluster.stop(mode)
        end = time.monotonic() + AWAY
        while time.monotonic() < end:
            self.read(page)
            self.read(f"en/news/?page={self.random.randint(1, 10**6)}")
            time.sleep(0.1)
        published = len(self.titles())
        self.cluster.start()
        self.wait_for(lambda: self.read("de/") == 200, "The web server does not come back")
        self.wait_for(lambda: len(self.titles()) > published + 3, "The editor does not come back")

    def read(self, path: str) -> int:
        """The status, of which only 200 and 503 with the time to come again may be."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
                status, text, again = answer.status, answer.read().decode(), None
        except HTTPError as error:
            status, text, again = error.code, error.read().decode(), error.headers["Retry-After"]
        if status not in (200, 503) or (status == 503 and not again) or "Traceback" in text:
            raise Fault(f"/{path} is answered with {status} while the database is away.")
        self.seen[status] = self.seen.get(status, 0) + 1
        return status

    def is_done(self) -> bool:
        """Whether nothing waits, neither tasks nor the index, but for what was cut off and is known by its time."""
        ready = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'READY'"
        waiting = "SELECT count(*) FROM search_indexchange WHERE NOT applied"
        late = "SELECT count(*) FROM wagtailcore_revision WHERE approved_go_live_at IS NOT NULL"
        return all(self.ask(query) == [(0,)] for query in (ready, waiting, late))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.restarts", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--dump", type=Path, help="a migrated database by pg_dump --format=custom: saves a minute")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hub-restarts-"))
    mails = MailServer()
    with running() as cluster:
        set_environment(folder, mails)
        os.environ["DATABASE_URL"] = cluster.url
        return report(Restarts(cluster, folder, options, mails))


if __name__ == "__main__":
    sys.exit(main())
