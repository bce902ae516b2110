"""How a theme develops: its works by years."""

from __future__ import annotations

from typing import NamedTuple

from .beside import beside
from .engines import get_engine
from .query import SearchQuery

MOST_YEARS = 10


class Year(NamedTuple):
    """Works of a year, how high their column is (percents of the highest), and the search that finds them."""

    year: int
    works: int
    height: int
    url: str


def development(theme: str, language: str) -> list[Year]:
    """The last years in which works of any language came under a theme, given by its slug, without a gap.

    Empty where there is nothing to compare, or where the engine cannot say.
    """
    query = SearchQuery(language=language, filters={"theme": (theme,)}, page_size=0, counted=("year",))
    results = beside(get_engine().search, query)
    works = {int(year): count for year, count in results.facets.get("year", {}).items() if count} if results else {}
    if len(works) < 2:
        return []
    years = range(max(min(works), max(works) - MOST_YEARS + 1), max(works) + 1)
    highest = max(works.get(year, 0) for year in years)
    return [
        Year(
            year,
            works.get(year, 0),
            round(100 * works.get(year, 0) / highest),
            f"/{language}/search/{query.toggled_year(year).address}",
        )
        for year in years
    ]
