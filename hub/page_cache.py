"""Whole pages, kept for readers who are not logged in.

A page is kept under the version of all content (`ContentChange`), its address, and those parameters that rendering it
looked at: others make no new entry. So what changes anything leaves no old page that could be found. Readers get it
compressed as it was once, or 304 if they have it.

Each process keeps the pages asked for last in memory; behind that is Django's cache, which all processes share.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from .models.versions import ContentChange

logger = logging.getLogger(__name__)

# Seconds until a page is rendered anew although nothing was changed: registrations close and events end.
FRESH_FOR = 60
# Seconds after a commit until every process knows of it.
CHECK_EVERY = 0.2
# Seconds that others wait for who renders a page.
PATIENCE = 5.0
MEMORY = 32 * 2**20  # bytes of pages in the memory of each process
# Headers of a page that are of no use to who has it already.
UNNEEDED = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Length")


class Kept(NamedTuple):
    """A page, compressed, with its headers, and those for who has it already.

    It may be used until a moment in seconds since 1970.
    """

    body: bytes
    headers: dict[str, str]
    short: dict[str, str]
    etag: str
    until: float


class Asked(QueryDict):
    """The parameters of a request, which note the names that somebody looks at.

    `whole` is True once somebody has looked at all of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.names: set[str] = set()
        self.whole = False
        super().__init__(*args, **kwargs)

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().getlist(key, default)

    def __iter__(self) -> Iterator[str]:
        self.whole = True
        return super().__iter__()

    def __len__(self) -> int:
        self.whole = True
        return super().__len__()

    def lists(self) -> Any:
        self.whole = True
        return super().lists()

    def items(self) -> Any:
        self.whole = True
        return super().items()

    def keys(self) -> Any:
        self.whole = True
        return super().keys()


class CurrentVersion:
    """The version of content as this process knows it, at most CHECK_EVERY seconds after a commit.

    While the database is away the last known version stands: nobody can change anything.
    """

    def __init__(self) -> None:
        self._version = ""
        self._until = 0.0

    def __call__(self) -> str:
        now = time.monotonic()
        if now >= self._until:
            try:
                self._version = ContentChange.objects.version()
            except DatabaseError:
                if not self._version:
                    raise
            self._until = now + CHECK_EVERY
        return self._version

    def forget(self) -> None:
        self._until = 0.0


current_version = CurrentVersion()


class Memory:
    """What this process was asked for last, at most MEMORY bytes of it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Any] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        found = self._kept.get(key)
        if found is not None:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
        return found

    def set(self, key: str, value: Any) -> None:
        with self._lock:
            self._size += _size(value) - (_size(self._kept[key]) if key in self._kept else 0)
            self._kept[key] = value
            self._kept.move_to_end(key)
            while self._size > MEMORY:
                _key, dropped = self._kept.popitem(last=False)
                self._size -= _size(dropped)

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _size(value: Any) -> int:
    return 2_000 + (len(value.body) if isinstance(value, Kept) else 0)


memory = Memory()


class Shared:
    """Django's cache, which may be away, full or broken: then nothing is in it."""

    def __init__(self) -> None:
        self._silent_until = 0.0

    def get(self, key: str) -> Any:
        return self._try(cache.get, key)

    def set(self, key: str, value: Any, seconds: float) -> None:
        self._try(cache.set, key, value, seconds)

    def add(self, key: str, seconds: float) -> bool:
        """Whether this process is the first to want something; True also where nobody can tell."""
        return self._try(cache.add, key, 1, seconds) is not False

    def delete(self, key: str) -> None:
        self._try(cache.delete, key)

    def _try(self, call: Callable[..., Any], *args: Any) -> Any:
        if time.monotonic() < self._silent_until:
            return None
        try:
            return call(*args)
        except Exception as error:  # noqa: BLE001 - each cache has errors of its own
            self._silent_until = time.monotonic() + 5
            logger.warning("The cache of the setting CACHE_URL does not answer, pages do without it: %s", error)
            return None


shared = Shared()


class PageCacheMiddleware:
    """Listed before all that makes headers, which are kept with the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.beginnings = (*(f"/{code}/" for code, _name in settings.LANGUAGES), "/sitemap")
        self.searches = tuple(f"/{code}/search/" for code, _name in settings.LANGUAGES)
        self.locks: dict[str, threading.Lock] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_be_kept(request):
            return self.get_response(request)
        beginning = f"page {current_version()} {request.scheme} {request.path}"
        asked = request.GET if request.META.get("QUERY_STRING") else QueryDict()
        kept = self.look_up(beginning, asked)
        if kept is None:
            rendered = key_of(beginning, asked, frozenset(asked)) + " rendered"
            with self.only_one(rendered):
                kept = self.look_up(beginning, asked) or self.wait_for(rendered, beginning, asked)
                if kept is None:
                    answer = self.render(request, beginning)
                    shared.delete(hashed(rendered))
                    if not isinstance(answer, Kept):
                        return answer
                    kept = answer
        return respond(request, kept)

    def may_be_kept(self, request: HttpRequest) -> bool:
        if (
            request.method not in ("GET", "HEAD")
            or not request.path.startswith(self.beginnings)
            or request.path.startswith(self.searches)
            or settings.SESSION_COOKIE_NAME in request.META.get("HTTP_COOKIE", "")
        ):
            return False
        try:
            request.get_host()
        except DisallowedHost:
            return False
        return True

    def look_up(self, beginning: str, asked: QueryDict) -> Kept | None:
        if not asked:
            return self.find(f"{beginning} ")
        names = self.find(f"{beginning} names")
        return None if names is None else self.find(key_of(beginning, asked, names))

    def find(self, key: str) -> Any:
        found = memory.get(key)
        if found is None:
            found = shared.get(hashed(key))
            if found is not None:
                memory.set(key, found)
        return None if isinstance(found, Kept) and found.until < time.time() else found

    @contextmanager
    def only_one(self, key: str) -> Iterator[None]:
        """One thread of this process at a time."""
        lock = self.locks.setdefault(key, threading.Lock())
        with lock:
            try:
                yield
            finally:
                self.locks.pop(key, None)

    def wait_for(self, rendered: str, beginning: str, asked: QueryDict) -> Kept | None:
        """The page that another process is rendering; None when it is for this one to do."""
        end = time.monotonic() + PATIENCE
        while not shared.add(hashed(rendered), PATIENCE) and time.monotonic() < end:
            time.sleep(0.02)
            if (kept := self.look_up(beginning, asked)) is not None:
                return kept
        return None

    def render(self, request: HttpRequest, beginning: str) -> Kept | HttpResponseBase:
        """The page, kept if it may be, otherwise the answer itself."""
        asked = Asked(request.META.get("QUERY_STRING", ""), encoding=request.encoding)
        asked.names.clear()
        asked.whole = False
        accepted = {name: request.META.pop(name, None) for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")}
        accepted["HTTP_ACCEPT_ENCODING"] = request.META.pop("HTTP_ACCEPT_ENCODING", None)
        method, request.method = request.method, "GET"
        request.GET = asked  # type: ignore[assignment]
        try:
            response = self.get_response(request)
        finally:
            request.method = method
            request.META.update({name: value for name, value in accepted.items() if value is not None})
            names, whole = frozenset(asked.names), asked.whole
        if not is_public(response) or (whole and dict.__len__(asked)):
            return response
        names |= self.find(f"{beginning} names") or frozenset()
        kept = keep(response)
        for key, value in ((f"{beginning} names", names), (key_of(beginning, asked, names), kept)):
            memory.set(key, value)
            shared.set(hashed(key), value, FRESH_FOR)
        return kept


def key_of(beginning: str, asked: QueryDict, names: frozenset[str]) -> str:
    """The same for parameters in any order, and for others than these."""
    pairs = [(name, sorted(values)) for name, values in sorted(dict.items(asked)) if name in names]
    return f"{beginning} {urlencode(pairs, doseq=True)}"


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def is_public(response: HttpResponseBase) -> bool:
    """Whether every reader may get it."""
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not any(word in control for word in ("private", "no-store", "no-cache"))
        and "Accept-Language" not in response.get("Vary", "")
    )


def keep(response: HttpResponseBase) -> Kept:
    content = response.content  # type: ignore[attr-defined]
    if not response.has_header("Cache-Control"):
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)  # type: ignore[arg-type]
    response["Vary"] = "Accept-Encoding"
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    body = gzip.compress(content, 6, mtime=0)
    response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(body))
    headers = dict(response.headers)
    short = {name: value for name, value in headers.items() if name not in UNNEEDED}
    return Kept(body, headers, short, etag, time.time() + FRESH_FOR)


def respond(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The page for this reader."""
    if kept.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponseNotModified(headers=kept.short)
    if request.method == "HEAD":
        return HttpResponse(headers=kept.headers)
    if "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        return HttpResponse(kept.body, headers=kept.headers)
    response = HttpResponse(gzip.decompress(kept.body), headers=kept.headers)
    del response["Content-Encoding"]
    response["Content-Length"] = str(len(response.content))
    return response
