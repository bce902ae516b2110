"""What search engines may read: every public page, theme and place, with its other languages, and the latest posts.

`/sitemap.xml` is an index (https://www.sitemaps.org/protocol.html) of sitemaps of one language each, in parts, and of
one for news (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page

from .credits import credits_of, named_by, published_organisations, published_people
from .feeds import xml_text
from .models import ContentPage, HomePage, IndexPage, Place, ThematicHubPage, Theme, content_models
from .models.links import readable
from .models.themes import line, theme_parents
from .templatetags.frame import site_facts

# A file may have 50,000 addresses and 50 MB, which as many would exceed that each have 24 languages.
MOST_ADDRESSES = 10_000
NEWS_FOR = timedelta(days=2)
MOST_NEWS = 1_000

# When readers last saw a page change: not when it was published again as it was.
CHANGED = Coalesce("edited_on", "first_published_at")


@dataclass(frozen=True)
class Entry:
    """An address with those of its language versions, this one included, as (language, address)."""

    url: str
    changed: datetime | None = None
    alternates: list[tuple[str, str]] = field(default_factory=list)


class Changes:
    """When pages of one language changed, by what lists them: pages themselves, types of pages, themes."""

    def __init__(self, language: str) -> None:
        self.pages: dict[int, datetime] = {}
        self.types: dict[type, datetime] = {}
        self.themes: dict[int, datetime] = {}
        for model in content_models():
            pages = model.objects.for_readers(language).order_by().annotate(changed=CHANGED)
            self.pages |= pages.filter(changed__isnull=False).values_list("pk", "changed")
            if last := pages.aggregate(last=Max("changed"))["last"]:
                self.types[model] = last
        parents = theme_parents()
        for pk, last in latest_of(language, lambda model: ["themes"]):
            for above in line(pk, parents):
                self.themes[above] = max(last, self.themes.get(above, last))
        for pk, theme_id in ThematicHubPage.objects.for_readers(language).values_list("pk", "theme_id"):
            if last := self.themes.get(theme_id):
                self.pages[pk] = max(last, self.pages.get(pk, last))

    @property
    def last(self) -> datetime | None:
        return max(self.types.values(), default=None)

    def of_lists(self, language: str) -> Iterator[tuple[int, datetime]]:
        """Home and index pages with the last change of what they list."""
        for model in IndexPage.__subclasses__():
            types = [each for each in content_models() if each.index_slug == model.index_slug and each in self.types]
            for pk in model.objects.filter(locale__language_code=language).values_list("pk", flat=True):
                if types:
                    yield pk, max(self.types[each] for each in types)
        for pk in HomePage.objects.filter(locale__language_code=language).values_list("pk", flat=True):
            if self.last:
                yield pk, self.last


def latest_of(language: str, lookups: Callable[[type[ContentPage]], Iterable[str]]) -> list[tuple[int, datetime]]:
    """Primary keys that the `lookups` of each type of pages lead to, with the last change of such pages. One query.

    What several lookups lead to is there for each of them.
    """
    queries = [
        model.objects.for_readers(language).order_by().values_list(lookup).annotate(last=Max(CHANGED))
        for model in content_models()
        for lookup in lookups(model)
    ]
    return [(pk, last) for pk, last in queries[0].union(*queries[1:], all=True) if pk and last]


def latest_by_slug(language: str, concepts: Any) -> dict[str, datetime | None]:
    """The slugs of people or organisations with the last change of what they gave."""

    def lookups(model: type[ContentPage]) -> list[str]:
        return [lookup for credit in credits_of(concepts.model, model) for lookup in credit.lookups]

    last = latest(latest_of(language, lookups))
    return {slug: last.get(pk) for pk, slug in concepts.values_list("pk", "slug")}


def latest_of_places(language: str) -> dict[str, datetime | None]:
    """What the addresses of places end in, with the last change of what is from there: of countries also in cities.

    A country that is no place goes by its code.
    """
    rows = list(Place.objects.order_by("slug").values_list("pk", "slug", "kind", "country"))
    last = latest(latest_of(language, lambda model: named_by(Place, model)))
    own = {country: slug for _pk, slug, kind, country in rows if kind == Place.Kind.COUNTRY}
    of_countries = latest((own.get(country, country.lower()), last[pk]) for pk, *_, country in rows if pk in last)
    found = {slug: last.get(pk) for pk, slug, _kind, _country in rows}
    stand_ins = sorted({country.lower() for *_, country in rows if country not in own})
    return found | dict.fromkeys(stand_ins) | of_countries


def latest[Key](changes: Iterable[tuple[Key, datetime]]) -> dict[Key, datetime]:
    found: dict[Key, datetime] = {}
    for key, changed in changes:
        found[key] = max(changed, found.get(key, changed))
    return found


def public_pages() -> Any:
    return readable(Page.objects.filter(depth__gt=1)).order_by("pk")


def entries(pages: Any, language: str, part: int) -> list[Entry]:
    """A part (1 for the first) of the addresses of the pages of a language. What is no page is in the first."""
    start = (part - 1) * MOST_ADDRESSES
    rows = list(pages.values_list("pk", "translation_key", "url_path")[start : start + MOST_ADDRESSES])
    changes = Changes(language)
    changed = changes.pages | dict(changes.of_lists(language))
    versions = _versions(key for _pk, key, _path in rows)
    found = [Entry(_address(language, path), changed.get(pk), _alternates(versions[key])) for pk, key, path in rows]
    if part == 1:
        languages = [code for code, _name in settings.LANGUAGES]
        themes = {slug: changes.themes.get(pk) for pk, slug in Theme.objects.values_list("pk", "slug")}
        lists = (
            ("theme", "themes", themes),
            ("place", "places", latest_of_places(language)),
            ("organisation", "organisations", latest_by_slug(language, published_organisations())),
            ("person", "people", latest_by_slug(language, published_people())),
        )
        for one, all_, concepts in lists:
            last = max(filter(None, concepts.values()), default=None)
            for slug, changed_on in {"": last, **concepts}.items():
                urls = {code: _concept_address(code, one if slug else all_, slug) for code in languages}
                found.append(Entry(urls[language], changed_on, _alternates(urls)))
        everything = {code: _concept_address(code, "a_to_z", "") for code in languages}
        found.append(Entry(everything[language], changes.last, _alternates(everything)))
    return found


def _versions(keys: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """The public addresses of works by language."""
    order = [code for code, _name in settings.LANGUAGES]
    found: dict[UUID, dict[str, str]] = defaultdict(dict)
    wanted = list(keys)
    for begin in range(0, len(wanted), 1_000):  # databases limit the values of a query
        pages = public_pages().filter(translation_key__in=wanted[begin : begin + 1_000])
        for key, language, path in pages.values_list("translation_key", "locale__language_code", "url_path"):
            if language in order:
                found[key][language] = _address(language, path)
    return found


def _alternates(urls: dict[str, str]) -> list[tuple[str, str]]:
    """Versions in the order of the languages with the default one, none if there is only one."""
    if len(urls) < 2:
        return []
    found = [(code, urls[code]) for code, _name in settings.LANGUAGES if code in urls]
    default = urls.get(settings.LANGUAGE_CODE)
    return [*found, ("x-default", default)] if default else found


def _address(language: str, url_path: str) -> str:
    return settings.BASE_URL + iri_to_uri(f"/{language}/{url_path.split('/', 2)[2]}")


def _concept_address(language: str, name: str, slug: str) -> str:
    """The address of a theme or something else with a slug, or of all of them without one."""
    with override(language):
        return settings.BASE_URL + reverse(name, args=[slug] if slug else [])


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """All sitemaps, with the last change of what is in them."""
    changes: dict[str, datetime] = {}
    for model in content_models():
        pages = model.objects.readable().order_by().values_list("locale__language_code")
        for language, last in pages.annotate(last=Max(CHANGED)):
            if last:
                changes[language] = max(last, changes.get(language, last))
    numbers = dict(public_pages().order_by().values_list("locale__language_code").annotate(number=Count("pk")))
    found = [(reverse("news_sitemap"), None)] + [
        (reverse("sitemap", args=[language, part]), changes.get(language))
        for language, _name in settings.LANGUAGES
        for part in range(1, parts(numbers.get(language, 0)) + 1)
    ]
    sitemaps = [(settings.BASE_URL + path, last) for path, last in found]
    return render(request, "hub/sitemap_index.xml", {"sitemaps": sitemaps}, content_type="application/xml")


def parts(number: int) -> int:
    """How many files so many pages need."""
    return max(1, -(-number // MOST_ADDRESSES))


@require_safe
def sitemap(request: HttpRequest, language: str, part: int) -> HttpResponse:
    """A part of the addresses of a language."""
    pages = public_pages().filter(locale__language_code=language)
    if language not in dict(settings.LANGUAGES) or not 0 < part <= parts(pages.count()):
        raise Http404
    context = {"entries": entries(pages, language, part)}
    return render(request, "hub/sitemap.xml", context, content_type="application/xml")


@require_safe
def news_sitemap(request: HttpRequest) -> HttpResponse:
    """What was published in the last two days and is an article, in all languages."""
    since = timezone.now() - NEWS_FOR
    found = []
    for model in content_models():
        if model.is_article:
            posts = model.objects.readable().filter(first_published_at__gte=since).newest()
            found += posts.values_list("locale__language_code", "url_path", "first_published_at", "title")[:MOST_NEWS]
    posts = [
        {"url": _address(language, path), "language": language, "published": published, "title": xml_text(title)}
        for language, path, published, title in found[:MOST_NEWS]
        if language in dict(settings.LANGUAGES)
    ]
    context = {"posts": posts, "name": xml_text(site_facts({"request": request}).name)}
    return render(request, "hub/news_sitemap.xml", context, content_type="application/xml")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(f"Disallow: /{code}/search/*?" for code, _name in settings.LANGUAGES),
        "",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
