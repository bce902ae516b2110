"""Pictures by the address of their file, wherever that lies (hub/storages.py), and documents."""

from datetime import datetime

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import last_modified, require_safe
from wagtail.documents.views import serve as wagtail_documents

# What Wagtail makes of pictures, and the portraits of editors. Everything else is not for everybody: documents may be
# restricted and are read through Wagtail's own view, and originals may say more than the pictures on pages.
PUBLIC_FOLDERS = ("avatar_images", "images")


def _modified(request: HttpRequest, path: str) -> datetime | None:
    try:
        return default_storage.get_modified_time(path) if _is_public(path) else None
    except OSError:
        return None


def _is_public(path: str) -> bool:
    folder, *rest = path.split("/")
    return folder in PUBLIC_FOLDERS and bool(rest) and ".." not in rest and "\0" not in path


@require_safe
@last_modified(_modified)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture that everybody may see."""
    if not _is_public(path):
        raise Http404
    try:
        response = FileResponse(default_storage.open(path), filename=path.rpartition("/")[2])
    except OSError as error:  # no such file, a folder, or a name that is too long for one
        raise Http404 from error
    patch_cache_control(response, public=True, max_age=86_400)
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """A document, after Wagtail has looked at who may read it: to be kept as a file, and harmless if it is opened."""
    response = wagtail_documents.serve(request, document_id, filename)
    if response.status_code == 200:
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        if request.session.accessed:  # not everybody may read it
            patch_cache_control(response, private=True)
    return response
