"""`make run`: what it refuses, and that it leaves nothing behind."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import start

# Stands for the web server or the worker: it has a child of its own, and writes both process ids.
CHILD = """
import os, subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {grandchild.pid}")
time.sleep(60)
"""

SUPERVISOR = f"""
import sys
from config import start
start.PATIENCE = 2
start.stop_on_signals()
try:
    children = {{name: [sys.executable, "-c", {CHILD!r}, path] for name, path in zip(("web", "worker"), sys.argv[1:])}}
    sys.exit(start.supervise(children, is_ready=lambda: True))
except start.Stop:
    sys.exit(0)
"""


@pytest.fixture
def family(tmp_path):
    """A supervisor with two children and two grandchildren: (its process, their process ids)."""
    files = [tmp_path / "web", tmp_path / "worker"]
    process = subprocess.Popen([sys.executable, "-c", SUPERVISOR, *map(str, files)], stdout=subprocess.PIPE, text=True)
    wait_until(lambda: all(file.exists() and " " in file.read_text() for file in files))
    pids = [int(pid) for file in files for pid in file.read_text().split()]
    yield process, pids
    process.kill()
    for pid in filter(is_alive, pids):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(family, number):
    process, pids = family
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert not any(map(is_alive, pids))


def test_a_child_that_crashes_stops_everything(family):
    process, pids = family
    os.kill(pids[0], signal.SIGKILL)
    assert process.wait(timeout=10) == 1
    assert "The web has ended unexpectedly" in process.stdout.read()
    assert not any(map(is_alive, pids))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent is gone")
def test_children_end_when_the_supervisor_is_killed(family):
    process, (web, _, worker, _) = family
    process.kill()
    wait_until(lambda: not is_alive(web) and not is_alive(worker))


def test_a_used_port_is_refused_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        data = tmp_path / "data"
        result = subprocess.run(
            [sys.executable, "-m", "config.start"],
            env=os.environ | {"PORT": str(port), "DATA_DIR": str(data)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr.startswith(f"Port {port} cannot be used")
    assert result.stderr.count("\n") == 1
    assert list(data.iterdir()) == []


def test_a_database_that_is_away_ends_the_start_with_one_sentence(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    variables = {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"postgres://hub@127.0.0.1:{port}/hub"}
    result = subprocess.run(
        [sys.executable, "-c", "from config import start; start.prepare()"],
        env=os.environ | variables | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.startswith("The database of the setting DATABASE_URL cannot be opened: ")
    assert result.stderr.count("\n") == 1


def test_the_data_are_used_by_one_hub_at_a_time(tmp_path):
    with start.only_one(tmp_path), pytest.raises(SystemExit, match="DATA_DIR"), start.only_one(tmp_path):
        pass


def test_the_secret_key_is_made_once_and_for_the_owner_only(tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    file = tmp_path / "secret-key"
    start.keep_secret_key(file)
    key = file.read_text()
    start.keep_secret_key(file)
    assert file.read_text() == key
    assert len(key) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended but was not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
