"""What is answered when something fails. See docs/operations.md."""

from __future__ import annotations

import sqlite3
import sys

from django.core.exceptions import ObjectDoesNotExist, SuspiciousOperation
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template import loader
from django.urls import reverse
from django.utils import translation

from .disk import is_full

RETRY_AFTER = 10  # seconds
SQLITE_AWAY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})


def server_error(request: HttpRequest) -> HttpResponse:
    """507 where a disk is full, 503 where the database is away, else 500: a page that needs neither.

    What an editor has sent is in it, to be sent again.
    """
    error = sys.exc_info()[1]
    status = 507 if is_full(error) else 503 if is_away(error) else 500
    with translation.override(language_of(request)):
        page = loader.get_template("500.html").render(
            {"status": status, "sent": sent_by_editor(request), "address": request.get_full_path()}
        )
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def is_away(error: BaseException | None) -> bool:
    """Whether the database did not answer. SQLite has the same class for mistakes in a query."""
    code = getattr(error.__cause__, "sqlite_errorcode", None) if error else None
    return isinstance(error, OperationalError | InterfaceError) and (code is None or code & 0xFF in SQLITE_AWAY)


def language_of(request: HttpRequest) -> str:
    """That of the address, or the one that an editor has chosen. What failed may have left another in use."""
    try:
        if is_admin(request) and request.user.is_authenticated:
            profile = request.user.wagtail_userprofile  # type: ignore[attr-defined]
            return str(profile.get_preferred_language())
    except (AttributeError, Error, ObjectDoesNotExist):
        pass  # then that of the browser
    return translation.get_language_from_request(request, check_path=True)


def sent_by_editor(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of the admin, if they can be sent again: passwords and files cannot."""
    if request.method != "POST" or not is_admin(request):
        return []
    try:
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
        return [] if request.FILES or any("password" in name for name, _value in fields) else fields
    except (Error, MultiPartParserError, OSError, SuspiciousOperation):
        return []  # it did not arrive whole


def is_admin(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("wagtailadmin_home"))
