"""Middleware of the hub."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages


def policies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give the editors' pages the policy they need, and all pages those that Django knows nothing of.

    It is listed after Django's ContentSecurityPolicyMiddleware, which writes the header.
    """
    admin = reverse("wagtailadmin_home")

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "user", None)
        if user and request.path.startswith(admin) and user.is_authenticated:
            response._csp_config = settings.ADMIN_CSP  # type: ignore[attr-defined]
        response["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
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


class IncompletePageMiddleware:
    """Lead an editor to the page that could not be published, and say what it lacks.

    Drafts may lack what publishing needs. The editing form says so at the field; Wagtail's other ways to publish, from
    a listing or by approving from the dashboard, would end in an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        page = getattr(exception, "page", None)
        if not (isinstance(exception, ValidationError) and page and page.pk):
            return None
        problems = []
        for name, errors in exception.message_dict.items():
            label = "" if name == NON_FIELD_ERRORS else f"{capfirst(page._meta.get_field(name).verbose_name)}: "
            problems.append(label + " ".join(errors))
        text = _("“%(title)s” was not published, and nothing else was.") % {"title": page.title}
        messages.error(request, " ".join([text, *problems]))
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        # Wagtail's dialogs expect to be told where to go on.
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": url})
        return redirect(url)
