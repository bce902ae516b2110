"""Listings with theme and year filters, and pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import cached_property

from .models.content import ContentPage
from .models.themes import Theme, line

PAGE_SIZE = 20


@dataclass
class Choice:
    """A value that a listing can be narrowed to, and the address that adds or removes it.

    `amount` is the number of works with it, None where it is not counted.
    """

    label: str
    selected: bool
    url: str
    depth: int = 0
    amount: int | None = None


@dataclass
class Facet:
    """The values of one filter that are there."""

    heading: str
    choices: list[Choice]


@dataclass
class Listing:
    """One page of a filtered listing.

    `unknown` holds filter values that do not exist: the listing is then empty and says so. `facets` are filters beside
    themes and years.
    """

    pages: PaginatorPage
    themes: list[Choice]
    years: list[Choice]
    unknown: list[str]
    previous_url: str
    next_url: str
    clear_url: str
    facets: list[Facet] = field(default_factory=list)

    @cached_property
    def total(self) -> int:
        return self.pages.paginator.count

    @property
    def selected(self) -> list[Choice]:
        more = [choice for facet in self.facets for choice in facet.choices]
        return [choice for choice in [*self.themes, *self.years, *more] if choice.selected]

    @property
    def is_filtered(self) -> bool:
        return bool(self.selected or self.unknown)


def clean_values(request: HttpRequest, name: str, limit: int = 20) -> list[str]:
    """Distinct values of a query parameter, at most `limit`, without null bytes, each cut at 100 characters."""
    values = (value.replace("\x00", "").strip()[:100] for value in request.GET.getlist(name))
    return list(dict.fromkeys(value for value in values if value))[:limit]


def page_number(request: HttpRequest) -> int:
    """The page asked for; 1 if the parameter is not a number."""
    raw = request.GET.get("page", "")
    return int(raw) if raw.isascii() and raw.isdigit() and 0 < len(raw) < 7 else 1


def year_or_none(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) == 4 and value > "0000" else None


def listing(
    request: HttpRequest,
    pages: Any,
    *,
    date_field: str = "first_published_at",
    dated: Q | None = None,
    unknown: Iterable[str] = (),
    keep: dict[str, list[str]] | None = None,
    page_size: int = PAGE_SIZE,
) -> Listing:
    """Filters `pages`, a query of one language's content in its order, by the theme and year parameters of `request`.

    Values inside a filter widen, the two filters narrow each other. `keep` holds further parameters for the links,
    `unknown` values of them that do not exist. `dated` says which of several dates of a page count.
    """
    slugs, years = clean_values(request, "theme"), clean_values(request, "year")
    parameters = {**(keep or {}), "theme": slugs, "year": years}

    def url(**changes: list[str]) -> str:
        query = urlencode({name: values for name, values in {**parameters, **changes}.items() if values}, doseq=True)
        return f"{request.path}?{query}" if query else request.path

    def toggled(values: list[str], value: str) -> list[str]:
        return [other for other in values if other != value] if value in values else [*values, value]

    tree = Theme.objects.named().in_tree_order()
    by_slug = {theme.slug: theme for theme in tree}
    known_years = [year for year in map(year_or_none, years) if year]
    unknown = [
        *unknown,
        *(slug for slug in slugs if slug not in by_slug),
        *(year for year in years if not year_or_none(year)),
    ]

    everything = pages.order_by()
    used = everything.theme_ids()
    parents = {theme.pk: theme.parent_id for theme in tree}
    used = {above for pk in used for above in line(pk, parents)}
    dates = pages.model.objects.filter(dated or Q(), pk__in=everything.values("pk")).order_by()
    present_years = {date.year for date in dates.datetimes(date_field, "year")} | set(known_years)

    if unknown:
        pages = pages.none()
    if slugs:
        chosen = {by_slug[slug].pk for slug in slugs if slug in by_slug}
        pages = pages.with_theme_ids({pk for pk in parents if chosen.intersection(line(pk, parents))})
    if known_years:
        then = pages.model.objects.filter(dated or Q(), **{f"{date_field}__year__in": known_years})
        pages = pages.filter(pk__in=then.order_by().values("pk"))

    paginator = Paginator(pages.for_cards(), page_size)
    page = paginator.get_page(page_number(request))
    return Listing(
        pages=page,
        themes=[
            Choice(theme.label(), theme.slug in slugs, url(theme=toggled(slugs, theme.slug)), theme.depth)
            for theme in tree
            if theme.pk in used or theme.slug in slugs
        ],
        years=[
            Choice(str(year), year in known_years, url(year=toggled(years, str(year))))
            for year in sorted(present_years, reverse=True)
        ],
        unknown=unknown,
        previous_url=url(page=[str(page.previous_page_number())]) if page.has_previous() else "",
        next_url=url(page=[str(page.next_page_number())]) if page.has_next() else "",
        clear_url=url(theme=[], year=[]),
    )


def index_context(index_page: Any, model: type[ContentPage], request: HttpRequest) -> dict[str, Any]:
    """What the template of an index of `model` needs, newest first."""
    return {
        "listing": listing(request, model.objects.for_readers(index_page.language).newest()),
        "elsewhere": model.objects.elsewhere(index_page.language),
    }
