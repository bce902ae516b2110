"""What search engines may read: every public page, theme and place, with its other languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page

from .models import Place, Theme
from .models.links import readable

# https://www.sitemaps.org/protocol.html: a file has at most 50,000 addresses.
MOST_ADDRESSES = 50_000


@dataclass(frozen=True)
class Entry:
    """An address with those of its language versions, this one included, as (language, address)."""

    url: str
    changed: datetime | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)


def entries() -> Iterator[Entry]:
    """All public addresses. One query for the pages, one each for themes and places."""
    languages = [code for code, _name in settings.LANGUAGES]
    pages = readable(Page.objects.filter(depth__gt=1, locale__language_code__in=languages))
    rows = pages.order_by("translation_key", "path").values_list(
        "translation_key", "locale__language_code", "url_path", "last_published_at"
    )
    for _key, group in groupby(rows.iterator(), key=lambda row: row[0]):
        works = [(language, _address(language, path), changed) for _key, language, path, changed in group]
        yield from _versions(works)
    for slug in ["", *Theme.objects.values_list("slug", flat=True)]:
        yield from _versions([(language, _theme_address(language, slug), None) for language in languages])
    for slug in ["", *Place.objects.page_slugs()]:
        yield from _versions([(language, _place_address(language, slug), None) for language in languages])


def _versions(works: list[tuple[str, str, datetime | None]]) -> Iterator[Entry]:
    alternates = [(language, url) for language, url, _changed in works]
    by_language = dict(alternates)
    if settings.LANGUAGE_CODE in by_language:
        alternates.append(("x-default", by_language[settings.LANGUAGE_CODE]))
    for _language, url, changed in works:
        yield Entry(url, changed, alternates if len(works) > 1 else [])


def _address(language: str, url_path: str) -> str:
    return settings.BASE_URL + iri_to_uri(f"/{language}/{url_path.split('/', 2)[2]}")


def _theme_address(language: str, slug: str) -> str:
    """The address of a theme, of all themes without a slug."""
    with override(language):
        return settings.BASE_URL + (reverse("theme", args=[slug]) if slug else reverse("themes"))


def _place_address(language: str, slug: str) -> str:
    """The address of a country or a city, of all places without a slug."""
    with override(language):
        return settings.BASE_URL + (reverse("place", args=[slug]) if slug else reverse("places"))


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap. Beyond the protocol's limit, `?part=2` and so on continue it; robots.txt names every part."""
    part = request.GET.get("part", "1")
    start = (int(part) - 1) * MOST_ADDRESSES if part.isascii() and part.isdigit() and 0 < len(part) < 4 else 0
    shown = [entry for number, entry in enumerate(entries()) if start <= number < start + MOST_ADDRESSES]
    return render(request, "hub/sitemap.xml", {"entries": shown}, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    pages = Page.objects.filter(live=True, depth__gt=1).count()
    concepts = 2 + Theme.objects.count() + len(Place.objects.page_slugs())
    addresses = pages + concepts * len(settings.LANGUAGES)
    parts = range(2, -(-addresses // MOST_ADDRESSES) + 1)
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(f"Disallow: /{code}/search/" for code, _name in settings.LANGUAGES),
        "",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
        *(f"Sitemap: {settings.BASE_URL}/sitemap.xml?part={part}" for part in parts),
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
