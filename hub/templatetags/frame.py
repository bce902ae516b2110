"""What is around the content of a page: its menus, its languages, its name and address."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.db.models import Subquery
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi
from wagtail.models import Site

from .. import languages, trails
from ..addresses import address
from ..models.links import menu_pages, readable
from ..models.sharing import SharingSettings
from ..remembering import remembered

register = template.Library()


class MenuItem(NamedTuple):
    label: str
    url: str
    is_current: bool  # the page itself
    is_inside: bool  # the page or one below it


@register.simple_tag(takes_context=True)
def main_menu(context: template.Context) -> list[MenuItem]:
    """The main menu: addresses are the same everywhere, so nothing is looked up."""
    path = context["request"].path if "request" in context else ""
    rooms = [trails.room(slug) for slug in ("news", "events", "hubs", "platforms", "themes", "places")]
    return [MenuItem(label, url, path == url, path.startswith(url)) for label, url in rooms]


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context) -> list[trails.Crumb]:
    """The way from the home page to what is shown, both included; empty on the home page and on error pages."""
    return trails.trail(context)


@register.simple_tag(takes_context=True)
def footer_menu(context: template.Context) -> list[MenuItem]:
    """What the main menu has no room for."""
    path = context["request"].path if "request" in context else ""
    rooms = [trails.room(slug) for slug in ("a-z", "organisations", "people")]
    return [MenuItem(label, url, path == url, path.startswith(url)) for label, url in rooms]


@register.simple_tag(takes_context=True)
def footer_pages(context: template.Context) -> list[Any]:
    """The plain pages of the active language."""
    if links := context.get("links"):
        return links.menu
    pages = readable(menu_pages(locale__language_code=get_language()))
    shown = pages.select_related("locale").only("title", "url_path", "locale__language_code")
    return list(shown.order_by("path"))


class SiteFacts(NamedTuple):
    """What the network calls its hub, and the services that it lets readers share on."""

    name: str
    services: list[str]


def site_facts(context: Any) -> SiteFacts:
    """Read once for a request."""
    request = context.get("request")
    known: SiteFacts | None = getattr(request, "site_facts", None)
    if known is None:
        known = _site_facts()
        if request is not None:
            request.site_facts = known
    return known


@remembered
def _site_facts() -> SiteFacts:
    sites = Site.objects.filter(is_default_site=True).values_list(
        "site_name", Subquery(SharingSettings.objects.values("services")[:1])
    )
    name, services = sites.first() or ("", None)
    return SiteFacts(name or settings.WAGTAIL_SITE_NAME, services or [])


@register.simple_tag(takes_context=True)
def site_name(context: template.Context) -> str:
    return site_facts(context).name


class LanguageLink(NamedTuple):
    code: str
    name: str
    url: str
    is_current: bool
    is_translation: bool  # leads to the same content, not just to the home page


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[LanguageLink]:
    """The same page in every language of the network; the home page where it does not exist in one."""
    current = get_language()
    urls = same_page(context)
    return [
        LanguageLink(code, languages.own_name(code), urls.get(code, f"/{code}/"), code == current, code in urls)
        for code, _name in settings.LANGUAGES
    ]


@register.filter
def without_version(links: list[LanguageLink]) -> list[LanguageLink]:
    """The languages in which the page does not exist."""
    return [link for link in links if not link.is_translation and not link.is_current]


def same_page(context: template.Context) -> dict[str, str]:
    """Addresses of the page by language: its live versions, or a view's own address in every language."""
    versions = context.get("versions")
    request: HttpRequest | None = context.get("request")
    if versions is not None:
        return {page.locale.language_code: address(page) for page in versions}
    match = getattr(request, "resolver_match", None)
    if request is None or match is None or match.url_name in (None, "page", "wagtail_serve"):
        return {}
    # Addresses differ in their beginning alone. Searches are in their parameters.
    beginning, path = f"/{get_language()}/", request.get_full_path() if match.url_name == "search" else request.path
    if not path.startswith(beginning):
        return {}
    return {code: f"/{code}/{path.removeprefix(beginning)}" for code, _name in settings.LANGUAGES}


@register.simple_tag(takes_context=True)
def alternates(context: template.Context) -> list[tuple[str, str]]:
    """Language codes and full addresses for `hreflang`, `x-default` last.

    The default version is the one in the network's first language, else the original.
    """
    urls = same_page(context)
    if len(urls) < 1:
        return []
    original = original_of(context.get("versions") or [])
    default = urls.get(settings.LANGUAGE_CODE) or (address(original) if original else next(iter(urls.values())))
    links = [*urls.items(), ("x-default", default)]
    return [(code, settings.BASE_URL + url) for code, url in links]


def original_of(versions: list[Any]) -> Any | None:
    """Among the versions of a work, the one that was not translated."""
    return next((page for page in versions if not getattr(page, "translated_from", "")), None)


@register.simple_tag(takes_context=True)
def original(context: template.Context) -> Any | None:
    """The live version that the page was translated from."""
    source = context["page"].translated_from
    return next((page for page in context.get("versions") or [] if page.locale.language_code == source), None)


@register.simple_tag
def direction() -> str:
    return "rtl" if get_language_bidi() else "ltr"


@register.simple_tag(takes_context=True)
def canonical(context: template.Context) -> str:
    """The full address of what is shown, without what only narrows or orders it.

    Past events are a list of their own.
    """
    listing = context.get("listing")
    number = listing.pages.number if listing else 1
    shown = {"when": "past"} if context.get("when") == "past" else {}
    if number > 1:
        shown["page"] = str(number)
    return settings.BASE_URL + context["request"].path + (f"?{urlencode(shown)}" if shown else "")
