"""Middleware of the hub."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import reverse


def admin_content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give the editors' pages the policy they need. It is listed after Django's, which writes the header."""
    admin = reverse("wagtailadmin_home")

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith(admin):
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        return response

    return middleware


def no_null_bytes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep null bytes away from the database: PostgreSQL raises an error when it is asked about one.

    No path with a null byte exists. In a query string it becomes a blank, and a cookie that has one is dropped.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return HttpResponseNotFound("Not found\n", content_type="text/plain; charset=utf-8")
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("\0", " ").replace("%00", "%20")
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return get_response(request)

    return middleware
