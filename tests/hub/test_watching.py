"""What the hub says of itself: its log, its figures, and its errors; and nothing about who reads."""

import gzip
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.request import urlopen

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client import REGISTRY

from hub import metrics, queries
from hub.current_version import current_version
from hub.models import HubDocument
from hub.page_cache import memory
from news.models import NewsPage
from search.models import IndexChange
from tests import content
from tests.editing import log_in


@pytest.fixture
def log(monkeypatch):
    """Reads what was logged since the last time: a dictionary for each line."""
    handler = logging.getLogger("django").handlers[0]
    stream = io.StringIO()
    before = handler.setStream(stream)

    def read():
        lines = [json.loads(line) for line in stream.getvalue().splitlines()]
        stream.seek(0)
        stream.truncate()
        return lines

    yield read
    handler.setStream(before)


@pytest.fixture
def page_cache(settings):
    settings.MIDDLEWARE = ["hub.page_cache.PageCacheMiddleware", *settings.MIDDLEWARE]
    for forget in (cache.clear, memory.clear, current_version.forget):
        forget()
    yield
    for forget in (cache.clear, memory.clear, current_version.forget):
        forget()


def figure(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0


# The log


@pytest.mark.django_db
def test_a_request_has_one_line_with_an_id_and_nothing_about_the_reader(client, log):
    client.cookies["visit"] = "a-cookie"
    client.get(
        "/en/people/?q=my+illness",
        REMOTE_ADDR="192.0.2.7",
        headers={"user-agent": "Browser", "referer": "https://secret.example/", "x-forwarded-for": "192.0.2.8"},
    )
    (line,) = log()
    assert (line["event"], line["request"], line["code"]) == ("request_finished", "GET /en/people/", 200)
    assert line["request_id"]
    assert line["milliseconds"] > 0
    assert line["user_id"] is None
    assert not re.search(r"illness|192\.0\.2|a-cookie|Browser|secret", json.dumps(line))


@pytest.mark.django_db
def test_a_kept_page_writes_no_line(client, log, page_cache):
    content.post("Water", slug="water")
    connection.run_on_commit.clear()
    assert client.get("/en/news/water/").status_code == 200
    assert "GET /en/news/water/" in [line.get("request") for line in log()]
    assert client.get("/en/news/water/").status_code == 200
    assert log() == []


@pytest.mark.django_db
def test_the_beginning_of_a_file_writes_no_line(client, log):
    document = HubDocument.objects.create(title="Plan", file=ContentFile(b"text", name="plan.txt"))
    log()
    answer = client.get(document.url)
    assert b"".join(answer.streaming_content) == b"text"
    assert [line["event"] for line in log()] == ["request_finished", "streaming_finished"]


def test_probes_write_no_lines(client, log):
    assert client.get("/healthz").status_code == 200
    assert log() == []


@pytest.mark.django_db
def test_an_exception_is_written_once_under_the_id_that_is_answered(log, monkeypatch):
    def fail(self, request, *args, **kwargs):
        logging.getLogger("hub.something").warning("Nearly")
        raise RuntimeError("broken")

    monkeypatch.setattr(NewsPage, "serve", fail)
    content.post("Water", slug="water")
    answer = Client(raise_request_exception=False).get("/en/news/water/?name=Ada")
    lines = log()
    assert [line["level"] for line in lines] == ["warning", "error", "error"]
    assert {line["request_id"] for line in lines} == {answer["X-Request-ID"]}
    assert [line for line in lines if "RuntimeError: broken" in line.get("exception", "")] == [lines[1]]
    assert "Ada" not in json.dumps(lines)


@pytest.mark.django_db
def test_editors_are_numbers_and_secrets_in_addresses_are_left_out(log):
    client = log_in()
    client.get("/admin/")
    assert log()[-1]["user_id"] == int(client.session["_auth_user_id"])
    client.get("/admin/password_reset/confirm/MTI/c0ffee-0123456789abcdef/")
    assert log()[-1]["request"] == "GET /admin/password_reset/confirm/…/…/"
    client.get("/admin/password_reset/confirm/MTI/c0ffee-0123456789abcdef")
    assert log()[-1]["request"] == "GET /admin/password_reset/confirm/…/…"


def test_lines_for_people_are_no_json(settings):
    formatter = settings.LOGGING["formatters"]["line"]
    made = formatter["()"](processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"])
    record = logging.LogRecord("hub.worker", logging.WARNING, "", 0, "%s failed", ("drain",), None)
    assert re.fullmatch(r"\S+Z \[warning +\] drain failed +\[hub\.worker\]", made.format(record))


def test_a_slow_query_is_logged_without_its_values(settings, log, monkeypatch):
    settings.SLOW_QUERY_MS = 200
    moments = iter([0, 0.1, 10, 10.25])
    monkeypatch.setattr(queries, "time", SimpleNamespace(perf_counter=lambda: next(moments)))
    before = figure("hub_database_query_seconds_count", database="default")
    for _ in range(2):
        queries.measure(
            lambda *args: None, "SELECT a FROM b WHERE email = %s", ("ada@x.eu",), False, {"connection": connection}
        )
    (line,) = log()
    assert line["event"] == "A query took 250 ms: SELECT a FROM b WHERE email = %s"
    assert figure("hub_database_query_seconds_count", database="default") == before + 2


@pytest.mark.django_db
@pytest.mark.parametrize(("slow", "measured"), [(None, False), (100, True)])
def test_connections_are_measured_where_a_setting_asks_for_it(settings, slow, measured):
    settings.SLOW_QUERY_MS = slow
    queries.connect()
    other = connection.copy()
    try:
        other.ensure_connection()
        assert (queries.measure in other.execute_wrappers) == measured
    finally:
        other.close()
        connection_created.disconnect(dispatch_uid="hub.queries")


# Figures


@pytest.mark.django_db
def test_requests_are_counted_by_what_answered_them(client, page_cache):
    def pages():
        for tally in metrics.HITS.values():
            tally.write()
        return [figure("hub_page_cache_total", result=result) for result in ("miss", "hit", "not_modified")]

    def requests():
        return [
            figure("hub_request_seconds_count", part=part, status=status)
            for part, status in (("readers", "200"), ("readers", "404"), ("admin", "302"))
        ]

    content.post("Water", slug="water")
    connection.run_on_commit.clear()
    pages_before, before = pages(), requests()
    etag = client.get("/en/news/water/")["ETag"]
    for _ in range(3):
        client.get("/en/news/water/")
    client.get("/en/news/water/", headers={"if-none-match": etag})
    assert [now - then for now, then in zip(pages(), pages_before, strict=True)] == [1, 3, 1]
    client.get("/en/news/nothing/")
    client.get("/admin/")
    assert [now - then for now, then in zip(requests(), before, strict=True)] == [1, 1, 1]


@pytest.mark.django_db
def test_searches_are_timed_by_what_answered_them(client, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    before = figure("hub_search_seconds_count", answered_by="database")
    client.get("/en/search/?q=water")
    assert figure("hub_search_seconds_count", answered_by="database") > before


@pytest.mark.django_db
def test_gauges_say_what_waits_and_for_how_long(monkeypatch):
    monkeypatch.setattr(metrics.connections, "close_all", lambda: None)
    page = content.post("Water")
    IndexChange.objects.all().delete()
    IndexChange.objects.touch([page.translation_key])
    IndexChange.objects.update(waiting_since=timezone.now() - timedelta(minutes=2))
    page.save_revision(approved_go_live_at=timezone.now() - timedelta(minutes=3))
    DBTaskResult.objects.create(
        task_path="a.b", args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
        run_after=timezone.now() - timedelta(minutes=4),
    )  # fmt: skip
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=4))
    found = {each.name: each.samples[0].value for each in metrics.Gauges().collect()}
    assert found.pop("hub_outbox_oldest_seconds") == pytest.approx(120, abs=5)
    assert found.pop("hub_publication_late_seconds") == pytest.approx(180, abs=5)
    assert found.pop("hub_tasks_oldest_seconds") == pytest.approx(240, abs=5)
    assert found == {
        "hub_database_up": 1, "hub_outbox_works": 1, "hub_outbox_unreadable_works": 0, "hub_tasks_waiting": 1,
        "hub_tasks_failed": 0,
    }  # fmt: skip


def test_without_a_database_the_other_figures_stay(monkeypatch, settings):
    monkeypatch.setattr(metrics.connections, "close_all", lambda: None)
    monkeypatch.setattr(metrics, "import_string", lambda path: unavailable)
    assert {each.name: each.samples[0].value for each in metrics.Gauges().collect()} == {"hub_database_up": 0}


def unavailable():
    raise DatabaseError


COUNTING = """
import os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from hub import metrics
metrics.PAGE_CACHE.labels("hit").inc(100)
metrics.begin()
metrics.HITS[200].add()
metrics.SEARCHES.labels("index").observe(0.2)
print("ready", flush=True)
time.sleep(60)
"""


def test_one_process_answers_for_all_and_another_takes_over(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATA_DIR": str(tmp_path), "METRICS_PORT": str(port), "DATABASE_URL": "", "LOG_FORMAT": "",
    }  # fmt: skip

    def counting():
        process = subprocess.Popen([sys.executable, "-c", COUNTING], env=environment, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        return process

    def asked(name, value):
        """Ask until the figure has the value."""
        end = time.monotonic() + 15
        text = ""
        while time.monotonic() < end:
            try:
                text = urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode()
            except OSError:
                text = ""
            if f"{name} {value}\n" in text:
                return text
            time.sleep(0.1)
        raise AssertionError(f"{name} is not {value}: {text}")

    first, second = counting(), counting()
    try:
        text = asked('hub_page_cache_total{result="hit"}', 2.0)
        assert 'hub_search_seconds_bucket{answered_by="index",le="0.25"} 2.0' in text
        assert "hub_database_up 0.0" in text  # it has no tables
        first.send_signal(signal.SIGKILL)
        first.wait()
        asked('hub_page_cache_total{result="hit"}', 1.0)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()


# Errors


FAILING = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
# There is no database.
settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"

def secret(name):
    # Lines of the source are in the report too.
    return f"a-{name}"

def fail(request):
    password = secret("local")
    raise RuntimeError("broken")

get_resolver().url_patterns[0].callback = fail
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.cookies["sessionid"] = secret("session")
client.post(
    f"/healthz?q={secret('query')}", {"text": secret("body")}, REMOTE_ADDR=secret("address"),
    headers={"authorization": secret("header"), "user-agent": secret("browser")},
)
import sentry_sdk
sentry_sdk.flush(5)
"""


@pytest.fixture
def sentry():
    """A server in Sentry's place: (its DSN, what it was sent)."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://key@127.0.0.1:{server.server_port}/1", received
    server.shutdown()
    server.server_close()


def test_errors_go_to_sentry_without_anything_about_the_reader(sentry, tmp_path):
    dsn, received = sentry
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SENTRY_DSN": dsn, "DATABASE_URL": "", "DEBUG": "1"}
    subprocess.run([sys.executable, "-c", FAILING], env=environment, check=True, stderr=subprocess.DEVNULL)
    text = "\n".join(received)
    assert "RuntimeError" in text
    assert re.findall(r"a-(?:local|session|query|body|address|header|browser)", text) == []


def test_sentry_is_not_even_imported_unless_it_is_set(tmp_path):
    code = "import sys, config.settings; sys.exit('sentry_sdk' in sys.modules)"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "SENTRY_DSN": ""}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
