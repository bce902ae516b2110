"""Prepares the hub and runs it: `python -m config.start`, which is what `make run` calls.

First everything that can be wrong is looked at, then the data is brought up to date, and only then are the web server
and the worker started. They live and die together: when this process is told to stop, or when one of the two ends, all
are stopped.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from urllib.request import urlopen

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 8  # seconds that the web server and the worker get for an orderly stop


class Stop(Exception):  # noqa: N818 - a wish, not an error
    """Somebody wants the hub to stop."""


def main() -> int:
    """Prepare, run until told to stop, and return the exit status."""
    stop_on_signals()
    try:
        data = env.folder("DATA_DIR", BASE_DIR / "var")
        port = env.port("PORT", 8000)
        refuse_used_port(port)
        with only_one(data):
            keep_secret_key(data / "secret-key")
            prepare()
            return run(port, data)
    except Stop:
        return 0


def stop_on_signals() -> None:
    """Let each signal that asks for an end raise `Stop`."""

    def handle(number: int, frame: FrameType | None) -> None:
        raise Stop

    for number in STOP_SIGNALS:
        signal.signal(number, handle)


def refuse_used_port(port: int) -> None:
    """Stop the start if the port cannot be had."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise SystemExit(
                f"Port {port} cannot be used ({error.strerror}): stop what runs there, or choose another port "
                f"with `make run PORT={port + 1}`."
            ) from None


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold a lock on the data while the hub runs, and stop the start if another one holds it."""
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"The hub already runs with the data in {data} (the setting DATA_DIR).") from None
        yield


def keep_secret_key(file: Path) -> None:
    """Make the key that signs sessions, once, unless the environment has one."""
    if env.text("SECRET_KEY") or file.exists():
        return
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:  # noqa: PTH123 - mode
        output.write(secrets.token_urlsafe(64))


def prepare() -> None:
    """Bring database, demonstration, search index, texts and static files up to date. Data that is there stays."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import CommandError, call_command
    from django.db import DatabaseError, connection

    from config.catalogs import compile_catalogs

    compile_catalogs()
    django.setup()
    # One connection will do here, and a failure is then known at once.
    connection.settings_dict["OPTIONS"].pop("pool", None)
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise SystemExit(f"The database of the setting DATABASE_URL cannot be opened: {reason}") from None
    try:
        empty = not connection.introspection.table_names()
        say("Preparing the database" + (": the first time takes about a minute ..." if empty else " ..."))
        call_command("migrate", verbosity=0)
        call_command("sync_languages")
        call_command("load_demo", if_empty=True)
        call_command("search_rebuild", if_missing=True)
    except CommandError as error:
        raise SystemExit(str(error)) from None
    finally:
        connection.close()
    collect_static_files()


def collect_static_files() -> None:
    """Collect the static files if the packages or our own files have changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    digest = hashlib.sha256((BASE_DIR / "requirements.txt").read_bytes())
    ours = {BASE_DIR / "static", *BASE_DIR.glob("*/static")} - {settings.STATIC_ROOT}
    for path in sorted(path for folder in ours for path in folder.rglob("*")):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / "collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("Collecting static files ...")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def run(port: int, data: Path) -> int:
    """Run the web server and the worker until a signal comes or one of them ends; return the exit status."""
    worker = [sys.executable, "manage.py", "worker"]
    commands = {"web server": web_server(port), "worker": worker}
    return supervise(commands, is_ready=lambda: announce_once_up(port, data))


def web_server(port: int) -> list[str]:
    """The command of the web server. While another takes the place of a process that died, the second one answers."""
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    # Whoever is slower than this with the head of a request, or has a longer one, is not waited for.
    web += ["--http1-header-read-timeout", "10000", "--http1-buffer-size", "65536"]
    return [*web, "--workers-kill-timeout", "5", "--respawn-failed-workers", "config.wsgi:application"]


def supervise(commands: dict[str, list[str]], *, is_ready: Callable[[], bool]) -> int:
    """Run the commands side by side; when one ends or a signal comes, stop all. `is_ready` is asked until it says so.

    Returns 1 when a command has ended by itself; a signal leaves by `Stop`.
    """
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            children[name] = start(command)
        ready = False
        while True:
            for name, child in children.items():
                if (status := child.poll()) is not None:
                    say(f"The {name} has ended unexpectedly (exit status {status}), so everything is stopped.")
                    return 1
            ready = ready or is_ready()
            time.sleep(0.5 if ready else 0.05)
    finally:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        stop(list(children.values()))


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """Start a child in a group of its own: Ctrl-C then reaches only this process, and the whole group can be ended."""
    return subprocess.Popen(
        command, cwd=BASE_DIR, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=_end_with_parent
    )


def _end_with_parent() -> None:
    """Ask Linux to stop the child should this process be killed outright; other systems have no such thing."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """End the children in good order, and by force what has not ended in time, with all that they started."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    end = time.monotonic() + PATIENCE
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(end - time.monotonic(), 0))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def announce_once_up(port: int, data: Path) -> bool:
    """Say whether the web server answers yet; if so, print where the hub is and who can log in."""
    try:
        urlopen(f"http://{HOST}:{port}/healthz", timeout=1).close()
    except OSError:
        return False
    say(f"\nThe hub is at        http://{HOST}:{port}/\nEditors log in at    http://{HOST}:{port}/admin/\n")
    logins = data / "demo-logins.json"
    if logins.exists():
        for role, login in json.loads(logins.read_text()).items():
            say(f"  {role:<12} {login['username']:<16} {login['password']}")
        say(f"  (kept in {logins})\n")
    say("Stop it with Ctrl-C.")
    return True


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
