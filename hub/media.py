"""Uploaded files, where the application serves them itself. At scale a proxy or CDN does it: docs/running.md."""

from errno import ENAMETOOLONG
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture. Documents are refused: they may be restricted, and are read through Wagtail's own view."""
    if "\0" in path or ".." in path.split("/"):
        raise Http404
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        # Decided on the file that would be read, not on how its address is written.
        file = (root / path.lstrip("/")).resolve()
        if not file.is_relative_to(root) or file == root:
            raise Http404
        inside = file.relative_to(root)
        if inside.parts[0].lower() == "documents":
            raise Http404
        response = serve(request, str(inside), document_root=str(root))
    except OSError as error:
        if error.errno == ENAMETOOLONG:
            raise Http404 from error
        raise
    patch_cache_control(response, public=True, max_age=86_400)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
