"""An editor with a browser: publishes and hands in through the admin, over HTTP, whoever is killed meanwhile.

Importing this sets Django up.
"""

from __future__ import annotations

import http.client
import itertools
import time
from http.cookies import SimpleCookie
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from tests.search.torture.processes import _write_to  # isort: skip  sets Django up

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from hub.models import Theme
from hub.roles import MODERATORS
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.editing import add_url, page_form

MODERATING = ("berta", "cem")


def prepare(log: str) -> None:
    """The editor, two moderators and a theme."""
    _write_to(log)
    users = get_user_model().objects
    users.create_superuser("editor", "editor@example.org", "x")
    for name in MODERATING:
        users.create_user(name, f"{name}@example.org", "x").groups.add(Group.objects.get(name=MODERATORS))
    content.theme("water")


class Browser:
    """Asks the server at `port`, with the cookie of who is logged in. Raises OSError and HTTPException."""

    def __init__(self, port: int) -> None:
        self.port = port
        client = Client()
        client.force_login(get_user_model().objects.get(username="editor"))
        self.cookies = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}

    def get(self, path: str) -> Any:
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any]) -> Any:
        return self._ask("POST", path, urlencode(data, doseq=True))

    def _ask(self, method: str, path: str, body: str | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        for header in answer.msg.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        connection.close()
        return SimpleNamespace(status_code=answer.status, content=content)


def send(log: str, journal: str, port: int) -> None:
    """Sends pages until killed, every other one to be reviewed; notes in the file `journal` what was answered well."""
    _write_to(log)
    browser, form = Browser(port), None
    url = add_url(NewsIndexPage.objects.get(locale__language_code="en"), NewsPage)
    themes = list(Theme.objects.all())
    with Path(journal).open("a", buffering=1) as notes:
        for number in itertools.count():
            kind, action = ("Sent", "action-publish") if number % 2 else ("Handed", "action-submit")
            title = f"{kind} {number}"
            try:
                form = form or page_form(browser, url, lead="A lead.", themes=themes)
                token = {"csrfmiddlewaretoken": browser.cookies[settings.CSRF_COOKIE_NAME]}
                slug = title.lower().replace(" ", "-")
                answer = browser.post(url, form | token | {"title": title, "slug": slug, action: "1"})
            except (OSError, http.client.HTTPException, AssertionError):
                time.sleep(0.2)
                continue
            if answer.status_code == 302:
                notes.write(f"{title}\n")
            elif answer.status_code < 500:
                raise RuntimeError(f"{title} is answered with {answer.status_code}: {answer.content[-3000:]!r}")
            time.sleep(0.05)
