"""A PostgreSQL server of our own, in a temporary folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def missing() -> str:
    """Why there can be none; empty if there can."""
    how = "on Debian and Ubuntu: apt-get install postgresql"
    return "" if tool("pg_ctl") else f"PostgreSQL's pg_ctl was not found; {how}"


def tool(name: str) -> str:
    """The path of one of PostgreSQL's programs; empty if it is not there."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    folders = os.pathsep.join([*map(str, reversed(versions)), os.environ.get("PATH", "")])
    return shutil.which(name, path=folders) or ""


class Cluster:
    """A server with its data in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgres://hub@127.0.0.1:{self.port}/postgres"
        # PostgreSQL refuses to run as root.
        owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if owner:
            shutil.chown(folder, "postgres")
        self.control = [*owner, tool("pg_ctl"), "--pgdata", str(folder / "data"), "--silent"]
        self._run("-o", "--auth=trust --username=hub --encoding=UTF8 --no-sync", "initdb")

    def _run(self, *arguments: str, check: bool = True) -> None:
        subprocess.run(
            [*self.control, *arguments],
            cwd=self.folder,
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=None if check else subprocess.DEVNULL,
        )

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        # Nothing is lost with the server: only with the machine.
        options += " -c fsync=off -c full_page_writes=off"
        self._run("--wait", "--log", str(self.folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """In `immediate` mode all processes end at once, and the next start recovers."""
        self._run("--mode", mode, "stop", check=False)


@contextlib.contextmanager
def running() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="hub-postgresql-"))
    cluster = Cluster(folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
