"""Requests a second for pages, beside an empty Django view: `DATA_DIR=/somewhere python -m bench.pages`. Prints JSON.

DATA_DIR holds a hub with content, for example the demonstration. Servers of the same kind answer with it, with an
empty view of a Django without middleware, and with a string of bare WSGI; one client asks them in turn, round after
round, so that other load meets all alike. Figures are medians of the rounds, and ratios within one run.

`--bakerydemo` is a checkout of https://github.com/wagtail/bakerydemo with an environment in `.venv` (its requirements,
granian and whitenoise) and its data loaded with its settings for production, static files collected. It is started
with these and asked for its home page and a post of its blog.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

BAKERY = ("/", "/blog/wild-yeast/")


class Target(NamedTuple):
    name: str
    port: int
    path: str
    headers: str = ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def running(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that nobody hears."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def serving(
    application: str, port: int, workers: int, *, python: str = sys.executable, **options: Any
) -> Iterator[int]:
    """A web server for a WSGI application, up when the block begins; gives the process whose children answer."""
    command = [python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", application]
    with running(command, **options) as server:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if time.monotonic() > end or server.poll() is not None:
                raise SystemExit(f"{application} does not start.")
            time.sleep(0.1)
        yield server.pid


def collect_static(environment: Mapping[str, str]) -> None:
    """Bring style sheets and scripts to where a server of the hub looks for them."""
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, env=environment, check=True)


@contextlib.contextmanager
def hub(port: int, workers: int) -> Iterator[int]:
    """The hub of this environment with its worker; gives the id of the parent of the web server's workers."""
    collect_static(os.environ)
    with running([sys.executable, "manage.py", "worker"]), serving("config.wsgi:application", port, workers) as server:
        yield server


def rate(target: Target, seconds: float, connections: int) -> float:
    """Answers a second, over connections that stay open. Raises SystemExit at an answer that is not 200 or 304."""
    request = (
        f"GET {target.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{target.headers}\r\n".encode()
    )
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        opened = socket.create_connection(("127.0.0.1", target.port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(opened, selectors.EVENT_READ, bytearray())
        opened.sendall(request)
    done, start = 0, time.perf_counter()
    end = start + seconds
    while time.perf_counter() < end:
        for key, _events in selector.select(1):
            data = key.data
            data += key.fileobj.recv(262_144)  # type: ignore[union-attr]
            if is_whole(data):
                if data[9:12] not in (b"200", b"304"):
                    raise SystemExit(f"{target.name} answers {bytes(data[:80])!r}")
                data.clear()
                done += 1
                key.fileobj.sendall(request)  # type: ignore[union-attr]
    seconds_taken = time.perf_counter() - start
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return done / seconds_taken


def is_whole(data: bytearray) -> bool:
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return False
    lower = bytes(data[:head]).lower()
    if b" 304 " in lower[:16]:
        return True
    if (at := lower.find(b"content-length:")) >= 0:
        return len(data) - head - 4 >= int(lower[at + 15 :].split(b"\r\n", 1)[0])
    return data.endswith(b"0\r\n\r\n")


def asked_once(port: int, path: str) -> Any:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    return urllib.request.urlopen(request, timeout=60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--post", default="/en/news/integrated-plan-nine-workshops/")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--bakerydemo", type=Path)
    options = parser.parse_args()
    ports = {name: free_port() for name in ("hub", "uncached", "empty", "bakerydemo")}
    environment = os.environ | {
        "DEBUG": "",
        "SECRET_KEY": uuid.uuid4().hex * 2,
        "BASE_URL": f"http://127.0.0.1:{ports['hub']}",
        "EMAIL_URL": "smtp://127.0.0.1:25",
    }
    collect_static(environment)
    with contextlib.ExitStack() as stack:
        stack.enter_context(serving("config.wsgi:application", ports["hub"], options.workers, env=environment))
        uncached = environment | {"DJANGO_SETTINGS_MODULE": "bench.uncached"}
        stack.enter_context(serving("config.wsgi:application", ports["uncached"], options.workers, env=uncached))
        stack.enter_context(serving("bench.empty:application", ports["empty"], options.workers))
        etag = asked_once(ports["hub"], options.post).headers["ETag"]
        targets = [
            Target("string", ports["empty"], "/string"),
            Target("empty view", ports["empty"], "/"),
            Target("post, cached", ports["hub"], options.post),
            Target("post, 304", ports["hub"], options.post, f"If-None-Match: {etag}\r\n"),
            Target("post, uncached", ports["uncached"], options.post),
        ]
        if options.bakerydemo:
            python = str(options.bakerydemo / ".venv" / "bin" / "python")
            stack.enter_context(
                serving(
                    "bakerydemo.wsgi:application",
                    ports["bakerydemo"],
                    options.workers,
                    python=python,
                    cwd=options.bakerydemo,
                    env=environment
                    | {
                        "DJANGO_SETTINGS_MODULE": "bakerydemo.settings.production",
                        "DJANGO_SECRET_KEY": uuid.uuid4().hex * 2,
                        "SECURE_SSL_REDIRECT": "false",
                    },
                )
            )
            targets += [Target(f"bakerydemo {path}", ports["bakerydemo"], path) for path in BAKERY]
        rates: dict[str, list[float]] = {target.name: [] for target in targets}
        for target in targets:
            rate(target, options.seconds / 2, options.connections)
        for _ in range(options.rounds):
            for target in targets:
                rates[target.name].append(rate(target, options.seconds, options.connections))
    medians = {name: statistics.median(found) for name, found in rates.items()}
    empty = medians["empty view"]
    figures = {
        name: {"per second": round(found), "over the empty view": round(found / empty, 3)}
        for name, found in medians.items()
    }
    print(json.dumps({"workers": options.workers} | figures, indent=1))


if __name__ == "__main__":
    main()
