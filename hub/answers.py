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

from .metrics import HITS
from .page_cache import KeptHeaders, current_version, is_fresh

# All of a request that a kept page depends on, but for the cookie of who is logged in: Django answers these.
WORDS = (
    "REQUEST_METHOD",
    "wsgi.url_scheme",
    *(settings.SECURE_PROXY_SSL_HEADER or ())[:1],
    "HTTP_HOST",
    "HTTP_X_FORWARDED_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_IF_NONE_MATCH",
)
MOST = 2_000  # answers
LONGEST = 1_000  # characters of all words


class Answer(NamedTuple):
    """What WSGI is told: right for a version of content, and until a moment in seconds since 1970."""

    version: str
    until: float
    code: int
    status: str
    headers: list[tuple[str, str]]
    body: list[bytes]


class AnsweredBefore:
    """The application for the web server, in front of Django's."""

    def __init__(self, django: Callable[..., Any]) -> None:
        self.django = django
        self.answers: dict[tuple[str | None, ...], Answer] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Empty five times a second, when it is to be asked for: Django does.
        version = current_version.known()
        if not version or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", ""):
            asked: Iterable[bytes] = self.django(environ, start_response)
            return asked
        words = tuple(map(environ.get, WORDS))
        answer = self.answers.get(words)
        if answer and answer.version == version and is_fresh(answer.until, time.time()):
            HITS[answer.code].add()
            start_response(answer.status, answer.headers)
            return answer.body
        response: HttpResponse = self.django(environ, start_response)
        headers = getattr(response, "headers", None)
        if isinstance(headers, KeptHeaders) and words[0] == "GET" and sum(map(len, filter(None, words))) <= LONGEST:
            if len(self.answers) >= MOST:
                self.answers.clear()
            status = f"{response.status_code} {response.reason_phrase}"
            self.answers[words] = Answer(
                version, headers.until, response.status_code, status, list(headers.items()), [response.content]
            )
        return response
