"""Kept pages that are answered before Django makes a request of what is asked."""

import gzip
import io
import time

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from hub import answers
from hub.answers import AnsweredBefore
from hub.metrics import HITS
from hub.page_cache import current_version
from tests import content

from .test_page_cache import empty, kept  # noqa: F401

pytestmark = pytest.mark.django_db


class Asked:
    """Asks the application as a web server does, and counts what comes to Django."""

    def __init__(self):
        self.by_django = 0
        django = WSGIHandler()

        def counting(environ, start_response):
            self.by_django += 1
            return django(environ, start_response)

        self.application = AnsweredBefore(counting)

    def __call__(self, path="/en/news/water/", query="", method="GET", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        said = []
        body = self.application(environ, lambda status, headers: said.extend([status, dict(headers)]))
        return said[0], said[1], b"".join(body)


@pytest.fixture
def ask(monkeypatch, settings):
    monkeypatch.setattr("hub.page_cache.CHECK_EVERY", 60)
    content.post("Water", slug="water")
    connection.run_on_commit.clear()
    empty()
    asked = Asked()
    asked()  # makes the page, and the version known
    return asked


def test_who_asks_the_same_gets_the_same_without_django(ask):
    first = ask()
    assert ask.by_django == 2
    hits = HITS[200].latest
    assert ask() == first
    assert ask.by_django == 2
    assert first[0] == "200 OK"
    assert b"Water" in first[2]
    assert HITS[200].latest == hits + 1


def test_compression_and_what_the_reader_has_are_answered_each(ask):
    packed = ask(accept_encoding="gzip")
    assert gzip.decompress(packed[2]) == ask()[2]
    tag = packed[1]["ETag"]
    for _ in range(2):
        status, headers, body = ask(if_none_match=tag)
        assert (status, headers["ETag"], body) == ("304 Not Modified", tag, b"")
    assert ask()[0] == "200 OK"


def test_after_a_change_django_is_asked(ask):
    ask()
    page = content.NewsPage.objects.get()
    page.title = "Fire"
    page.save_revision().publish()
    connection.run_on_commit.clear()
    current_version.forget()
    assert b"Fire" in ask()[2]
    assert b"Fire" in ask()[2]


def test_a_page_has_an_end_here_too(ask, monkeypatch):
    ask()
    before = ask.by_django
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    ask()
    assert ask.by_django == before + 1


def test_while_the_version_must_be_asked_for_django_answers(ask):
    ask()
    before = ask.by_django
    current_version.forget()
    ask()
    assert ask.by_django == before + 1


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"cookie": "sessionid=abc"},
        {"path": "/en/search/"},
        {"path": "/en/none/"},
    ],
)
def test_what_is_not_a_kept_page_is_for_django_each_time(ask, asked):
    before = ask.by_django
    for _ in range(3):
        ask(**asked)
    assert ask.by_django == before + 3


def test_other_hosts_get_no_answer_that_django_would_refuse(ask, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    ask(host="testserver")
    assert ask(host="evil.example")[0] == "400 Bad Request"
    assert ask(host="testserver")[0] == "200 OK"


def test_few_answers_are_kept_and_none_for_long_words(ask, monkeypatch):
    monkeypatch.setattr(answers, "MOST", 3)
    for number in range(10):
        ask(query=f"utm={number}")
        assert len(ask.application.answers) <= 3
    ask.application.answers.clear()
    ask(query="utm=" + "x" * answers.LONGEST)
    assert not ask.application.answers
