"""A real Elasticsearch server, from Maven's central repository.

    python -m tests.elasticsearch.server 9200        until Ctrl-C
    TEST_ELASTICSEARCH_VERSION=8.19.3 make test GROUPS=elasticsearch

The minimal distribution has what the hub needs of a server: its one analyzer, `whitespace`, is part of the core, and
so are the queries, aggregations and the term suggester. It needs Java 21 or newer; the first start fetches 130 MB.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

VERSION = os.environ.get("TEST_ELASTICSEARCH_VERSION", "9.5.3")
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
CACHE = Path(__file__).resolve().parent.parent.parent / ".cache"
OLDEST_JAVA = 21
# The quick compiler alone, and the collector that has no threads of its own: far less work to start.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
JVM_OPTIONS = "-Djava.io.tmpdir=${ES_TMPDIR}\n-XX:-AlwaysPreTouch\n-XX:+ExitOnOutOfMemoryError\n"
LOGGING = """\
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""
SETTINGS = {
    "cluster.name": "hub-tests",
    "network.host": "127.0.0.1",
    "xpack.security.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


def java() -> Path | None:
    """The home of a Java that is new enough: as the environment says, on the path, or where systems keep it."""
    on_path = shutil.which("java")
    places = [os.environ.get("ES_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    places += [str(Path(on_path).resolve().parent.parent)] if on_path else []
    found = [*map(Path, filter(None, places)), *sorted(Path("/usr/lib/jvm").glob("*"))]
    found += sorted(Path("/Library/Java/JavaVirtualMachines").glob("*/Contents/Home"))
    return next((home for home in found if _java_version(home) >= OLDEST_JAVA), None)


def _java_version(home: Path) -> int:
    try:
        version = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(version[1]) if version and (home / "bin/java").exists() else 0


def missing() -> str:
    """What this machine lacks, and how to get it; empty if nothing."""
    if not java():
        return (
            f"Java {OLDEST_JAVA} or newer was not found; on Debian 13 and Ubuntu: apt-get install "
            "openjdk-21-jre-headless (elsewhere from https://adoptium.net; ES_JAVA_HOME names its folder)"
        )
    if not _home().is_dir() and not shutil.which("mvn"):
        return "Maven was not found; on Debian and Ubuntu: apt-get install maven"
    return ""


def _home() -> Path:
    return CACHE / f"elasticsearch-{VERSION}"


def fetch() -> Path:
    """The folder of the server, fetched if need be."""
    home = _home()
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            with tempfile.TemporaryDirectory(dir=CACHE) as new:
                unpack = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:unpack"
                command = ["mvn", "-q", "-B", unpack, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={new}"]
                subprocess.run(command, cwd=new, check=True, stdout=sys.stderr)
                (Path(new) / f"elasticsearch-{VERSION}").rename(home)
    return home


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class Node:
    """One server on this machine, with its data in `folder`. `settings` are Elasticsearch's own."""

    def __init__(
        self, folder: Path, port: int, settings: Mapping[str, str] | None = None, *, heap: str = "512m"
    ) -> None:
        self.folder = folder
        self.port = port
        self.java_options = f"-Xms{heap} -Xmx{heap} {QUICK}"
        self.settings = SETTINGS | {"discovery.type": "single-node", "transport.port": "0"} | dict(settings or {})
        if settings and "discovery.seed_hosts" in settings:
            del self.settings["discovery.type"]
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        secure = self.settings.get("xpack.security.http.ssl.enabled") == "true"
        return f"{'https' if secure else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        home, config = fetch(), self.folder / "config"
        for folder in (config, self.folder / "tmp"):
            folder.mkdir(parents=True, exist_ok=True)
        own = {"http.port": self.port, "path.data": self.folder / "data", "path.logs": self.folder / "logs"}
        lines = [f"{name}: {value}\n" for name, value in (self.settings | own).items()]
        (config / "elasticsearch.yml").write_text("".join(lines))
        (config / "jvm.options").write_text(JVM_OPTIONS)
        (config / "log4j2.properties").write_text(LOGGING)
        variables = {
            "ES_JAVA_HOME": str(java()),
            "ES_JAVA_OPTS": os.environ.get("ES_JAVA_OPTS", self.java_options),
            "ES_PATH_CONF": str(config),
            "ES_TMPDIR": str(self.folder / "tmp"),
        }
        # Elasticsearch refuses to run as root, which in a user namespace of its own is user 1000.
        user = ["unshare", "--user", "--map-user=1000", "--map-group=1000"] if os.geteuid() == 0 else []
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*user, str(home / "bin/elasticsearch")],
                env=os.environ | variables,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, *, nodes: int = 1, seconds: float = 120) -> None:
        """Until it answers, in a cluster of so many nodes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            if self.is_well(nodes=nodes):
                return
            time.sleep(0.2)
        log = (self.folder / "log").read_text(errors="replace")[-3000:]
        raise RuntimeError(f"Elasticsearch does not answer on port {self.port}:\n{log}")

    def is_well(self, *, nodes: int = 1, status: str = "red") -> bool:
        """Whether it answers, in a cluster of so many nodes whose indexes are so well or better."""
        address = f"{self.url}/_cluster/health?wait_for_nodes=%3E%3D{nodes}&wait_for_status={status}&timeout=5s"
        try:
            # Only whether it answers matters, not with which certificate.
            with urllib.request.urlopen(address, timeout=10, context=ssl._create_unverified_context()):
                return True
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False

    def kill(self) -> None:
        """Ends all of its processes at once, as a power cut would."""
        if self.process:
            kill_group(self.process)
            self.process = None


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def running(port: int = 0, settings: Mapping[str, str] | None = None) -> Iterator[Node]:
    """A server that answers, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="hub-elasticsearch-", ignore_cleanup_errors=True) as folder:
        node = Node(Path(folder), port or free_port(), settings)
        try:
            node.start()
            node.wait()
            yield node
        finally:
            node.kill()


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[list[Node]]:
    """Three servers as one cluster, with their data in `folder`, until the block ends. The caller waits for them."""
    transports = {name: str(free_port()) for name in ("one", "two", "three")}
    shared = {
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in transports.values()),
        "cluster.initial_master_nodes": ",".join(transports),
    }
    nodes = [
        Node(folder / name, free_port(), shared | {"node.name": name, "transport.port": port}, heap="256m")
        for name, port in transports.items()
    ]
    with contextlib.ExitStack() as stack:
        for node in nodes:
            stack.callback(node.kill)
            node.start()
        yield nodes


def main(arguments: Sequence[str]) -> None:
    """PORT: on that port until Ctrl-C. `--for PID FILE`: on any, told in the file, as long as the process lives."""
    if reason := missing():
        sys.exit(reason)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.suppress(KeyboardInterrupt):
        if arguments[:1] == ["--for"]:
            with running() as node:
                new = Path(arguments[2] + ".new")
                new.write_text(node.url)
                new.rename(arguments[2])
                while _is_alive(int(arguments[1])):
                    time.sleep(0.5)
        else:
            with running(int(arguments[0]) if arguments else 9200) as node:
                print(f"Elasticsearch {VERSION} answers on {node.url}; Ctrl-C ends it.", flush=True)
                signal.pause()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
