"""Trees, places and years among the facets."""

import pytest

from hub.models import Place
from search.engines.protocol import Results
from search.facets import Facet, bars, build_facets
from search.outbox import drain
from search.query import SearchQuery
from search.recognition import Concepts
from tests import content

pytestmark = pytest.mark.django_db


def facet(name: str, counts: dict[str, int], query: SearchQuery | None = None) -> Facet:
    query = query or SearchQuery(language="en")
    results = Results(total=100, facets={name: counts})
    return next(each for each in build_facets(query, results, Concepts(query, results)) if each.name == name)


def outline(facet: Facet) -> list:
    return [(value.value, [(each.value, each.depth) for each in value.below]) for value in facet.values]


def test_themes_stand_under_those_above_them():
    top = content.theme("top")
    middle = content.theme("middle", parent=top)
    content.theme("leaf", parent=middle)
    content.theme("zoo")
    found = facet("theme", {"top": 5, "middle": 3, "leaf": 1, "zoo": 2})
    assert outline(found) == [("top", [("middle", 0), ("leaf", 1)]), ("zoo", [])]


def test_a_theme_whose_wider_one_is_not_shown_stands_for_itself():
    content.theme("first")
    content.theme("leaf", parent=content.theme("top"))
    chosen = SearchQuery(language="en", filters={"theme": ("leaf",)})
    found = facet("theme", {"first": 2}, chosen)
    assert outline(found) == [("first", []), ("leaf", [])]
    assert found.values[1].count == 0 and found.values[1].selected


def test_cities_stand_under_their_country_and_alone_without_one():
    Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    for slug, country in (("bonn", "DE"), ("lyon", "FR"), ("ulm", "DE")):
        content.city(slug, country)
    found = facet("place", {"bonn": 1, "ulm": 3, "lyon": 2, "germany": 4})
    assert outline(found) == [("germany", [("ulm", 0), ("bonn", 0)]), ("lyon", [])]
    assert [value.label for value in found.values] == ["Germany", "Lyon"]


def test_a_branch_with_a_selection_is_open_and_never_folded():
    themes = [content.theme(f"theme-{number:02}") for number in range(12)]
    content.theme("leaf", parent=themes[11])
    counts = {theme.slug: 1 for theme in themes} | {"leaf": 1}
    found = facet("theme", counts, SearchQuery(language="en", filters={"theme": ("leaf",)}))
    assert len(found.shown) == 9 and found.shown[-1].is_open
    assert [value.value for value in found.folded] == ["theme-08", "theme-09", "theme-10"]


def test_years_are_drawn_in_proportion_with_gaps():
    found = facet("year", {"2020": 10, "2021": 5, "2024": 1})
    assert [value.value for value in found.values] == ["2024", "2021", "2020"]
    drawn = bars(found.values)
    assert [bar.year.value for bar in drawn] == ["2020", "2021", "2024"]
    assert [float(bar.height) for bar in drawn] == [56.0, 28.0, 5.6]
    assert [float(bar.x) for bar in drawn] == [0.0, 51.2, 204.8]


def test_one_year_is_not_drawn():
    assert bars(facet("year", {"2020": 10}).values) == []


def test_the_numbers_of_the_drawing_are_in_the_text_in_every_language(client, engine):
    content.post("Water")
    content.event("Water fair", start=content.timezone.now().replace(year=2031))
    drain()
    for language in ("en", "de", "pl"):
        html = client.get(f"/{language}/search/?q=water").content.decode()
        drawing = html.split('<svg class="years"')[1].split("</svg>")[0]
        assert 'aria-hidden="true"' in drawing and drawing.count('tabindex="-1"') == 2
        assert "," not in drawing.split("viewBox")[1].split(">")[0]
        assert '2031\u00a0<span class="amount">1</span>' in html


def test_pages_hold_ten_twenty_or_fifty_results(client, engine):
    for number in range(23):
        content.post(f"Water {number}")
    drain()

    def rows(address: str) -> int:
        return client.get(f"/en/search/{address}").content.decode().count("row-title")

    assert (rows("?q=water"), rows("?q=water&size=20"), rows("?q=water&size=50")) == (10, 20, 23)
    assert (rows("?q=water&page=3"), rows("?q=water&size=20&page=2")) == (3, 3)
    html = client.get("/en/search/?q=water&size=20").content.decode()
    assert 'href="?q=water&amp;size=20&amp;page=2"' in html and 'href="?q=water&amp;size=50"' in html


def test_a_facet_says_how_many_values_it_does_not_list():
    places = [Place(slug=f"place-{number}", name=f"Place {number}", kind="city", country="DE") for number in range(60)]
    for place in places:
        place.save()
    counts = {place.slug: 60 - number for number, place in enumerate(places)}
    found = facet("place", counts, SearchQuery(language="en", filters={"place": ("place-59",)}))
    assert len(found.everything) == 51
    assert found.rare == 9
