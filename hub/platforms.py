"""The list of all platforms, narrowed by theme, access, language and country, with exact counts.

Platforms are few beside other content (hundreds), so what filters need of them is read at once and counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .collation import sort_key
from .languages import country_name, language_name
from .listings import PAGE_SIZE, Choice, Facet, Listing, clean_values, page_number, toggled
from .models.content import with_themes
from .models.themes import Theme, line, theme_tree

FILTERS = ("theme", "access", "language", "country")

# What each platform has in a filter, by the platform's primary key.
Values = Mapping[int, frozenset[str]]


def platform_listing(request: HttpRequest, platforms: Any, language: str) -> Listing:
    """The platforms (a query of those in `language`) that the address asks for, by title as readers order titles.

    Values inside a filter widen, filters narrow each other, and the counts of a filter ignore its own selection.
    """
    asked = {name: clean_values(request, name) for name in FILTERS}
    rows = list(platforms.order_by().values_list("pk", "title", "access", "platform_languages", "operator__country"))
    tree = theme_tree()
    values: dict[str, Values] = {
        "theme": _themes(platforms, tree),
        "access": {pk: frozenset([access]) for pk, _title, access, _languages, _country in rows},
        "language": {pk: frozenset(languages or ()) for pk, _title, _access, languages, _country in rows},
        "country": {pk: frozenset(filter(None, [country])) for pk, _title, _access, _languages, country in rows},
    }
    everybody = [pk for pk, *_rest in sorted(rows, key=lambda row: sort_key(row[1], language))]
    labels: dict[str, dict[str, str]] = {
        "theme": {theme.slug: theme.label() for theme in tree},
        "access": {value: str(label) for value, label in platforms.model.Access.choices},
        "language": _named(values["language"], language_name, language),
        "country": _named(values["country"], country_name, language),
    }
    unknown = [value for name in FILTERS for value in asked[name] if value not in labels[name]]

    def url(**changes: list[str]) -> str:
        query = urlencode({name: some for name, some in {**asked, **changes}.items() if some}, doseq=True)
        return f"{request.path}?{query}" if query else request.path

    def matching(*names: str) -> list[int]:
        chosen = {name: set(asked[name]) for name in names if asked[name]}
        return [pk for pk in everybody if all(values[name].get(pk, frozenset()) & chosen[name] for name in chosen)]

    def choices(name: str) -> list[Choice]:
        found = matching(*(other for other in FILTERS if other != name))
        counts = Counter(value for pk in found for value in values[name].get(pk, ()))
        depths = {theme.slug: theme.depth for theme in tree} if name == "theme" else {}
        return [
            Choice(
                label,
                value in asked[name],
                url(**{name: toggled(asked[name], value)}),
                depths.get(value, 0),
                counts[value],
            )
            for value, label in labels[name].items()
            if counts[value] or value in asked[name]
        ]

    paginator = Paginator([] if unknown else matching(*FILTERS), PAGE_SIZE)
    page = paginator.get_page(page_number(request))
    shown = {each.pk: each for each in platforms.model.objects.filter(pk__in=list(page.object_list)).for_links()}
    page.object_list = with_themes(shown[pk] for pk in page.object_list if pk in shown)
    return Listing(
        pages=page,
        themes=choices("theme"),
        years=[],
        facets=[
            Facet(_("Access"), choices("access")),
            Facet(_("Languages"), choices("language")),
            Facet(_("Country"), choices("country")),
        ],
        unknown=unknown,
        values=asked,
        previous_url=url(page=[str(page.previous_page_number())]) if page.has_previous() else "",
        next_url=url(page=[str(page.next_page_number())]) if page.has_next() else "",
        clear_url=request.path,
    )


def _themes(platforms: Any, tree: Iterable[Theme]) -> Values:
    """The slugs of each platform's themes and of those above them."""
    slugs = {theme.pk: theme.slug for theme in tree}
    parents = {theme.pk: theme.parent_id for theme in tree}
    through = platforms.model.themes.through.objects.filter(platformpage__in=platforms.order_by().values("pk"))
    found: dict[int, frozenset[str]] = {}
    for pk, theme in through.values_list("platformpage_id", "theme_id"):
        found[pk] = found.get(pk, frozenset()).union(slugs[above] for above in line(theme, parents) if above in slugs)
    return found


def _named(values: Values, name: Callable[[str], str], language: str) -> dict[str, str]:
    """The names of the values that are there, in the reader's order."""
    there = {value for some in values.values() for value in some}
    return {value: name(value) for value in sorted(there, key=lambda value: sort_key(name(value), language))}
