"""Whole pages, kept for readers who are not logged in.

A page is kept under the release, the version of all content (`ContentChange`), its address, and those parameters that
rendering it looked at: others make no new entry. So what changes anything leaves no old page that could be found.
Readers get it compressed as it was once, or 304 if they have it.

Each process keeps the pages asked for last in memory; behind that is Django's cache, which all processes share.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.core.exceptions import DisallowedHost
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.http.response import HttpResponseBase, ResponseHeaders
from django.utils.cache import patch_cache_control
from django.utils.datastructures import CaseInsensitiveMapping

from .current_version import current_version
from .memory import FRESH_FOR, Memory, is_fresh
from .metrics import HITS, PAGE_CACHE
from .remembering import remembering

logger = logging.getLogger(__name__)

# Whether the page that is being rendered has everything. What does without something sets it to False.
is_complete: ContextVar[bool] = ContextVar("is_complete", default=True)

# Seconds until a page is rendered anew that lacks what the search engine did not say in time.
INCOMPLETE_FOR = 5
# Seconds for which nobody waits for an answer that was not kept.
UNKEPT_FOR = 10
# Seconds that others wait for who renders a page.
PATIENCE = 5.0
memory = Memory(32 * 2**20)  # pages in the memory of each process
# Headers of a request that the page does not depend on: it is compressed, and compared, afterwards.
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING")
# Headers of a page that are of no use to who has it already.
UNNEEDED = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Length")


class KeptHeaders(ResponseHeaders):
    """Headers that were found right when the page was kept: they are not looked at again. Responses share them.

    The page may be used until a moment in seconds since 1970.
    """

    def __init__(self, data: dict[str, str], until: float) -> None:
        CaseInsensitiveMapping.__init__(self, data)
        self.until = until

    def items(self) -> Any:
        return self._store.values()  # type: ignore[attr-defined]


class Kept(NamedTuple):
    """A page, compressed, with its headers, and those for who has it already.

    Rendering it looked at the parameters `names`, or at the `whole` of them.
    """

    body: bytes
    headers: KeptHeaders
    short: KeptHeaders
    etag: str
    names: frozenset[str]
    whole: bool

    def is_for(self, asked: QueryDict, known: frozenset[str]) -> bool:
        """Whether it is the page for these parameters, found by those that are `known` to matter.

        There may be others that matter only now: views look at some parameters only if another one is there.
        """
        return not asked or not (self.whole or self.names.intersection(asked.keys() - known))


class Asked(QueryDict):
    """The parameters of a request, which note the names that somebody looks at.

    `whole` is True once somebody has looked at all of them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.names: set[str] = set()
        self.whole = False
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, parameters: QueryDict) -> Asked:
        asked = cls(mutable=True)
        for name, values in parameters.lists():
            asked.setlist(name, values)
        asked._mutable = False
        asked.names.clear()
        asked.whole = False
        return asked

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


def release() -> str:
    """Differs between releases whose pages are not for each other: those ask for style sheets by other names."""
    names = getattr(staticfiles_storage, "manifest_hash", "")
    return hashlib.sha256(names.encode() + Path(__file__).read_bytes()).hexdigest()[:12]


class PageCacheMiddleware:
    """Listed before all that makes headers, which are kept with the page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.beginnings = (*(f"/{code}/" for code, _name in settings.LANGUAGES), "/sitemap")
        self.searches = tuple(f"/{code}/search/" for code, _name in settings.LANGUAGES)
        self.locks: dict[str, threading.Lock] = {}
        self.release = release()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.may_be_kept(request):
            return self.get_response(request)
        try:
            version = current_version()
        except OperationalError:
            return self.without_database(request)
        beginning = f"page {self.release} {version} {request.scheme} {request.path}"
        asked = request.GET if request.META.get("QUERY_STRING") else QueryDict()
        kept = self.look_up(beginning, asked)
        is_away = kept is None and current_version.is_away()
        if is_away:
            kept = self.look_up(beginning, asked, even_old=True)
        if kept is not None:
            return counted(respond(request, kept))
        if is_away:
            return self.without_database(request)
        exactly = key_of(beginning, asked, frozenset(asked))
        if not self.is_unkept(exactly):
            with self.only_one(exactly):
                kept = self.look_up(beginning, asked) or self.wait_for(exactly, beginning, asked)
                if kept is not None:
                    return counted(respond(request, kept))
                # Those who waited here for what was not kept then go on side by side.
                if not self.is_unkept(exactly):
                    # Not longer than pages: dates come and go without a change.
                    with remembering(f"{version} {time.time() // FRESH_FOR:.0f}"):
                        answer = self.render(request, beginning)
                    cache.delete(hashed(f"{exactly} rendered"))
                    PAGE_CACHE.labels("miss").inc()
                    if isinstance(answer, Kept):
                        return respond(request, answer)
                    memory.set(f"{exactly} unkept", True, time.time() + UNKEPT_FOR)
                    return answer
        return self.get_response(request)

    def without_database(self, request: HttpRequest) -> HttpResponseBase:
        """The answer that it is away, at once: all threads would wait for it, and no kept page be answered."""
        request.database_is_away = True  # type: ignore[attr-defined]
        return self.get_response(request)

    def is_unkept(self, exactly: str) -> bool:
        """Whether the answer to this was not one to keep, a moment ago."""
        return memory.get(f"{exactly} unkept", time.time()) is not None

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

    def look_up(self, beginning: str, asked: QueryDict, *, even_old: bool = False) -> Kept | None:
        known: frozenset[str] = (self.find(f"{beginning} names", even_old=even_old) if asked else None) or frozenset()
        kept: Kept | None = self.find(key_of(beginning, asked, known), even_old=even_old)
        return kept if kept and kept.is_for(asked, known) else None

    def find(self, key: str, *, even_old: bool = False) -> Any:
        now = time.time()
        found = memory.get(key, now, even_old=even_old)
        if found is None and (stored := cache.get(hashed(key))) is not None:
            found, until = stored
            if not is_fresh(until, now):
                return None
            memory.set(key, found, until)
        return found

    @contextmanager
    def only_one(self, key: str) -> Iterator[None]:
        """One thread of this process at a time."""
        lock = self.locks.setdefault(key, threading.Lock())
        with lock:
            try:
                yield
            finally:
                self.locks.pop(key, None)

    def wait_for(self, exactly: str, beginning: str, asked: QueryDict) -> Kept | None:
        """The page that another process is rendering; None when it is for this one to do."""
        end = time.monotonic() + PATIENCE
        while not cache.add(hashed(f"{exactly} rendered"), 1, PATIENCE) and time.monotonic() < end:
            time.sleep(0.02)
            if (kept := self.look_up(beginning, asked)) is not None:
                return kept
        return None

    def render(self, request: HttpRequest, beginning: str) -> Kept | HttpResponseBase:
        """The page, kept if it may be, otherwise the answer itself."""
        asked = Asked.of(request.GET)
        accepted = {name: request.META.pop(name, None) for name in CONDITIONS}
        method, request.method = request.method, "GET"
        request.GET = asked  # type: ignore[assignment]
        is_complete.set(True)
        try:
            response = self.get_response(request)
        finally:
            request.method = method
            request.META.update({name: value for name, value in accepted.items() if value is not None})
        if not is_public(response) or (asked.whole and dict.__len__(asked)):
            return response
        kept = keep(response, FRESH_FOR if is_complete.get() else INCOMPLETE_FOR, frozenset(asked.names), asked.whole)
        known = kept.names | (self.find(f"{beginning} names") or frozenset())
        for key, value in ((f"{beginning} names", known), (key_of(beginning, asked, known), kept)):
            memory.set(key, value, kept.headers.until)
            cache.set(hashed(key), (value, kept.headers.until), FRESH_FOR)
        return kept


def away(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Fail for a database that did not answer a moment ago. It is listed last: the answer has headers as any other."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if getattr(request, "database_is_away", False):
            raise OperationalError("The database did not answer a moment ago.")
        return get_response(request)

    return middleware


def key_of(beginning: str, asked: QueryDict, names: frozenset[str]) -> str:
    """The same for parameters in any order, and for others than these."""
    pairs = [(name, values) for name, values in sorted(dict.items(asked)) if name in names]
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


def keep(response: HttpResponseBase, seconds: float, names: frozenset[str], whole: bool) -> Kept:
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
    until = time.time() + seconds
    return Kept(body, KeptHeaders(headers, until), KeptHeaders(short, until), etag, names, whole)


def counted(response: HttpResponse) -> HttpResponse:
    HITS[response.status_code].add()
    return response


def respond(request: HttpRequest, kept: Kept) -> HttpResponse:
    """The page for this reader."""
    if kept.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response: HttpResponse = HttpResponseNotModified()
        response.headers = kept.short
        return response
    zipped = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "") or request.method == "HEAD"
    response = HttpResponse(kept.body if zipped else gzip.decompress(kept.body))
    response.headers = kept.headers if zipped else KeptHeaders(dict(kept.headers), kept.headers.until)
    if request.method == "HEAD":
        response.content = b""
    elif not zipped:
        del response["Content-Encoding"]
        response["Content-Length"] = str(len(response.content))
    return response
