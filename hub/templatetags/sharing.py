"""What pages say when they are shared, cited, and read by machines."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from babel.core import get_global
from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .. import structured_data as data
from ..addresses import address
from ..citations import FORMATS, Citation
from ..models.base import HubPage
from ..models.sharing import SERVICES, share_url
from ..share_pictures import HEIGHT, WIDTH, SharePicture
from ..trails import trail
from .frame import canonical, same_page, site_facts
from .hub import description

register = template.Library()


class Link(NamedTuple):
    label: Any
    url: str


def shown_in(context: template.Context) -> tuple[Any, Any]:
    """The page that a template shows, and the theme that it is about: of theme pages, the theme alone."""
    page = context.get("page")
    return page if isinstance(page, HubPage) else None, context.get("theme")


@register.simple_tag(takes_context=True)
def structured_data(context: template.Context) -> SafeString | str:
    """What is shown as JSON-LD, for a script element. Empty where there is nothing to say, as on error pages."""
    page, theme = shown_in(context)
    if page is not None:
        nodes = page.structured_data(context)
    elif theme is not None:
        nodes = [data.collection_of_theme(theme, context)]
    else:
        nodes = list(filter(None, [data.profile(context)]))
    if steps := trail(context):
        nodes.append(data.breadcrumbs(steps))
    if not nodes:
        return ""
    return data.graph(nodes)


@register.inclusion_tag("hub/includes/open_graph.html", takes_context=True)
def open_graph(context: template.Context) -> dict[str, Any]:
    """Open Graph (https://ogp.me) and Twitter's cards, with a picture of the title. Empty on error pages."""
    page, theme = shown_in(context)
    name = context["name"]
    kicker = []
    if page is not None:
        title = getattr(page, "hero_title", "") or page.title
        theme = theme or next(iter(context.get("themes") or []), None)
        kicker = [str(getattr(page, "kind_label", "")), theme.label() if theme else ""]
    elif steps := trail(context):
        title = steps[-1].title
    else:
        return {}
    usual = "profile" if context.get("person") else "website"
    picture = SharePicture(title, name, " · ".join(filter(None, kicker)), getattr(theme, "rank", -1))
    return {
        "title": title,
        "description": description(context),
        "type": "article" if getattr(page, "is_article", False) else usual,
        "url": canonical(context),
        "site": name,
        "locale": locale(get_language() or settings.LANGUAGE_CODE),
        "locales": [locale(code) for code in same_page(context) if code != get_language()],
        "picture": settings.BASE_URL + picture.url,
        "width": WIDTH,
        "height": HEIGHT,
        "page": page,
    }


@cache
def locale(language: str) -> str:
    """A language with the country where most of its speakers are, as Open Graph wants it: de_DE."""
    code = language.split("-")[0].lower()
    if code == "en":
        return "en_GB"  # the network is European
    likely = get_global("likely_subtags").get(code, code).split("_")
    return f"{code}_{likely[-1]}" if len(likely) > 1 else code


@register.inclusion_tag("hub/includes/pass_on.html", takes_context=True)
def pass_on(context: template.Context) -> dict[str, Any]:
    """Ways to share and to cite the page."""
    page = context["page"]
    site = site_facts(context)
    url = settings.BASE_URL + address(page)
    citation = Citation.of(page, site.name, context.get("themes") or [])
    mail = f"mailto:?subject={quote(page.title, safe='')}&body={quote(url, safe='')}"
    return {
        "url": url,
        "path": address(page),
        "mail": mail,
        "services": [
            Link(SERVICES[name][0], share_url(name, page.title, url)) for name in site.services if name in SERVICES
        ],
        "citations": [(form.ending, form.name, citation.write(form.ending)) for form in FORMATS.values()],
    }
