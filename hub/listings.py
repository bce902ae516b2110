"""Listings that are narrowed by theme, year and what else their pages have, and that have pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Page as PaginatorPage
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.models import Page

from .models.content import ContentPage, with_themes
from .models.links import readable
from .models.themes import Theme, line, theme_tree
from .prepared import Parameter, Written
from .remembering import remembered

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

    heading: Any
    choices: list[Choice]


@dataclass(frozen=True)
class Filter:
    """A further parameter of a listing: by value, what readers call it and the ids of the pages that have it."""

    name: str
    heading: Any
    labels: Mapping[str, str]
    ids: Mapping[str, set[int]]


@dataclass
class Listing:
    """One page of a filtered listing.

    `facets` are filters beside themes and years. `unknown` holds filter values that do not exist: the listing is then
    empty and says so.
    """

    pages: PaginatorPage
    themes: list[Choice]
    facets: list[Facet]
    years: list[Choice]
    unknown: list[str]
    values: Mapping[str, list[str]]
    previous_url: str
    next_url: str
    clear_url: str

    @property
    def everything(self) -> Any:
        """All pages that are listed, whatever the number of pages of the list."""
        return self.pages.paginator.object_list

    @property
    def query(self) -> str:
        """The filters of the list as a query string, without years."""
        return urlencode({name: values for name, values in self.values.items() if values}, doseq=True)

    @cached_property
    def total(self) -> int:
        return self.pages.paginator.count

    @property
    def selected(self) -> list[Choice]:
        more = [choice for facet in self.facets for choice in facet.choices]
        return [choice for choice in [*self.themes, *more, *self.years] if choice.selected]

    @property
    def is_by_theme_only(self) -> bool:
        """Whether the search, in all languages, can be narrowed in the same way."""
        more = [choice for facet in self.facets for choice in facet.choices]
        return not (self.unknown or any(choice.selected for choice in [*more, *self.years]))

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


@dataclass(frozen=True)
class Narrowing:
    """What a request asks of pages by theme and by further filters.

    Values inside a filter widen, the filters narrow each other. A value that does not exist leaves nothing.
    """

    tree: list[Theme]
    filters: Sequence[Filter]
    values: dict[str, list[str]]
    unknown: list[str]

    @classmethod
    def of(cls, request: HttpRequest, filters: Sequence[Filter] = ()) -> Narrowing:
        tree = theme_tree()
        known = {"theme": {theme.slug for theme in tree}, **{each.name: each.labels for each in filters}}
        values = {name: clean_values(request, name) for name in known}
        unknown = [value for name in values for value in values[name] if value not in known[name]]
        return cls(tree, filters, values, unknown)

    def apply(self, pages: Any) -> Any:
        if self.unknown:
            return pages.none()
        if slugs := self.values["theme"]:
            parents = {theme.pk: theme.parent_id for theme in self.tree}
            chosen = {theme.pk for theme in self.tree if theme.slug in slugs}
            pages = pages.with_theme_ids({pk for pk in parents if chosen.intersection(line(pk, parents))})
        for each in self.filters:
            if values := self.values[each.name]:
                pages = pages.filter(pk__in=set().union(*(each.ids.get(value, set()) for value in values)))
        return pages

    def labels(self) -> list[str]:
        """What readers call the values, those that do not exist as they are."""
        names = {"theme": {theme.slug: theme.label() for theme in self.tree}}
        names |= {each.name: dict(each.labels) for each in self.filters}
        return [names[name].get(value, value) for name, values in self.values.items() for value in values]

    def choices(self, each: Filter, url: Any) -> Facet:
        """The values that pages have, and those asked for; `url` makes the address for changed parameters."""
        asked = self.values[each.name]
        shown = [
            Choice(label, value in asked, url(**{each.name: toggled(asked, value)}))
            for value, label in each.labels.items()
            if each.ids.get(value) or value in asked
        ]
        return Facet(each.heading, shown)


def toggled(values: list[str], value: str) -> list[str]:
    return [other for other in values if other != value] if value in values else [*values, value]


class Offered(NamedTuple):
    """What a list has before it is filtered: the ids of its themes, its years, and how many pages it has."""

    themes: set[int]
    years: set[int]
    total: int


@remembered
def offered_by(model: type[ContentPage], locale_id: int) -> Offered:
    """The list of all pages of a type in a locale that everybody may read."""
    # As plain pages: their own table takes time to join.
    pages = Page.objects.filter(content_type=ContentType.objects.get_for_model(model), locale=locale_id)
    pages = readable(pages).order_by()
    return Offered(theme_ids(model, pages), set(years_of(pages, "first_published_at")), pages.count())


def theme_ids(model: type[ContentPage], pages: Any) -> set[int]:
    """Ids of the themes that pages of a type have. `pages` is a query of them, in no order."""
    field = model._meta.get_field("themes")
    here = Exists(pages.filter(pk=OuterRef(field.m2m_column_name())))
    # Looks for one page of each theme: most have thousands. A range with an order makes PostgreSQL begin in the index
    # of themes; for an equal theme it would read all pages to find that none has it.
    theme = {"theme_id__gte": OuterRef("pk"), "theme_id__lte": OuterRef("pk")}
    rows = field.remote_field.through.objects.filter(here, **theme).order_by("theme_id")
    themes = Theme.objects.filter(pk=Subquery(rows.values("theme_id")[:1])).order_by()
    return set(themes.values_list("pk", flat=True))


def years_of(pages: Any, field: str) -> list[int]:
    """The years of the moments in a field of some pages, in the network's time zone, in order.

    One query for each: a year may have thousands of pages.
    """
    since = Parameter("since", pages.model._meta.get_field(field))
    later = Written(pages.filter(**{f"{field}__gte": since}).order_by(field).values_list(field)[:1])
    found: list[int] = []
    moment = datetime.min.replace(tzinfo=UTC)
    while rows := later.run({"since": moment}):
        found.append(year := timezone.localtime(rows[0][0], timezone.get_default_timezone()).year)
        if year == MAXYEAR:
            break
        moment = datetime(year + 1, 1, 1, tzinfo=timezone.get_default_timezone())
    return found


def listing(
    request: HttpRequest,
    pages: Any,
    *,
    offered: Offered | None = None,
    by_year: bool = True,
    date_field: str = "first_published_at",
    dated: Q | None = None,
    filters: Sequence[Filter] = (),
    unknown: Iterable[str] = (),
    keep: dict[str, list[str]] | None = None,
    page_size: int = PAGE_SIZE,
) -> Listing:
    """Filters `pages`, a query of one language's content in its order, by the parameters of `request`.

    They are theme, year and the names of `filters`; see Narrowing. `keep` holds further parameters for the links,
    `unknown` values of them that do not exist. `dated` says which of several dates of a page count; years are not
    offered unless `by_year`. `offered` is what the list has before it is filtered, if that is known.
    """
    narrowing = Narrowing.of(request, filters)
    years = clean_values(request, "year") if by_year else []
    slugs = narrowing.values["theme"]
    parameters = {**(keep or {}), **narrowing.values, "year": years}

    def url(**changes: list[str]) -> str:
        query = urlencode({name: values for name, values in {**parameters, **changes}.items() if values}, doseq=True)
        return f"{request.path}?{query}" if query else request.path

    known_years = [year for year in map(year_or_none, years) if year]
    unknown = [*unknown, *narrowing.unknown, *(year for year in years if not year_or_none(year))]

    everything = pages.order_by()
    used = offered.themes if offered else theme_ids(pages.model, everything)
    parents = {theme.pk: theme.parent_id for theme in narrowing.tree}
    used = {above for pk in used for above in line(pk, parents)}
    present_years = set(known_years)
    if by_year:
        dates = pages.model.objects.filter(dated or Q(), pk__in=everything.values("pk")).order_by()
        present_years |= offered.years if offered else {date.year for date in dates.datetimes(date_field, "year")}

    pages = pages.none() if unknown else narrowing.apply(pages)
    if known_years:
        then = pages.model.objects.filter(dated or Q(), **{f"{date_field}__year__in": known_years})
        pages = pages.filter(pk__in=then.order_by().values("pk"))

    paginator = Paginator(pages.for_links(), page_size)
    if offered and not (unknown or known_years or any(narrowing.values.values())):
        paginator.count = offered.total
    page = paginator.get_page(page_number(request))
    page.object_list = with_themes(page.object_list)
    return Listing(
        pages=page,
        themes=[
            Choice(theme.label(), theme.slug in slugs, url(theme=toggled(slugs, theme.slug)), theme.depth)
            for theme in narrowing.tree
            if theme.pk in used or theme.slug in slugs
        ],
        facets=[narrowing.choices(each, url) for each in filters],
        years=[
            Choice(str(year), year in known_years, url(year=toggled(years, str(year))))
            for year in sorted(present_years, reverse=True)
        ],
        unknown=unknown,
        values=narrowing.values,
        previous_url=url(page=[str(page.previous_page_number())]) if page.has_previous() else "",
        next_url=url(page=[str(page.next_page_number())]) if page.has_next() else "",
        clear_url=url(year=[], **{name: [] for name in narrowing.values}),
    )


def newest_listing(index_page: Any, model: type[ContentPage], request: HttpRequest) -> Listing:
    """What an index page lists of `model`, newest first."""
    pages = model.objects.for_readers(index_page.language).newest()
    return listing(request, pages, offered=offered_by(model, index_page.locale_id))
