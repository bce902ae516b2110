"""Uploaded files, where the application serves them itself. At scale a proxy or CDN does it: docs/running.md."""

from errno import ENAMETOOLONG
from posixpath import normpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture. Documents are refused: they may be restricted, and are read through Wagtail's own view."""
    path = normpath(path).lstrip("/")
    if "\0" in path or path.lower().startswith("documents"):
        raise Http404
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            raise Http404 from error
        raise
    patch_cache_control(response, public=True, max_age=86_400)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
