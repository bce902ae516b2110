"""How often one address may ask for what costs much, a minute. See docs/security.md."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from .caches import SILENCE
from .clients import client_pseudonym

logger = logging.getLogger(__name__)

WINDOW = 60  # seconds


class _Silence:
    """Until when the cache is not asked, in seconds of time.monotonic()."""

    until = 0.0


_silence = _Silence()


def limited(setting: str, *, methods: tuple[str, ...] = ("GET", "HEAD", "POST")) -> Callable[[Any], Any]:
    """A view that an address may ask so many times a minute as the setting says; after that the answer is 429."""

    def decorator(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            wait = seconds_to_wait(request, setting) if request.method in methods else 0
            return too_many(wait) if wait else view(request, *args, **kwargs)

        return inner

    return decorator


def seconds_to_wait(request: HttpRequest, setting: str) -> int:
    """Count the request: 0 if it may be answered, else the seconds until the address may ask again.

    While the cache does not answer nothing is limited, and it is asked again every SILENCE seconds only. A setting of
    0 is no limit.
    """
    most = getattr(settings, setting)
    if not most or time.monotonic() < _silence.until:
        return 0
    number, passed = divmod(time.time(), WINDOW)
    key = f"limit:{setting}:{client_pseudonym(request)}:{int(number)}"
    cache = caches["limits"]
    try:
        cache.add(key, 0, 2 * WINDOW)
        asked = cache.incr(key)
    except Exception as error:  # noqa: BLE001 - each cache has errors of its own
        _silence.until = time.monotonic() + SILENCE
        logger.warning("The cache of the setting CACHE_URL does not answer, so nothing is limited: %s", error)
        return 0
    return max(1, round(WINDOW - passed)) if asked > most else 0


def too_many(wait: int) -> HttpResponse:
    """The answer 429 (RFC 6585), as plain text: it must cost nothing."""
    text = ngettext(
        "Too many requests have come from your network. Try again in %(count)d second.",
        "Too many requests have come from your network. Try again in %(count)d seconds.",
        wait,
    )
    response = HttpResponse(text % {"count": wait} + "\n", status=429, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
