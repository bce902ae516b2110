"""A day of many readers: `DATA_DIR=/somewhere python -m bench.conference`. Prints JSON.

DATA_DIR holds a hub with content, for example the demonstration. Two processes serve it and a worker runs. For
`--seconds`, `--readers` connections that stay open ask for its pages, one after the other, while an editor publishes
every second. Told are errors, what readers wait, and how long after the commit of a publication somebody still got the
page from before. Then the processes answer `--requests` each, for their memory at the end over that after 1,000.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import http.client
import json
import os
import re
import selectors
import socket
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from bench.pages import free_port, hub, is_whole

PORT = free_port()
os.environ |= {
    "DEBUG": "",
    "SECRET_KEY": uuid.uuid4().hex * 2,
    "BASE_URL": f"http://127.0.0.1:{PORT}",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}

import django

django.setup()

from django.core.management import call_command

from bench.search import spread
from hub.addresses import address
from hub.models import content_models
from news.models import NewsPage


def get(connection: http.client.HTTPConnection, path: str) -> str:
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        return connection.getresponse().read().decode()
    except http.client.RemoteDisconnected:  # it was open too long without a request
        connection.close()
        return get(connection, path)


def read(
    addresses: list[str], readers: int, seconds: float, most: int | None = None
) -> tuple[list[float], Counter[str]]:
    """Waiting times in seconds, and answers that are none. Ends after `most` answers, if that is given."""
    selector = selectors.DefaultSelector()
    times: list[float] = []
    faults: Counter[str] = Counter()
    turn = 0

    def ask(link: socket.socket) -> None:
        nonlocal turn
        path = addresses[turn % len(addresses)]
        turn += 1
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n"
        with contextlib.suppress(KeyError):
            selector.unregister(link)
        selector.register(link, selectors.EVENT_READ, (bytearray(), time.perf_counter()))
        link.sendall(head.encode())

    def connect() -> None:
        link = socket.create_connection(("127.0.0.1", PORT))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ask(link)

    for _ in range(readers):
        connect()
    end = time.perf_counter() + seconds
    while time.perf_counter() < end and (most is None or len(times) < most):
        for key, _event in selector.select(1):
            link: Any = key.fileobj
            received, start = key.data
            try:
                data = link.recv(262_144)
            except OSError:
                data = b""
            received += data
            if not data:
                faults["closed"] += 1
                selector.unregister(link)
                link.close()
                connect()
            elif is_whole(received):
                times.append(time.perf_counter() - start)
                if not received.startswith(b"HTTP/1.1 200"):
                    faults[bytes(received[9:12]).decode()] += 1
                ask(link)
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return times, faults


class Editor(threading.Thread):
    """Publishes a page every second, if that takes no longer, with a new title each time."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.end = time.monotonic() + seconds
        self.committed: list[tuple[str, float]] = []
        page = NewsPage.objects.live().filter(locale__language_code="en").order_by("pk").first()
        if page is None:
            raise SystemExit("The hub of DATA_DIR has no English post.")
        self.page = page

    def run(self) -> None:
        while (start := time.monotonic()) < self.end:
            self.page.title = f"Published {uuid.uuid4().hex}"
            self.page.save_revision().publish()
            self.committed.append((self.page.title, time.monotonic()))
            time.sleep(max(0, start + 1 - time.monotonic()))


class Watcher(threading.Thread):
    """Gets the page that the editor publishes, again and again, over a connection of its own."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        self.seen: list[tuple[str, float]] = []

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        while time.monotonic() < self.editor.end:
            text = get(connection, address(self.editor.page))
            if found := re.search(r"Published [0-9a-f]{32}", text):
                self.seen.append((found[0], time.monotonic()))
            time.sleep(0.01)


def old_for(editor: Editor, watchers: list[Watcher]) -> list[float]:
    """Seconds after the commit of each publication until the last answer with an earlier one had come."""
    order = {title: number for number, (title, _committed) in enumerate(editor.committed)}
    longest = [0.0] * len(order)
    for title, came in (answer for watcher in watchers for answer in watcher.seen):
        # The last one that was committed when this answer came, if the answer is of an earlier one.
        number = bisect.bisect(editor.committed, came, key=lambda publication: publication[1]) - 1
        for missed in range(order.get(title, len(order)) + 1, number + 1):
            longest[missed] = max(longest[missed], came - editor.committed[missed][1])
    return longest


def memory(parent: int) -> int:
    """Bytes in the memory of the processes that answer."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    pages = sum(int(Path(f"/proc/{child}/statm").read_text().split()[1]) for child in children)
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--requests", type=int, default=100_000)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    pages = [page for model in content_models() for page in model.objects.readable().select_related("locale")[:40]]
    addresses = ["/en/", "/de/", "/en/news/", "/en/events/", "/en/hubs/", *map(address, pages)]
    with hub(PORT, 2) as server:
        editor = Editor(options.seconds)
        watchers = [Watcher(editor) for _ in range(8)]
        for thread in (editor, *watchers):
            thread.start()
        times, faults = read(addresses, options.readers, options.seconds)
        for thread in (editor, *watchers):
            thread.join()
        figures: dict[str, Any] = {
            "answers": len(times),
            "faults": dict(faults),
            "milliseconds": spread(times),
            "publications": len(editor.committed),
            "answers with the page": sum(len(watcher.seen) for watcher in watchers),
            "milliseconds of the page from before": spread(old_for(editor, watchers)),
        }
    with hub(PORT, 2) as server:
        read(addresses, 8, 600, 2 * 1_000)
        early = memory(server)
        read(addresses, 8, 600, 2 * (options.requests - 1_000))
        figures["memory, bytes"] = {"after 1,000 requests each": early, "at the end": memory(server)}
        figures["memory, ratio"] = round(memory(server) / early, 3)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
