"""Kept pages that are answered before Django makes a request of what is asked."""

import gzip
import io
import time

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import OperationalError, close_old_connections, connection

from hub import answers
from hub.answers import AnsweredBefore
from hub.current_version import current_version
from hub.memory import Memory
from hub.metrics import HITS
from hub.models import ContentChange
from news.models import NewsPage
from tests import content

from .test_page_cache import empty, kept  # noqa: F401

pytestmark = pytest.mark.django_db


class Visits:
    """Asks the application as a web server does, for a page as browsers do, and counts what comes to Django."""

    def __init__(self):
        self.by_django = 0
        django = WSGIHandler()

        def counting(environ, start_response):
            self.by_django += 1
            return django(environ, start_response)

        self.application = AnsweredBefore(counting)

    def __call__(self, path="/en/news/water/", query="", method="GET", accept_encoding="gzip", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "HTTP_ACCEPT_ENCODING": accept_encoding,
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        said = []
        # As Django's own client does: the connection is the test's.
        request_started.disconnect(close_old_connections)
        body = b"".join(self.application(environ, lambda status, headers: said.extend([status, dict(headers)])))
        request_started.connect(close_old_connections)
        return said[0], said[1], gzip.decompress(body) if said[1].get("Content-Encoding") else body

    def django_is_asked(self, **asked):
        before = self.by_django
        self(**asked)
        return self.by_django > before


@pytest.fixture
def ask(monkeypatch):
    monkeypatch.setattr("hub.current_version.CHECK_EVERY", 60)
    content.post("Water", slug="water")
    connection.run_on_commit.clear()
    empty()
    visits = Visits()
    visits()  # makes the page, and the version known
    return visits


def test_who_asks_the_same_gets_the_same_without_django(ask):
    first = ask()
    assert ask.by_django == 2
    hits = HITS[200].latest
    assert ask() == first
    assert ask.by_django == 2
    assert first[0] == "200 OK"
    assert b"Water" in first[2]
    assert HITS[200].latest == hits + 1


def test_who_has_the_page_is_told_so_without_django(ask):
    tag = ask()[1]["ETag"]
    assert ask.django_is_asked(if_none_match=tag)
    before = ask.by_django
    status, headers, body = ask(if_none_match=tag)
    assert (status, headers["ETag"], body, ask.by_django) == ("304 Not Modified", tag, b"", before)
    assert ask()[0] == "200 OK"


def test_what_was_unpacked_for_somebody_is_not_kept_again(ask):
    assert ask.django_is_asked(accept_encoding="")
    assert ask.django_is_asked(accept_encoding="")
    assert ask(accept_encoding="")[2] == ask()[2]


def test_after_a_change_nobody_gets_the_old_page(ask):
    ask()
    page = NewsPage.objects.get()
    page.title = "Fire"
    page.save_revision().publish()
    connection.run_on_commit.clear()
    current_version.forget()
    for _ in range(3):
        assert b"Fire" in ask()[2]
    assert not ask.django_is_asked()


def test_a_page_has_an_end_here_too(ask, monkeypatch):
    ask()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert ask.django_is_asked()


def test_while_the_version_must_be_asked_for_django_answers(ask):
    ask()
    current_version.forget()
    assert ask.django_is_asked()


def test_while_the_database_is_away_kept_pages_are_answered_however_old(ask, monkeypatch):
    ask()
    current_version.forget()

    def fail(*arguments):
        raise OperationalError("away")

    monkeypatch.setattr(type(ContentChange.objects), "version", fail)
    assert b"Water" in ask()[2]
    assert not ask.django_is_asked()
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert ask()[0] == "200 OK"


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"cookie": "sessionid=a"},
        {"path": "/en/search/"},
        {"path": "/en/none/"},
    ],
)
def test_what_is_not_a_kept_page_is_for_django_each_time(ask, asked):
    assert [ask.django_is_asked(**asked) for _ in range(3)] == [True] * 3


def test_other_hosts_get_no_answer_that_django_would_refuse(ask, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    for _ in range(2):
        assert ask(host="testserver")[0] == "200 OK"
        assert ask(host="evil.example")[0] == "400 Bad Request"


def test_what_comes_without_https_is_not_answered_as_if_with_it(ask, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    visits = Visits()
    visits(x_forwarded_proto="https")
    assert not visits.django_is_asked(x_forwarded_proto="https")
    assert visits.django_is_asked(x_forwarded_proto="http")


def test_memory_is_bounded_by_bytes_and_long_words_are_not_kept(ask):
    ask.application.answers = Memory(30_000)
    for number in range(50):
        ask(query=f"utm={number}")
    assert 0 < ask.application.answers._size <= 30_000
    assert not ask.django_is_asked(query="utm=49")
    assert ask.django_is_asked(query="utm=0")
    long = "utm=" + "x" * answers.LONGEST
    assert ask.django_is_asked(query=long)
    assert ask.django_is_asked(query=long)
