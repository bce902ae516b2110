"""What a supervisor asks to know whether this process lives."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" without asking the database or the search index."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
