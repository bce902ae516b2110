"""Pages of Wagtail by their address, pages of themes, and pictures."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Subquery, Value
from django.db.models.functions import Concat
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.images.views.serve import ServeView
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from .citations import FORMATS, Citation
from .models import HomePage, Theme
from .models.content import named
from .models.links import restricted
from .sections import documents_for, sections_for
from .templatetags.hub import site_facts

YEAR_IN_SECONDS = 31_536_000


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serves a page as Wagtail does, found in two queries instead of two for each part of its address."""
    found = find_page(path)
    request._wagtail_route_for_request = RouteResult(found, [], {}) if found else None  # type: ignore[attr-defined]
    return wagtail_views.serve(request, path)


def find_page(path: str) -> Page | None:
    """The live page at `path` under the home page of the active language, in its own type with what it shows."""
    homes = HomePage.objects.filter(locale__language_code=get_language())
    pages = Page.objects.filter(live=True).annotate(is_restricted=restricted()).select_related("content_type")
    slug = path.strip("/").rpartition("/")[2]
    if slug:
        pages = pages.filter(slug=slug, url_path=Concat(Subquery(homes.values("url_path")[:1]), Value(path)))
    else:
        pages = pages.filter(pk__in=homes.values("pk"))
    found = pages.first()
    model = found.content_type.model_class() if found else None
    if found is None or model is None:
        return None
    own_type = model.objects
    own = (own_type.for_page() if hasattr(own_type, "for_page") else own_type.select_related("locale")).get(
        pk=found.pk
    )
    own.is_restricted = found.is_restricted
    return own


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The tree of themes."""
    tree = Theme.objects.named().prefetch_related("labels").in_tree_order()
    return render(request, "hub/themes.html", {"branches": branches(tree)})


def branches(tree: list[Theme]) -> list[dict[str, Any]]:
    """The main themes, each with everything below it."""
    found: list[dict[str, Any]] = []
    for theme in tree:
        if theme.depth == 0:
            found.append({"theme": theme, "below": []})
        elif found:
            found[-1]["below"].append(theme)
    return found


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under a theme, type by type."""
    language = get_language() or ""
    named = Theme.objects.named().prefetch_related("labels")
    found = named.prefetch_related(Prefetch("children", Theme.objects.named())).filter(slug=slug).first()
    if found is None:
        raise Http404
    ids = Theme.objects.descendant_ids(found)
    context = {
        "theme": found,
        "wider": Theme.objects.named().filter(pk=found.parent_id).first() if found.parent_id else None,
        "sections": sections_for(found, ids, language=language, size=6),
        "documents": documents_for(ids, language=language),
    }
    return render(request, "hub/theme.html", context)


@require_safe
def cite(request: HttpRequest, index: str, slug: str, form: str) -> HttpResponse:
    """The citation of a page as a file."""
    found = find_page(f"{index}/{slug}/")
    if form not in FORMATS or found is None or found.is_restricted or not getattr(found, "is_citable", False):
        raise Http404
    publisher = site_facts({"request": request}).name
    text = Citation.of(found, publisher, named(found.themes.all())).write(form)
    headers = {"Content-Disposition": f'attachment; filename="citation.{form}"'}
    return HttpResponse(text, content_type=f"{FORMATS[form].media_type}; charset=utf-8", headers=headers)


class PictureView(ServeView):
    """A picture in the size and format that a page asks for, made when it is first asked for.

    Pages name sizes by signed addresses, so they neither wait for encoding nor look renditions up.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, *args, **kwargs)
        if response.status_code == 200:
            del response["Cache-Control"]
            patch_cache_control(response, public=True, max_age=YEAR_IN_SECONDS, immutable=True)
        return response
