"""The log line of each request that is not answered from the page cache.

Nothing in it is personal but the number of the editor who is logged in: no address, no cookie, no parameters.
"""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata
from structlog.contextvars import bind_contextvars, get_contextvars

# Parts of addresses that open something to whoever knows them.
SECRET_PARTS = ("key", "token", "uidb64")
# Asked every few seconds, and of no interest unless who asks complains.
PROBES = ("/healthz", "/readyz")


class RequestLogMiddleware(RequestMiddleware):
    """One line for a request, with its id, which all other lines of the request carry too.

    Who gets an error is told the id, in `X-Request-ID`.
    """

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request) if request.path in PROBES else super().__call__(request)

    def prepare(self, request: HttpRequest) -> None:
        """Only the end of a request is written, so its address need not be found out yet."""
        request.began_at = time.perf_counter()  # type: ignore[attr-defined]
        bind_contextvars(request_id=str(uuid.uuid4()))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        # These are never kept. A preview is a request inside another, and takes the id with it.
        if response.status_code >= 400 and (request_id := get_contextvars().get("request_id")):
            response["X-Request-ID"] = request_id
        super().handle_response(request, response)

    def process_got_request_exception(self, sender: type[Any], request: HttpRequest, **kwargs: Any) -> None:
        """Django's own logger, django.request, writes the exception."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Method and path, without what is secret in it."""
        try:
            # Also for an answer before Django has looked, such as that to an address without its last slash.
            match = request.resolver_match or resolve(f"{request.path.rstrip('/')}/")
        except Http404:
            return f"{request.method} {request.path}"
        path = request.path
        for name, value in match.kwargs.items():
            if name in SECRET_PARTS:
                path = path.replace(str(value), "…")
        return f"{request.method} {path}"


@receiver(bind_extra_request_finished_metadata)
def say_how_long(request: HttpRequest, log_kwargs: dict[str, Any], **kwargs: Any) -> None:
    log_kwargs["milliseconds"] = round((time.perf_counter() - request.began_at) * 1000, 1)  # type: ignore[attr-defined]
