"""All addresses of the hub, and what each person is expected to get there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

TABLE = Path(__file__).with_name("addresses.txt")
WHO = ("anonymous", "translator", "editor", "moderator", "administrator")
REFUSED = {"login", "home", "403", "404"}
PARAMETER = re.compile(r"\(\?P<(\w+)>[^()]*\)|<(?:\w+:)?(\w+)>")


def addresses() -> list[str]:
    """The patterns of all addresses. Of two that are the same the first is what is found."""

    def walk(resolver: URLResolver, before: str = "") -> Iterator[str]:
        for each in resolver.url_patterns:
            pattern = before + str(each.pattern)
            yield from walk(each, pattern) if isinstance(each, URLResolver) else [pattern]

    return list(dict.fromkeys(walk(get_resolver())))


def expected() -> dict[tuple[str, str], list[str]]:
    """What each of WHO gets, by method and pattern."""
    rows = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    assert all(len(row) == 2 + len(WHO) for row in rows)
    return {(row[0], row[1]): row[2:] for row in rows}


def path_of(pattern: str, names: dict[str, Any]) -> str:
    """An address of the pattern that leads to something."""
    whole = {
        "^documents/(\\d+)/(.*)$": f"documents/{names['document_id']}/{names['document_name']}",
        "admin/^.*/$": "admin/nothing-is-here/",
        "en/^(?!_util/)((?:[\\w\\-]+/)*)$": "en/news/post/",
        "en/^((?:[\\w\\-]+/)*)$": "en/_util/",
        "admin/bulk/<str:app_label>/<str:model_name>/<str:action>/": (
            f"admin/bulk/wagtailcore/page/publish/?id={names['page_id']['']}"
        ),
    }
    if pattern in whole:
        return "/" + whole[pattern]

    def value(match: re.Match[str]) -> str:
        known = names[match[1] or match[2]]
        if isinstance(known, dict):
            known = next(each for start, each in known.items() if pattern.startswith(start))
        return str(known)

    return "/" + re.sub(r"[\^$\\]", "", PARAMETER.sub(value, pattern))


def said(response: Any, path: str) -> str:
    """The status, or where a refusal leads: to the log-in, or back to the dashboard."""
    location = response.get("Location", "")
    if response.status_code != 302:
        return str(response.status_code)
    if location == f"/en{path}":  # what is not found is looked for under a language
        return "404"
    if location.startswith("/admin/login/"):
        return "login"
    return "home" if location == "/admin/" else "302"


def ask(client: Client, method: str, path: str) -> str:
    """What somebody gets. Nothing of it stays."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method.lower())(path)
        # As Django's own client does: the connection is the test's.
        request_finished.disconnect(close_old_connections)
        response.close()
        request_finished.connect(close_old_connections)
        transaction.set_rollback(True)
    connection.run_on_commit.clear()
    client.cookies = cookies
    return said(response, path)
