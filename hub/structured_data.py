"""What pages say of themselves to machines: schema.org as JSON-LD (https://schema.org/docs/full.html).

Every value is one that the page shows: values come from the context that its template gets. Each type of page says by
its `structured_data` method what it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import dates
from .addresses import address
from .languages import country_name
from .templatetags.pictures import Sizes

Node = dict[str, Any]
# A script element ends at `</script>`, whatever is around it.
ESCAPES = {ord(sign): f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


def graph(nodes: Iterable[Node]) -> SafeString:
    """Nodes as the content of a script element, without what is empty."""
    content = {"@context": "https://schema.org", "@graph": [filled(node) for node in nodes]}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str)
    return mark_safe(text.translate(ESCAPES))


def filled(value: Any) -> Any:
    """The value without empty values inside it, and without things of which only the type is left."""
    if isinstance(value, dict):
        inner = {name: filled(each) for name, each in value.items()}
        kept = {name: each for name, each in inner.items() if each not in (None, "", [], {})}
        return kept if kept.keys() - {"@type"} else {}
    if isinstance(value, list | tuple):
        return [each for each in map(filled, value) if each not in (None, "", [], {})]
    return value


def full(path: str) -> str:
    return settings.BASE_URL + path


def home_url() -> str:
    return full(f"/{get_language()}/")


# Parts


def organisation(context: Any) -> Node:
    """The network, which publishes everything here."""
    return {"@type": "Organization", "@id": full("/#organisation"), "name": context["name"], "url": home_url()}


def person(person: Any) -> Node:
    employer = person.organisation
    return {
        "@type": "Person",
        "name": person.name,
        "affiliation": {"@type": "Organization", "name": employer.name} if employer else None,
    }


def term(theme: Any) -> Node:
    return {"@type": "DefinedTerm", "name": theme.label(), "url": full(theme.get_absolute_url())}


def item_list(pages: Iterable[Any]) -> Node:
    """Pages as a list, each once."""
    found = {address(page): page.title for page in pages}
    items = [
        {"@type": "ListItem", "position": number, "url": full(url), "name": title}
        for number, (url, title) in enumerate(found.items(), start=1)
    ]
    return {"@type": "ItemList", "itemListElement": items} if items else {}


def breadcrumbs(crumbs: Iterable[tuple[str, str]]) -> Node:
    """The way to a page, itself last: names with addresses without the host."""
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": full(url)}
        for number, (name, url) in enumerate(crumbs, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items} if items else {}


def translations(page: Any, context: Any) -> Node:
    """The version that a page was translated from, and those that were translated from it."""
    versions = [version for version in context.get("versions") or [] if version.pk != page.pk]
    sources = [work(each) for each in versions if each.locale.language_code == page.translated_from]
    results = [each for each in versions if getattr(each, "translated_from", "") == page.language]
    return {"translationOfWork": sources[0] if sources else None, "workTranslation": [work(each) for each in results]}


def work(page: Any) -> Node:
    return {"@type": "CreativeWork", "url": full(address(page)), "inLanguage": page.locale.language_code}


# Pages


def web_page(page: Any, context: Any, kind: str = "WebPage") -> Node:
    """What is true of every page."""
    url = full(address(page))
    return {
        "@type": kind,
        "@id": url,
        "url": url,
        "name": page.title,
        "description": getattr(page, "lead", "") or getattr(page, "introduction", ""),
        "inLanguage": page.language,
        "publisher": organisation(context),
        **translations(page, context),
    }


def content_page(page: Any, context: Any, kind: str = "WebPage") -> Node:
    """An item of content."""
    published, edited = page.first_published_at, page.edited_later
    return web_page(page, context, kind) | {
        "image": full(page.picture_url) if page.image else None,
        "datePublished": dates.iso(published) if published else None,
        "dateModified": dates.iso(edited) if edited else None,
        "author": person(page.submitted_by) if page.submitted_by else None,
        "about": [term(theme) for theme in context.get("themes") or []],
        "spatialCoverage": [{"@type": "Place", "name": place.label()} for place in context.get("places") or []],
    }


def article(page: Any, context: Any) -> Node:
    node = content_page(page, context, "NewsArticle")
    return node | {"headline": node["name"], "articleSection": str(page.kind_label)}


def collection(page: Any, context: Any, pages: Iterable[Any]) -> Node:
    return web_page(page, context, "CollectionPage") | {"mainEntity": item_list(pages)}


def collection_of_theme(theme: Any, context: Any) -> Node:
    url = full(theme.get_absolute_url())
    return {
        "@type": "CollectionPage",
        "@id": url,
        "url": url,
        "name": theme.label(),
        "description": theme.description(),
        "inLanguage": get_language(),
        "publisher": organisation(context),
        "about": term(theme),
        "mainEntity": item_list(page for section in context.get("sections") or [] for page in section.pages),
    }


def profile(context: Any) -> Node:
    """The page of a person or an organisation, by which of them the context has."""
    known, firm = context.get("person"), context.get("organisation")
    if not (known or firm):
        return {}
    url = full((known or firm).get_absolute_url())
    about = (
        person(known)
        | {
            "jobTitle": known.role,
            "description": known.biography,
            "email": known.email if context.get("is_contact") else None,
        }
        if known
        else {
            "@type": "Organization",
            "name": firm.name,
            "alternateName": firm.acronym,
            "url": firm.website,
            "address": {"@type": "PostalAddress", "addressCountry": firm.country and country_name(firm.country)},
        }
    )
    pages = (page for each in context.get("given") or [] for page in each.pages)
    return {
        "@type": "ProfilePage",
        "@id": url,
        "url": url,
        "name": (known or firm).name,
        "inLanguage": get_language(),
        "publisher": organisation(context),
        "mainEntity": about,
        "hasPart": item_list(pages),
    }


def website(context: Any) -> list[Node]:
    """The hub as a whole: who runs it, and how it is searched."""
    search = f"{home_url()}search/?q={{words}}"
    target = {"@type": "EntryPoint", "urlTemplate": search}
    action = {"@type": "SearchAction", "target": target, "query-input": "required name=words"}
    logo = full(static("img/mark.svg"))
    return [
        {
            "@type": "WebSite",
            "@id": full("/#website"),
            "url": home_url(),
            "name": context["name"],
            "inLanguage": get_language(),
            "potentialAction": action,
        },
        organisation(context) | {"logo": logo},
    ]


def shown_picture(image: Any, **shape: Any) -> str:
    """The address, without the host, of the picture that a page shows of an image."""
    return Sizes.of(image, **shape).url
