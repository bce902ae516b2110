"""Publishes while web server, worker and editor are killed, then looks whether anything is lost or there twice.

    python -m tests.faults                              12 kills
    python -m tests.faults --kills 500 --seed 7         a long run, with the same choices again

Everything is real: processes that are ended by SIGKILL, SQLite, the embedded index, granian, and a mail server.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import socket
import socketserver
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from config.start import web_server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180.0  # seconds; machines that test are busy
MODERATORS = 2  # see browser.py


class Fault(Exception):  # noqa: N818 - what the test looks for
    """Something was lost or is there twice; the message says what."""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails, and keeps the Message-IDs of each subject."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), MailHandler)
        self.received: dict[str, list[str]] = defaultdict(list)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A worker that was killed in the middle."""


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            command = line[:4].upper()
            if command == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                headers = {}
                for part in iter(self.rfile.readline, b".\r\n"):
                    if not part:
                        return  # cut off: such a mail is not taken
                    name, _colon, value = part.decode().partition(":")
                    headers.setdefault(name, value.strip())
                self.server.received[headers["Subject"]].append(headers["Message-ID"])  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")


class Run:
    """One run, with its data in `folder`."""

    pause = 0.05  # seconds between two posts

    def __init__(self, folder: Path, options: argparse.Namespace, mails: MailServer) -> None:
        self.folder, self.options, self.mails = folder, options, mails
        self.random = random.Random(options.seed)
        self.log, self.journal, self.sent = str(folder / "log"), str(folder / "journal"), str(folder / "sent")
        self.kills: Counter[str] = Counter()
        self.processes = multiprocessing.get_context("forkserver")
        self.processes.set_forkserver_preload(["tests.faults.processes", "tests.faults.browser"])
        self.running: dict[str, Any] = {}
        self.editors = 0
        self.next_kill_in_web = 0.0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def start(self, name: str) -> None:
        from . import browser, processes

        if name == "web":
            with Path(self.log).open("ab") as log:
                self.running[name] = subprocess.Popen(
                    web_server(self.port), cwd=ROOT, stdout=log, stderr=log, start_new_session=True
                )
            return
        if name == "editor":
            self.editors += 1
            target, arguments = processes.publish, (self.journal, str(self.editors), self.pause)
        elif name == "browser":
            target, arguments = browser.send, (self.sent, self.port)
        elif name == "people":
            target, arguments = browser.prepare, ()
        else:
            target, arguments = processes.manage, tuple(name.split())
        self.running[name] = self.processes.Process(target=target, args=(self.log, *arguments))
        self.running[name].start()

    def kill(self, name: str) -> None:
        process = self.running.pop(name, None)
        if process is None:
            return
        if name == "web":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        else:
            process.kill()
            process.join()
        self.kills[name] += 1

    def kill_one_of_web(self) -> None:
        """Ends one of the processes that answer readers; the server is to start another.

        Granian gives up on a process that ends twice within 5.5 s (a loop of crashes), so nobody does that here.
        """
        if time.monotonic() < self.next_kill_in_web or not self.is_served():
            return
        web = self.running["web"].pid
        children = Path(f"/proc/{web}/task/{web}/children").read_text().split()
        answering = [pid for pid in children if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes()]
        os.kill(int(self.random.choice(answering)), signal.SIGKILL)
        self.kills["one of the web server's"] += 1
        self.next_kill_in_web = time.monotonic() + 8

    def command(self, name: str) -> None:
        """Runs a command of manage.py to its end."""
        self.start(name)
        process = self.running.pop(name)
        process.join()
        if process.exitcode:
            raise Fault(f"manage.py {name} says that something is wrong.")

    def run(self) -> dict[str, Any]:
        self.prepare()
        try:
            for name in ("web", "worker", "editor", "browser"):
                self.start(name)
            self.wait_for(self.is_served, "The web server did not start")
            answered = 0
            while self.kills.total() < self.options.kills or not self.titles() or self.kills["web"] < 2:
                time.sleep(self.random.uniform(0.05, 1.0))
                name = self.random.choice(["worker", "worker", "worker", "editor", "web", "one of the web server's"])
                if self.random.random() < 0.3 and self.running["web"].poll() is None:
                    self.look_at(self.random.choice(self.titles() or [""]))
                if name == "one of the web server's":
                    self.kill_one_of_web()
                    continue
                if name == "web":
                    if len(self.answered()) == answered and self.running["browser"].exitcode is None:
                        continue  # not before something came through the admin again
                    answered = len(self.answered())
                self.kill(name)
                self.start(name)
            if self.running["web"].poll() is not None:
                raise Fault("The web server has ended as one of its processes was killed.")
            if self.running["browser"].exitcode is not None:
                raise Fault("An editor's form was refused.")
            kills = dict(self.kills)
            self.kill("editor")
            self.kill("browser")
            self.kill("worker")
            self.settle()
            self.wait_for(self.is_served, "The web server did not come back")
            return {"seed": self.options.seed, "kills": kills} | self.compare()
        finally:
            for name in list(self.running):
                self.kill(name)

    def prepare(self) -> None:
        if self.options.database:
            shutil.copy(self.options.database, self.folder / "hub.sqlite3")
        else:
            subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
        self.command("sync_languages")
        self.command("collectstatic --no-input -v0")
        self.command("search_rebuild")
        self.command("people")

    def settle(self) -> None:
        """As hours later: what belonged to killed workers waits again, and a worker does all of it."""
        time.sleep(1.1)
        self.ask("UPDATE django_tasks_database_dbtaskresult SET started_at = '2020-01-01' WHERE status = 'RUNNING'")
        # The first call carries out what is scheduled, the second what that left to do.
        for _number in range(2):
            self.command("worker --once")

    def ask(self, query: str) -> list[Any]:
        with contextlib.closing(sqlite3.connect(self.folder / "hub.sqlite3", timeout=30)) as database, database:
            return database.execute(query).fetchall()

    def titles(self) -> list[str]:
        """Posts that were committed before their editor was killed."""
        return Path(self.journal).read_text().splitlines() if Path(self.journal).exists() else []

    def answered(self) -> list[str]:
        """Pages that were sent through the admin, and answered well."""
        return Path(self.sent).read_text().splitlines() if Path(self.sent).exists() else []

    def is_served(self) -> bool:
        try:
            return self.fetch("healthz") == 200
        except OSError:
            return False

    def fetch(self, path: str) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
                return answer.status
        except HTTPError as error:
            return error.code

    def look_at(self, title: str) -> None:
        """No reader sees a fault, whoever was killed. A web server that has just begun takes no connection."""
        with contextlib.suppress(OSError):
            if (status := self.fetch(f"en/news/{title.lower().replace(' ', '-')}/")) >= 500:
                raise Fault(f"{title} is answered with {status}.")

    def wait_for(self, condition: Any, sentence: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise Fault(f"{sentence}.")
            time.sleep(0.1)

    def compare(self) -> dict[str, Any]:
        """Raises Fault."""
        posts = "FROM wagtailcore_page WHERE title LIKE 'Post %'"
        there = dict(self.ask(f"SELECT title, live {posts}"))
        if lost := [title for title in self.titles() if title not in there]:
            raise Fault(f"Lost after they were committed: {lost[:5]}")
        if drafts := [title for title, live in there.items() if not live]:
            raise Fault(f"Not live: {drafts[:5]}")
        (count,) = self.ask(f"SELECT count(*) {posts}")[0]
        if count != len(there):
            raise Fault("A page is there twice.")
        published = "SELECT label FROM wagtailcore_pagelogentry WHERE action IN ('wagtail.publish',"
        published += " 'wagtail.publish.scheduled') AND label LIKE 'Post %' GROUP BY label HAVING count(*) > 1"
        if twice := self.ask(published):
            raise Fault(f"Published twice: {twice[:5]}")
        scheduled = self.ask("SELECT count(*) FROM wagtailcore_revision WHERE approved_go_live_at IS NOT NULL")
        if scheduled != [(0,)]:
            raise Fault(f"{scheduled[0][0]} publications are still to come.")
        tasks = "SELECT task_path, status FROM django_tasks_database_dbtaskresult WHERE status != 'SUCCESSFUL'"
        if left := self.ask(tasks):
            raise Fault(f"Tasks that are not done: {left[:5]}")
        received = {subject: ids for subject, ids in self.mails.received.items() if subject.startswith("Post ")}
        if received.keys() != there.keys():
            raise Fault(f"Mails lost, or sent for nothing: {sorted(received.keys() ^ there.keys())[:5]}")
        if double := [title for title, ids in received.items() if len(set(ids)) > 1]:
            raise Fault(f"Mails that went twice as different ones: {double[:5]}")
        for title in self.random.sample(sorted(there), min(10, len(there))):
            if (status := self.fetch(f"en/news/{title.lower().replace(' ', '-')}/")) != 200:
                raise Fault(f"{title} is answered with {status}.")
        through_admin = self.compare_sent()
        self.command("search_check")
        self.command("doctor")
        again = sum(len(ids) - 1 for ids in received.values())
        found = {"publications": len(there), "mails": len(received), "mails sent again with the same id": again}
        return found | through_admin

    def compare_sent(self) -> dict[str, Any]:
        """What came through the admin is there whole or not at all, and there if it was answered. Raises Fault."""
        answered = set(self.answered())
        rows = "SELECT p.title, p.live, p.live_revision_id IS NOT NULL, p.latest_revision_id IS NOT NULL,"
        rows += " (SELECT count(*) FROM wagtailcore_pagelogentry l WHERE l.page_id = p.id AND l.action = '{}'),"
        rows += " (SELECT count(*) FROM wagtailcore_workflowstate w WHERE w.object_id = CAST(p.id AS text))"
        rows += " FROM wagtailcore_page p WHERE p.title LIKE '{} %'"
        sent = self.ask(rows.format("wagtail.publish", "Sent"))
        handed = self.ask(rows.format("wagtail.workflow.start", "Handed"))
        titles = [title for title, *_facts in sent + handed]
        if lost := answered.difference(titles):
            raise Fault(f"Lost after they were answered: {sorted(lost)[:5]}")
        whole = {"Sent": (1, 1, 1, 1, 0), "Handed": (0, 0, 1, 1, 1)}
        if half := [row for row in sent + handed if tuple(map(int, row[1:])) != whole[row[0].split()[0]]]:
            raise Fault(f"Half there: {half[:5]}")
        mails: dict[str, set[str]] = {title: set() for title in titles if title.startswith("Handed")}
        for subject, ids in self.mails.received.items():
            if match := re.search(r'"(Handed \d+)" has been submitted for approval', subject):
                mails.setdefault(match[1], set()).update(ids)
        if wrong := {title: ids for title, ids in mails.items() if len(ids) != MODERATORS or title not in titles}:
            raise Fault(f"Not one mail for each moderator: {wrong}")
        return {"through the admin": len(sent), "handed in": len(handed)}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=12)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--database", type=Path, help="an SQLite file with the hub's tables, to copy: saves a minute")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hub-faults-"))
    mails = MailServer()
    set_environment(folder, mails)
    return report(Run(folder, options, mails))


def set_environment(folder: Path, mails: MailServer) -> None:
    """What the processes of a run are told, and nothing that another hub on this machine is."""
    for name in [name for name in os.environ if name.startswith(("ELASTICSEARCH_", "CACHE_URL", "MEDIA_STORAGE"))]:
        del os.environ[name]
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "DEBUG": "",
        "LANGUAGES": "en,de",
        "SECRET_KEY": "a-key-for-the-kill-test-" * 3,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{mails.server_address[1]}",
    }


def report(run: Run) -> int:
    """Runs, prints the figures or the fault, and returns the exit status. After a fault everything is kept."""
    start = time.monotonic()
    try:
        print(json.dumps(run.run() | {"seconds": round(time.monotonic() - start, 1)}), flush=True)
    except Fault as fault:
        print(f"{fault} Seed {run.options.seed}; all is kept in {run.folder}; the log ends with:", flush=True)
        print(Path(run.log).read_text(errors="replace")[-8000:])
        return 1
    shutil.rmtree(run.folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
