"""Pages of Wagtail by their address, pages of themes, and pictures."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail import views as wagtail_views
from wagtail.images.views.serve import ServeView
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from .alphabet import alphabet_context
from .citations import FORMATS, Citation
from .credits import given_by, published_organisations, published_people, works_elsewhere
from .models import HomePage, IndexPage, Theme
from .models.content import CONTACT
from .models.links import named_restrictions, restricted_by
from .models.themes import line, narrower, theme_parents, theme_tree
from .prepared import Parameter, Prepared
from .redirects import in_another_language
from .remembering import remembered
from .sections import documents_for, sections_for
from .templatetags.frame import site_facts
from .trails import Crumb, room

YEAR_IN_SECONDS = 31_536_000


def page(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serves a page as Wagtail does, found in one query or two instead of two for each part of its address."""
    found = find_page(path)
    if found is None and (elsewhere := in_another_language(request, path)):
        return redirect(elsewhere)
    request._wagtail_route_for_request = RouteResult(found, [], {}) if found else None  # type: ignore[attr-defined]
    return wagtail_views.serve(request, path)


def find_page(path: str) -> Page | None:
    """The live page at `path` under the home page of the active language, in its own type with what it shows."""
    home = home_places().get(get_language() or "")
    if home is None:
        return None
    url_path = home + path
    parent, slug = url_path.rstrip("/").rpartition("/")[::2]
    model = type_at(url_path, f"{parent}/")
    if model is None:
        return None
    return next(iter(live_pages.objects(model, named_restrictions(), slug=slug, url_path=url_path)), None)


@Prepared
def live_pages(model: Any, restrictions: Any) -> Any:
    """Live pages of a type at an address with what they show."""
    pages = model.objects.for_page() if hasattr(model.objects, "for_page") else model.objects.select_related("locale")
    slug, url_path = Parameter("slug", models.CharField()), Parameter("url_path", models.TextField())
    return pages.annotate(is_restricted=restricted_by(restrictions)).filter(live=True, slug=slug, url_path=url_path)


def type_at(url_path: str, parent: str) -> Any:
    """The type of the live page at `url_path`, if there is one; a query only where it could have several types."""
    homes, listings = set(home_places().values()), listings_at()
    if url_path in homes:
        return HomePage
    if url_path in listings:
        return listings[url_path]
    if parent in listings:
        return listings[parent].allowed_subpage_models()[0]
    found = Page.objects.filter(live=True, slug=url_path.split("/")[-2], url_path=url_path)
    page = found.select_related("content_type").only("content_type").first()
    return page.content_type.model_class() if page else None


@remembered
def home_places() -> dict[str, str]:
    """The `url_path` of the home page of each language."""
    return dict(home_pages.rows())


@Prepared
def home_pages() -> Any:
    pages = Page.objects.filter(pk__in=HomePage.objects.order_by().values("pk"))
    return pages.order_by().values_list("locale__language_code", "url_path")


@remembered
def listings_at() -> dict[str, type[IndexPage]]:
    """The types of listings by their `url_path`. All pages under one are of one type."""
    types = ContentType.objects
    return {url_path: types.get_for_id(pk).model_class() for url_path, pk in index_pages.rows()}


@Prepared
def index_pages() -> Any:
    types = [model for model in apps.get_models() if issubclass(model, IndexPage)]
    return Page.objects.type(*types).order_by().values_list("url_path", "content_type")


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The tree of themes."""
    tree = Theme.objects.named().prefetch_related("labels").in_tree_order()
    context = {
        "branches": branches(tree),
        "description": _("Everything in the hub, ordered by theme."),
        "trail": [room("themes")],
    }
    return render(request, "hub/themes.html", context)


def branches(tree: list[Theme]) -> list[Branch]:
    """A tree of what is in tree order."""
    top: list[Branch] = []
    above: list[Branch] = []
    for theme in tree:
        branch = Branch(theme, [])
        del above[theme.depth :]
        (above[-1].below if above else top).append(branch)
        above.append(branch)
    return top


class Branch(NamedTuple):
    theme: Theme
    below: list[Branch]


@require_safe
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything under a theme, type by type."""
    language = get_language() or ""
    found = Theme.objects.named().prefetch_related("labels").filter(slug=slug).first()
    if found is None:
        raise Http404
    parents = theme_parents()
    above = line(found.parent_id, parents)
    wider = {theme.pk: theme for theme in theme_tree() if theme.pk in above}
    ids = {pk for pk in parents if found.pk in line(pk, parents)}
    context = {
        "theme": found,
        "narrower": narrower(found),
        "trail": [
            room("themes"),
            *(Crumb(theme.label(), theme.get_absolute_url()) for pk in reversed(above) if (theme := wider.get(pk))),
            Crumb(found.label(), request.path),
        ],
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
    text = Citation.of(found, publisher, found.named_themes).write(form)
    headers = {"Content-Disposition": f'attachment; filename="citation.{form}"'}
    return HttpResponse(text, content_type=f"{FORMATS[form].media_type}; charset=utf-8", headers=headers)


@require_safe
def person(request: HttpRequest, slug: str) -> HttpResponse:
    """Who somebody is, and what he or she gave."""
    found = published_people().select_related("organisation", "photo").filter(slug=slug).first()
    if found is None:
        raise Http404
    given = given_by(found, get_language() or "")
    context = {
        "person": found,
        "description": found.biography or contributions(found.name),
        "is_contact": any(each.heading == CONTACT.heading for each in given),
        "given": given,
        "elsewhere": works_elsewhere(found, get_language() or ""),
        "trail": [room("people"), Crumb(found.name, request.path)],
    }
    return render(request, "hub/person.html", context)


@require_safe
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """What an organisation is, what it gave, and its people."""
    found = published_organisations().select_related("logo").filter(slug=slug).first()
    if found is None:
        raise Http404
    context = {
        "organisation": found,
        "description": contributions(found.name),
        "people": published_people().filter(organisation=found).select_related("organisation", "photo"),
        "given": given_by(found, get_language() or ""),
        "elsewhere": works_elsewhere(found, get_language() or ""),
        "trail": [room("organisations"), Crumb(found.name, request.path)],
    }
    return render(request, "hub/organisation.html", context)


def contributions(name: str) -> str:
    return _("News, events, hubs and platforms to which %(name)s has contributed.") % {"name": name}


class Tab(NamedTuple):
    title: str
    url: str
    is_current: bool


@require_safe
def a_to_z(request: HttpRequest, kind: str = "") -> HttpResponse:
    """Everything that has a name, or one `kind` of it, by the first letters."""
    room_of = {"": "a-z", "organisation": "organisations", "person": "people"}
    descriptions = {
        "": _("Themes, places, organisations, people, hubs and platforms by their names."),
        "organisation": _("Who works with the network and has given something to this hub."),
        "person": _("Who wrote, spoke and answers questions on this hub."),
    }
    tabs = [Tab(*room(slug), each == kind) for each, slug in room_of.items()]
    context = {
        "heading": room(room_of[kind]).title,
        "description": descriptions[kind],
        "tabs": tabs,
        "trail": [room(room_of[kind])],
    }
    return render(request, "hub/a_to_z.html", context | alphabet_context(request, kind))


class PictureView(ServeView):
    """A picture in the size and format that a page asks for, made when it is first asked for.

    Pages name sizes by signed addresses, so they neither wait for encoding nor look renditions up.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, *args, **kwargs)
        if response.status_code == 200:
            del response["Cache-Control"]
            patch_cache_control(response, public=True, max_age=YEAR_IN_SECONDS, immutable=True)
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
