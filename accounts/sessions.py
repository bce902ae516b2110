"""Where somebody is logged in. The sessions are Django's own; at log-in each notes when that was and with what."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

NOTED = "log_in"
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux")


class OpenSession(NamedTuple):
    """A session that somebody is logged in with: its key, when that was (aware; None if not known), and with what."""

    key: str
    since: datetime | None
    browser: str


def note(request: HttpRequest) -> None:
    """Note in a session that has just begun what its owner will know it by."""
    request.session[NOTED] = {
        "since": timezone.now().isoformat(),
        "browser": browser_of(request.META.get("HTTP_USER_AGENT", "")),
    }


def browser_of(user_agent: str) -> str:
    """Such as "Firefox, Linux"; empty where it says neither."""
    browser = next((NAMES.get(name, name) for name in BROWSERS if f"{name}/" in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    return ", ".join(part for part in (browser, system.replace("Mac OS X", "macOS")) if part)


def sessions_of(user: Any) -> list[OpenSession]:
    """Those that are still good, the newest first."""
    found = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        data = row.get_decoded()
        if data.get(SESSION_KEY) != str(user.pk) or data.get(HASH_SESSION_KEY) != user.get_session_auth_hash():
            continue
        noted = data.get(NOTED, {})
        since = datetime.fromisoformat(noted["since"]) if noted else None
        found.append(OpenSession(row.session_key, since, noted.get("browser", "")))
    return sorted(found, key=lambda session: (session.since is not None, session.since), reverse=True)


def end_sessions(user: Any, *, but: str | None = None) -> int:
    """End all sessions of somebody but one, and return how many there were."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = [session.key for session in sessions_of(user) if session.key != but]
    for key in keys:
        store(key).delete()
    return len(keys)
