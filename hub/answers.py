"""Kept pages for who asks for them in the same words as somebody before: given without making a request of it.

That is most of what readers ask for on a busy day. Everything else, and what the page cache did not give a moment ago,
goes to Django.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse

from .current_version import current_version
from .memory import Memory
from .metrics import HITS
from .page_cache import KeptHeaders

LONGEST = 1_000  # characters of all words
MEMORY = 16 * 2**20  # bytes of answers, which pages in memory share


class Answer(NamedTuple):
    """What WSGI is told, right for a version of content."""

    version: str
    code: int
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class AnsweredBefore:
    """The application for the web server, in front of Django's."""

    def __init__(self, django: Callable[..., Any]) -> None:
        self.django = django
        self.answers = Memory(MEMORY)
        # All of a request that makes a difference to kept pages. Who is logged in is answered by Django, which also
        # refuses other hosts.
        self.words = (
            "REQUEST_METHOD",
            "wsgi.url_scheme",
            *(settings.SECURE_PROXY_SSL_HEADER or ())[:1],
            "HTTP_HOST",
            "SCRIPT_NAME",
            "PATH_INFO",
            "QUERY_STRING",
            "HTTP_ACCEPT_ENCODING",
            "HTTP_IF_NONE_MATCH",
        )

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Empty when it is to be asked for, five times a second: Django does.
        version = current_version.known()
        if not version or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            asked: Iterable[bytes] = self.django(environ, start_response)
            return asked
        words = tuple(map(environ.get, self.words))
        answer = self.answers.get(words, time.time())
        if answer and answer.version == version:
            HITS[answer.code].add()
            start_response(answer.status, answer.headers)
            return [answer.body]
        response: HttpResponse = self.django(environ, start_response)
        if words[0] == "GET" and sum(map(len, filter(None, words))) <= LONGEST:
            self.keep(words, version, response)
        return response

    def keep(self, words: tuple[str | None, ...], version: str, response: HttpResponse) -> None:
        """Keep what the page cache has answered, but for what it unpacked for this reader: that is not shared."""
        headers = getattr(response, "headers", None)
        if isinstance(headers, KeptHeaders) and (response.status_code == 304 or "Content-Encoding" in headers):
            status = f"{response.status_code} {response.reason_phrase}"
            answer = Answer(version, response.status_code, status, list(headers.items()), response.content)
            self.answers.set(words, answer, headers.until)
