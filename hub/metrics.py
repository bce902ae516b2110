"""What Prometheus is told, on the port of the setting METRICS_PORT.

All processes of a machine count into files of a folder that they share. One of them has the port and answers for all;
when it ends, another takes the port over. What is not counted but is so now, such as the age of the outbox, the
functions of the setting GAUGES say when Prometheus asks.
"""

from __future__ import annotations

import errno
import itertools
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.tasks import TaskResultStatus
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, start_http_server, values
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from wagtail.models import Revision

logger = logging.getLogger(__name__)

# All have labels: a metric without any would begin to count before `begin` says where.
REQUESTS = Histogram(
    "hub_request_seconds",
    "Requests that were not answered from the page cache, by status, for readers and in the admin.",
    ["part", "status"],
)
PAGE_CACHE = Counter(
    "hub_page_cache",
    "Pages for readers: hit (kept), not_modified (kept, and the reader has it), miss (rendered).",
    ["result"],
)
QUERIES = Summary("hub_database_query_seconds", "Queries to the database.", ["database"])
SEARCHES = Histogram(
    "hub_search_seconds",
    "Searches of readers, by what answered: the index, or the database while the index is away.",
    ["answered_by"],
)


class Tally:
    """Counts kept pages: one is answered in so short a time that counting it in the shared file would be felt."""

    def __init__(self, result: str) -> None:
        self.result = result
        self.numbers = itertools.count(1)
        self.latest = self.written = 0

    def add(self) -> None:
        self.latest = next(self.numbers)

    def write(self) -> None:
        if (latest := self.latest) > self.written:
            PAGE_CACHE.labels(self.result).inc(latest - self.written)
            self.written = latest


HITS = {200: Tally("hit"), 304: Tally("not_modified")}  # by status
COUNTED = (REQUESTS, PAGE_CACHE, QUERIES, SEARCHES)
PORT_AGAIN_AFTER = 5  # seconds until a process asks again for a port that another one has


def begin() -> None:
    """Count where other processes see it, and answer Prometheus once the port is free. Called once in each process of
    the web server and the worker, after Django is set up."""
    if settings.METRICS is None:
        return
    folder = Path(settings.DATA_DIR) / "metrics" / socket.gethostname()
    folder.mkdir(parents=True, exist_ok=True)
    for metric in COUNTED:
        metric.clear()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.get_value_class()
    threading.Thread(target=_serve, args=(*settings.METRICS, folder), name="metrics", daemon=True).start()


def _serve(host: str, port: int, folder: Path) -> None:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    registry.register(Gauges())
    answers = False
    for second in itertools.count():
        for tally in HITS.values():
            tally.write()
        if not answers and second % PORT_AGAIN_AFTER == 0:
            try:
                start_http_server(port, host, registry)
                forget_the_dead(folder)
                answers = True
            except OSError as error:
                if error.errno != errno.EADDRINUSE:  # else another process answers
                    logger.error("Nobody can ask for metrics at %s, port %s (METRICS_PORT): %s", host, port, error)
        time.sleep(1)


def forget_the_dead(folder: Path) -> None:
    """Delete the files of processes that have ended. Only for who starts to answer: counters begin anew then."""
    for file in folder.glob("*.db"):
        try:
            os.kill(int(file.stem.rpartition("_")[2]), 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
        except PermissionError:
            continue


class Gauges:
    """What is so at the moment that Prometheus asks."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found: list[GaugeMetricFamily] = []
        try:
            for path in settings.GAUGES:
                found += import_string(path)()
            answers = 1
        except DatabaseError:
            answers = 0
        finally:
            connections.close_all()  # each answer has a thread of its own
        yield GaugeMetricFamily("hub_database_up", "Whether the database answers.", value=answers)
        yield from found


def tasks() -> Iterator[GaugeMetricFamily]:
    """Queued tasks and scheduled publications: what waits for the worker."""
    now = timezone.now()
    ready, has_failed = DBTaskResult.objects.ready(), ~Q(exception_class_path="")
    waiting = ready.aggregate(count=Count("pk"), oldest=Min("enqueued_at", filter=~has_failed))
    failed = DBTaskResult.objects.filter(has_failed | Q(status=TaskResultStatus.FAILED)).count()
    late = Revision.objects.filter(approved_go_live_at__lte=now).aggregate(oldest=Min("approved_go_live_at"))
    yield GaugeMetricFamily("hub_tasks_waiting", "Tasks that wait for the worker.", value=waiting["count"])
    yield GaugeMetricFamily("hub_tasks_failed", "Tasks that failed, or failed and are tried again.", value=failed)
    for name, text, since in (
        ("hub_tasks_oldest_seconds", "Since when the oldest waiting task waits.", waiting["oldest"]),
        ("hub_publication_late_seconds", "How late the oldest scheduled publication is.", late["oldest"]),
    ):
        yield GaugeMetricFamily(name, text, value=(now - since).total_seconds() if since else 0)


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Measure what the page cache does not answer. Listed right behind it."""
    admin = reverse("wagtailadmin_home")

    def measured(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        part = "admin" if request.path.startswith(admin) else "readers"
        REQUESTS.labels(part, response.status_code).observe(time.perf_counter() - began)
        return response

    return measured
