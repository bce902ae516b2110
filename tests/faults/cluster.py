"""Publishes at the large size while one of each kind is killed: no reader sees an error, and nothing is lost.

    python -m tests.faults.cluster                            one round of kills
    python -m tests.faults.cluster --seconds 600 --seed 7     ten minutes of rounds, with the same choices again

Two web servers and two workers, each with a folder of its own, share a PostgreSQL, three nodes of Elasticsearch, a
bucket, a mail server, and Redis or Valkey where this machine has one. Readers come through a balancer that does what
proxies do. In each round a web server, a worker and a node are killed, and come back.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random, SystemRandom
from typing import Any
from urllib.parse import quote

import psycopg

from config.start import web_server
from tests import run as groups
from tests.elasticsearch import server as elasticsearch

from .__main__ import ROOT, Fault, MailServer, Run, report, set_environment

KINDS = ("web", "worker", "search")
PATIENCE = 180.0  # seconds, until what was killed is there again: a node is begun anew while all others work
READERS = 6
# Seconds after the kill of a node in which a search may have waited for it: then results are the simpler ones.
LOOKING_FOR_A_NODE = 6.0
# Seconds after which no reader gets a page from before a publication.
FRESH_AFTER = 1.0
SEARCHES_A_MINUTE = 60
SIMPLER = "The search index is not available at the moment."


def missing() -> str:
    """What this machine lacks, and how to get it; empty if nothing. Only a build server has to have a cache."""
    try:
        groups.postgresql_control()
    except groups.Missing as reason:
        return str(reason)
    if not cache_server() and os.environ.get("CI") == "true":
        return "Neither Redis nor Valkey was found; on Debian and Ubuntu: apt-get install redis-server"
    return elasticsearch.missing()


def cache_server() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


@contextlib.contextmanager
def running_cache(folder: Path) -> Iterator[str]:
    """Yields the address of a cache for all, empty where this machine has no server for one."""
    server, port = cache_server(), elasticsearch.free_port()
    if not server:
        yield ""
        return
    command = [server, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with (folder / "cache-log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running_bucket() -> Iterator[str]:
    """Yields the address of a bucket, as the setting MEDIA_STORAGE takes it."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    buckets = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-central-1")
    buckets.create_bucket(Bucket="hub", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    try:
        yield f"s3://hub?endpoint=http://{host}:{port}&region=eu-central-1"
    finally:
        server.stop()


class ClusterRun(Run):
    pause = 0.8

    def __init__(
        self, folder: Path, options: argparse.Namespace, mails: MailServer, nodes: Sequence[elasticsearch.Node]
    ) -> None:
        super().__init__(folder, options, mails)
        self.nodes = nodes
        self.ports = {f"web {number}": elasticsearch.free_port() for number in (1, 2)}
        self.names = [*self.ports, "worker 1", "worker 2", *(f"search {number}" for number in (1, 2, 3))]
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.readers_end = threading.Event()
        # Web servers that were killed and are not ready again, and those that the balancer leaves out.
        self.killed: set[str] = set()
        self.left_out: set[str] = set()
        self.node_killed_at = -LOOKING_FOR_A_NODE
        # Posts that went live at once, and since when, in seconds of time.monotonic().
        self.live_since: dict[str, float] = {}
        self.cookie = ""

    # Processes

    def start(self, name: str) -> None:
        kind, _, number = name.partition(" ")
        if name not in self.names:
            super().start(name)
        elif kind == "search":
            self.nodes[int(number) - 1].start()
        else:
            command = web_server(self.ports[name]) if kind == "web" else [sys.executable, "manage.py", "worker"]
            data = {"DATA_DIR": str(self.folder / name)}
            with Path(self.log).open("ab") as log:
                self.running[name] = subprocess.Popen(
                    command, cwd=ROOT, env=os.environ | data, stdout=log, stderr=log, start_new_session=True
                )

    def kill(self, name: str) -> None:
        kind, _, number = name.partition(" ")
        if kind == "search":
            self.node_killed_at = time.monotonic()
            self.nodes[int(number) - 1].kill()
        elif kind in KINDS:
            self.killed |= {name} & self.ports.keys()
            elasticsearch.kill_group(self.running.pop(name))
        else:
            super().kill(name)
            return
        self.kills[kind] += 1

    # Readers

    def fetch(self, path: str) -> int:
        return self.ask_server("web 1", path)[0]

    def ask_server(self, name: str, path: str, *, address: str = "", cookie: str = "") -> tuple[int, str]:
        """Status and body. Raises OSError, HTTPException."""
        connection = HTTPConnection("127.0.0.1", self.ports[name], timeout=60)
        try:
            headers = {"X-Forwarded-For": address or "10.0.0.1", "Cookie": cookie, "Accept-Encoding": "identity"}
            connection.request("GET", f"/{path}", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def ask(self, query: str) -> list[Any]:
        with psycopg.connect(os.environ["DATABASE_URL"]) as database:
            cursor = database.execute(query)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def ask_balancer(self, path: str, random: Random, *, cookie: str = "") -> str:
        """The body, from a server that is not left out. One that does not answer is, until it is ready again."""
        while True:
            name = random.choice(sorted(self.ports.keys() - self.left_out))
            # Each is another reader.
            address = ".".join(["10", *(str(random.randrange(256)) for _ in range(3))])
            try:
                status, body = self.ask_server(name, path, address=address, cookie=cookie)
            except (OSError, HTTPException) as error:
                if name not in self.killed:
                    raise Fault(f"{name} does not answer for /{path}: {error!r}.") from error
                self.left_out.add(name)
                self.counts["sent on to the other server"] += 1
                continue
            if status != 200:
                raise Fault(f"{name} answers /{path} with {status}: {body[:500]}")
            self.counts["answers"] += 1
            return body

    def read(self, number: int) -> None:
        """What a reader does, until told to end. The last of them is an editor, for whom nothing is kept."""
        random = Random(f"{self.options.seed} {number}")
        cookie = f"sessionid={self.cookie}" if number == READERS - 1 else ""
        try:
            while not self.readers_end.is_set():
                self.read_one(random, cookie)
        except Fault as fault:
            self.faults.append(str(fault))

    def read_one(self, random: Random, cookie: str) -> None:
        title = random.choice(list(self.live_since) or ["Bridge"])
        what = random.choice(["home", "listing", "post", "search", "admin" if cookie else "picture"])
        begun = time.monotonic()
        if what == "home":
            self.ask_balancer(random.choice(["en/", "de/"]), random, cookie=cookie)
        elif what == "listing":
            due = [title for title, moment in self.live_since.copy().items() if moment < begun - FRESH_AFTER]
            page = self.ask_balancer("en/news/", random, cookie=cookie)
            if due and address_of(due[-1]) not in page:
                raise Fault(f"A second after {due[-1]} was published a reader got the page from before.")
        elif what == "post":
            self.ask_balancer(address_of(title), random, cookie=cookie)
        elif what == "admin":
            self.ask_balancer("admin/pages/", random, cookie=cookie)
        elif what == "search":
            page = self.ask_balancer(f"en/search/?q={quote(title)}", random, cookie=cookie)
            self.counts["searches"] += 1
            if SIMPLER in page:
                self.counts["searches that the database answered"] += 1
                if begun > self.node_killed_at + LOOKING_FOR_A_NODE:
                    raise Fault("A search found no index though two nodes of three are there.")
        else:
            pictures = re.findall(r'src="/(pictures/[^"]+)"', self.ask_balancer("en/news/bridge/", random))
            self.ask_balancer(random.choice(pictures).replace("&amp;", "&"), random)

    # The run

    def run(self) -> dict[str, Any]:
        self.prepare()
        start, readers = time.monotonic(), []
        try:
            for name in (*self.names[:4], "editor"):
                self.start(name)
            for name in self.ports:
                self.wait_for(lambda name=name: self.is_ready(name), f"{name} did not start")
            readers = [threading.Thread(target=self.read, args=(number,)) for number in range(READERS)]
            for reader in readers:
                reader.start()
            while not self.kills or time.monotonic() < start + self.options.seconds:
                self.kill_one_of_each()
            self.kill("editor")
            self.watch(3)
            self.readers_end.set()
            self.settle()
            kills = dict(self.kills)
            del kills["editor"]
            cache = os.environ["CACHE_URL"].partition(":")[0] or "a folder for each server"
            return {"seed": self.options.seed, "kills": kills, "cache": cache, **self.counts} | self.compare()
        finally:
            self.readers_end.set()
            for reader in readers:
                reader.join()
            for name in list(self.running):
                self.kill(name)

    def prepare(self) -> None:
        for command in ("migrate -v0", "sync_languages", "collectstatic --no-input -v0"):
            self.command(command)
        for node in self.nodes:
            node.wait(nodes=3)
        self.command("search_rebuild")
        from . import processes

        told = self.folder / "cookie"
        beginning = self.processes.Process(target=processes.begin, args=(self.log, str(told)))
        beginning.start()
        beginning.join()
        self.cookie = told.read_text()

    def is_ready(self, name: str) -> bool:
        try:
            return self.ask_server(name, "readyz")[0] == 200
        except (OSError, HTTPException):
            return False

    def watch(self, seconds: float) -> None:
        """Lets time go by, notes what is published, and raises Fault as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            time.sleep(0.1)

    def look(self) -> None:
        for title in self.titles():
            if int(title.rpartition(" ")[2]) % 3:
                self.live_since.setdefault(title, time.monotonic())
        if self.faults:
            raise Fault(self.faults[0])
        for name, process in self.running.items():
            if name in self.names and process.poll() is not None:
                raise Fault(f"{name} has ended by itself.")

    def wait_for(self, condition: Any, sentence: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                raise Fault(f"{sentence}.")
            self.watch(0.2)

    def kill_one_of_each(self) -> None:
        """A web server, a worker and a node go in any order, are away together, and come back in any order."""
        chosen = [self.random.choice([name for name in self.names if name.startswith(kind)]) for kind in KINDS]
        for name in self.random.sample(chosen, len(chosen)):
            self.watch(self.random.uniform(0.5, 3))
            self.kill(name)
        self.watch(self.random.uniform(2, 5))
        for name in self.random.sample(chosen, len(chosen)):
            self.start(name)
            self.watch(self.random.uniform(0, 1))
        for name in self.ports.keys() & set(chosen):
            self.wait_for(lambda name=name: self.is_ready(name), f"{name} did not come back")
            self.killed.discard(name)
            self.left_out.discard(name)
        self.wait_for(self.has_all_copies, "Elasticsearch did not come back")

    def has_all_copies(self) -> bool:
        """Whether all three nodes are there, and each part of the index is on two of them."""
        return all(node.is_well(nodes=3, status="green") for node in self.nodes)

    def settle(self) -> None:
        self.wait_for(self.is_done, "The workers do not get done with their work")
        super().settle()

    def is_done(self) -> bool:
        waiting = self.ask(
            "SELECT (SELECT count(*) FROM wagtailcore_revision WHERE approved_go_live_at IS NOT NULL)"
            " + (SELECT count(*) FROM search_indexchange)"
            " + (SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = 'READY')"
        )
        return waiting == [(0,)]

    def compare(self) -> dict[str, Any]:
        figures = super().compare()
        for name in self.ports:
            for number, title in enumerate(self.titles()):
                status, page = self.ask_server(name, address_of(title))
                if status != 200 or title not in page:
                    raise Fault(f"{name} answers {title} with {status}.")
                address = f"10.1.{number // 256}.{number % 256}"
                _status, page = self.ask_server(name, f"en/search/?q=%22{quote(title)}%22", address=address)
                if address_of(title) not in page or SIMPLER in page:
                    raise Fault(f"{title} is not found by {name}.")
        if os.environ["CACHE_URL"]:
            self.compare_limits()
        return figures

    def compare_limits(self) -> None:
        """Both web servers count together what one address asks for."""
        while time.time() % 60 > 40:  # they count by the minute
            time.sleep(1)
        names = list(self.ports) * (SEARCHES_A_MINUTE * 2 // 3)
        statuses = [self.ask_server(name, "en/search/?q=bridge", address="10.2.0.1")[0] for name in names]
        if statuses.count(200) != SEARCHES_A_MINUTE:
            raise Fault(f"One address was answered {statuses.count(200)} searches a minute.")


def address_of(title: str) -> str:
    """The path of a post."""
    return f"en/news/{title.lower().replace(' ', '-')}/"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.cluster", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=0, help="begin a new round for so long; one there is always")
    parser.add_argument("--seed", type=int, default=SystemRandom().getrandbits(32))
    options = parser.parse_args()
    if reason := missing():
        print(reason, file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="hub-cluster-"))
    mails = MailServer()
    set_environment(folder, mails)
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="hub-cluster-", ignore_cleanup_errors=True))
        nodes = stack.enter_context(elasticsearch.cluster(Path(data)))
        os.environ |= {
            "DATABASE_URL": stack.enter_context(groups.temporary_cluster()),
            "ELASTICSEARCH_URL": ",".join(node.url for node in nodes),
            "CACHE_URL": stack.enter_context(running_cache(folder)),
            "MEDIA_STORAGE": stack.enter_context(running_bucket()),
            "STATIC_ROOT": str(folder / "static"),
            "PROXIES": "1",
            "SEARCHES_PER_MINUTE": str(SEARCHES_A_MINUTE),
        }
        return report(ClusterRun(folder, options, mails, nodes))


if __name__ == "__main__":
    sys.exit(main())
