"""Old addresses lead to where things are now. Wagtail keeps those of pages that were moved; this is the rest."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse, urlsplit

from django.conf import settings
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, override
from wagtail.contrib.redirects.middleware import RedirectMiddleware as WagtailRedirectMiddleware
from wagtail.contrib.redirects.middleware import get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from .addresses import address
from .models import Concept, HomePage
from .models.links import readable
from .models.organisations import Organisation, Person
from .models.places import Place
from .models.themes import Theme

# Concepts with pages of their own, and the names of these addresses.
WITH_PAGES: dict[type[Concept], str] = {Theme: "theme", Organisation: "organisation", Person: "person", Place: "place"}


class RedirectMiddleware(WagtailRedirectMiddleware):
    """Takes a query string along to where it leads, unless the old or the new address has one of its own."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = super().process_response(request, response)
        if answer is not response and request.META.get("QUERY_STRING") and not get_redirect(request, _asked(request)):
            answer["Location"] = with_query(answer["Location"], request)
        return answer


def with_query(url: str, request: HttpRequest) -> str:
    """The address with the query string of a request, unless it has one."""
    parts = urlsplit(url)
    return url if parts.query else parts._replace(query=request.META.get("QUERY_STRING", "")).geturl()


def _asked(request: HttpRequest) -> str:
    """The address of a request with its query string, as redirects are looked up."""
    path: str = Redirect.normalise_path(request.get_full_path(), decode_unicode=False)
    return path


def _has_redirect(request: HttpRequest) -> bool:
    """Whether an editor has set one for the address, with its query string or without."""
    asked = _asked(request)
    return any(get_redirect(request, path) for path in dict.fromkeys([asked, urlparse(asked).path]))


def in_another_language(request: HttpRequest, path: str) -> str:
    """Where a reader was going who put the `path` of a page below the home page of the wrong language.

    The page in the language of the request, where it exists in it, else as it was found. Empty if nothing, or more
    than one work, has this path in other languages, and where an editor has set a redirect.
    """
    if not path or _has_redirect(request):
        return ""
    slug = path.strip("/").rpartition("/")[2]
    homes = HomePage.objects.exclude(locale__language_code=get_language()).filter(
        locale__language_code__in=_languages()
    )
    own_home = homes.filter(locale=OuterRef("locale")).values("url_path")[:1]
    there = Concat(Subquery(own_home), Value(path), output_field=CharField())
    keys = set(
        readable(Page.objects.filter(slug=slug, url_path=there))
        .order_by()
        .values_list("translation_key", flat=True)[:50]
    )
    if len(keys) != 1:
        return ""
    versions = readable(Page.objects.filter(translation_key__in=keys)).select_related("locale")
    by_language = {page.locale.language_code: page for page in versions}
    order = [get_language(), *(code for code in _languages())]
    best = next((by_language[code] for code in order if code in by_language), None)
    return with_query(address(best), request) if best else ""


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def redirect_concept(old_slug: str, concept: Concept) -> None:
    """Readers who follow old links to a concept arrive at its address of now, or at what took its place."""
    name = WITH_PAGES.get(type(concept))
    if name is None or old_slug == concept.slug:
        return
    for code in _languages():
        with override(code):
            old, new = (reverse(name, args=[slug]) for slug in (old_slug, concept.slug))
        Redirect.objects.filter(redirect_link=old).update(redirect_link=new)
        # What has an address again is not led away from it.
        Redirect.objects.filter(old_path=Redirect.normalise_path(new), site=None).delete()
        Redirect.objects.update_or_create(
            old_path=Redirect.normalise_path(old), site=None, defaults={"redirect_link": new}
        )


def slug_before(sender: type[Concept], instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Keeps the slug that the database has until the concept is saved."""
    if not raw:
        instance._slug_before = sender.objects.filter(pk=instance.pk).values_list("slug", flat=True).first()


def slug_changed(sender: type[Concept], instance: Any, **kwargs: Any) -> None:
    """A concept has another slug than before: its old addresses lead to the new ones."""
    before = instance.__dict__.pop("_slug_before", None)
    if before and before != instance.slug:
        redirect_concept(before, instance)
