"""The map of a search, all places, and the page of a country or a city."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from hub.models import Organisation, Place, PlaceName
from search.outbox import drain
from tests import content

pytestmark = pytest.mark.django_db

CITIES = {
    "berlin": ("DE", 52.52, 13.405),
    "potsdam": ("DE", 52.4, 13.06),
    "lyon": ("FR", 45.764, 4.8357),
    "bogota": ("CO", 4.711, -74.0721),
}


@pytest.fixture
def places(db):
    made = {
        slug: Place.objects.create(
            slug=slug, country=country, name=slug.capitalize(), latitude=latitude, longitude=longitude
        )
        for slug, (country, latitude, longitude) in CITIES.items()
    }
    PlaceName.objects.create(place=made["lyon"], language="it", name="Lione")
    made["germany"] = Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    return made


@pytest.fixture
def at(places):
    """Publishes something from some places."""

    def at(page, *slugs):
        page.places.set([places[slug] for slug in slugs])
        page.save_revision().publish()
        return page

    return at


@pytest.fixture
def read(client, engine):
    def read(path, status=200):
        drain()
        response = client.get(path)
        assert response.status_code == status
        return response.content.decode()

    return read


def marks(html, layer="wide"):
    """The names of the marks on a map with their addresses."""
    part = html.split(f'<g class="map-{layer}"')[1].split("</g>")[0]
    pairs = re.findall(r'href="([^"]+)"[^>]*><title>([^<]+)<', part)
    return {name: url.replace("&amp;", "&") for url, name in pairs}


def test_all_places_from_a_to_z_with_their_works(read, at):
    at(content.post("One"), "berlin")
    at(content.post("Two"), "germany")
    at(content.post("Three"), "lyon")
    html = read("/en/places/")
    names = re.findall(r'class="place-country"><a href="([^"]+)">([^<]+)</a> <span class="amount">(\d+)', html)
    assert names == [("/en/places/fr/", "France", "1"), ("/en/places/germany/", "Germany", "2")]
    assert marks(html) == {"Berlin: 1 work": "/en/places/berlin/", "Lyon: 1 work": "/en/places/lyon/"}
    assert "Potsdam" not in html, "nothing is from there"
    assert ">Francia</a>" in read("/it/places/")
    assert ">Lione</a>" in read("/it/places/")


def test_a_country_that_is_no_place_counts_a_work_from_two_of_its_cities_once(read, at):
    Place.objects.filter(slug="germany").delete()
    at(content.post("One"), "berlin", "potsdam")
    html = read("/en/places/")
    assert re.search(r'href="/en/places/de/">Germany</a> <span class="amount">1<', html)
    assert "1 work<" in read("/en/places/de/")


def test_places_that_share_a_mark_lead_to_the_search_for_both(read, at):
    at(content.post("One"), "berlin", "potsdam")
    at(content.post("Two"), "berlin")
    name, url = next(iter(marks(read("/en/places/")).items()))
    assert name == "Berlin: 2 works; Potsdam: 1 work"
    assert url == "/en/search/?place=berlin&place=potsdam&view=map"
    assert set(marks(read(url))) == {"Berlin: 2 works", "Potsdam: 1 work"}, "nearer, they are apart"


def test_what_is_not_in_europe_is_named_beside_the_map(read, at):
    at(content.post("One"), "bogota")
    for path in ("/en/places/", "/en/search/?view=map"):
        html = read(path)
        assert not marks(html)
        assert "Not on this map:" in html
        assert "Bogota: 1 work" in html


def test_a_city_page_has_everything_from_there(read, at, places):
    organisation = Organisation.objects.create(slug="grand-lyon", name="Grand Lyon")
    page = at(content.post("A post"), "lyon")
    page.organisations.add(organisation)
    page.save_revision().publish()
    content.event("Coming", place=places["lyon"])
    content.event("Gone", place=places["lyon"], start=timezone.now() - timedelta(days=9))
    at(content.platform("A platform"), "lyon")
    at(content.post("Elsewhere"), "berlin")
    html = read("/en/places/lyon/")
    for heading in ("News", "Upcoming events", "Past events", "Platforms", "Organisations in these works"):
        assert f">{heading}</h2>" in html
    for title in ("A post", "Coming", "Gone", "A platform", "Grand Lyon"):
        assert f">{title}</a>" in html
    assert "Elsewhere" not in html
    assert "4 works" in html
    assert '<a href="/en/places/fr/">France</a>' in html
    more = re.findall(r'class="more" href="([^"]+)"', html)
    assert "/en/search/?place=lyon&amp;kind=event&amp;language=en&amp;when=past" in more
    for url in more:
        assert "1 result" in read(url.replace("&amp;", "&"))


def test_a_country_page_has_what_is_from_its_cities_and_its_organisations(read, at):
    page = content.post("Elsewhere")
    for slug, country in (("difu", "DE"), ("other", "FR")):
        page.organisations.add(Organisation.objects.create(slug=slug, name=slug.capitalize(), country=country))
    page.save()
    Organisation.objects.create(slug="unnamed", name="Unnamed", country="DE")
    at(content.post("From the city"), "berlin")
    at(content.post("From the country"), "germany")
    html = read("/en/places/germany/")
    assert ">From the city</a>" in html
    assert ">From the country</a>" in html
    assert '<a class="tag" href="/en/places/berlin/">Berlin' in html
    assert ">Difu</a>" in html
    assert ">Other</a>" not in html
    assert "Unnamed" not in html
    assert "2 works" in html


def test_works_in_other_languages_are_announced(read, at):
    at(content.post("Nur deutsch", language="de"), "berlin")
    both = at(content.post("Beides", language="de"), "berlin")
    version = both.copy_for_translation(Locale.objects.get(language_code="en"))
    version.title, version.slug = "Both", "both"
    version.save_revision().publish()
    html = read("/en/places/berlin/")
    assert ">Both</a>" in html
    assert "Nur deutsch" not in html
    assert "2 works" in html
    assert "1 more in another language" in html
    assert "more in" not in read("/de/places/berlin/")
    assert 'class="wide empty"' in read("/fr/places/berlin/")


def test_private_pages_and_drafts_are_nowhere(read, at):
    private = at(content.post("Private"), "lyon")
    organisation = Organisation.objects.create(slug="hidden", name="Hidden")
    private.organisations.add(organisation)
    private.save_revision().publish()
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    at(content.post("Unpublished"), "lyon").unpublish()
    for path in ("/en/places/", "/en/places/lyon/", "/en/places/fr/", "/en/search/?view=map"):
        html = read(path)
        assert not re.search("Private|Unpublished|Hidden|1 work", html)
    assert "/places/lyon/" not in read("/en/places/")


def test_addresses_of_countries_by_code(client, places):
    assert client.get("/en/places/DE/").headers["Location"] == "/en/places/germany/"
    assert client.get("/en/places/de/").headers["Location"] == "/en/places/germany/"
    assert client.get("/en/places/FR/").headers["Location"] == "/en/places/fr/"
    assert client.get("/en/places/fr/").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "xx", "at", "%00", "ß", "a%2Fb", "'", "LYON"])
def test_a_place_that_does_not_exist(client, places, slug):
    assert client.get(f"/en/places/{slug}/").status_code == 404


def test_without_an_index_the_pages_are_there_without_numbers(client, at, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    at(content.post("A post"), "lyon")
    html = client.get("/en/places/").content.decode()
    assert marks(html)["Lyon"] == "/en/places/lyon/"
    html = client.get("/en/places/lyon/").content.decode()
    assert ">A post</a>" in html
    assert client.get("/en/search/?view=map").status_code == 200


def test_a_place_on_the_map_narrows_the_search_to_what_the_mark_says(read, at):
    at(content.post("Water one"), "lyon")
    at(content.post("Water two"), "lyon", "berlin")
    at(content.post("Bread"), "lyon")
    html = read("/en/search/?q=water&view=map&theme=")
    found = marks(html)
    assert set(found) == {"Lyon: 2 works", "Berlin: 1 work"}
    narrowed = read("/en/search/" + found["Lyon: 2 works"])
    assert "2 results" in narrowed
    assert 'aria-current="true"><title>Lyon: 2 works' in narrowed
    assert marks(narrowed)["Lyon: 2 works"] == "?q=water&view=map", "and back"
    assert "Show all of Europe" in narrowed
    assert "<title>Germany: 1 work</title>" in html


def test_the_map_is_offered_beside_the_list_and_stays_through_filters(read, at):
    at(content.post("Water"), "lyon")
    at(content.event("Water"), "lyon")
    html = read("/en/search/?q=water")
    assert 'class="map"' not in html
    assert 'href="?q=water&amp;view=map"' in html
    html = read("/en/search/?q=water&view=map")
    assert 'href="?q=water&amp;kind=event&amp;view=map"' in html
    assert 'type="hidden" name="view" value="map"' in html
    feed = re.findall(r'href="(/en/search/feed.atom[^"]*)"', html)
    assert feed and not any("view" in url for url in feed)
    assert "not as “globe”" in read("/en/search/?q=water&view=globe")


@pytest.mark.parametrize("number", [1, 6])
def test_queries(client, engine, at, places, django_assert_max_num_queries, number):
    for index in range(number):
        at(content.post(f"Post {index}"), "lyon")
        content.event(f"Event {index}", place=places["lyon"])
        at(content.platform(f"Platform {index}"), "lyon")
    drain()
    client.get("/en/places/")
    with django_assert_max_num_queries(4):
        client.get("/en/places/")
    with django_assert_max_num_queries(12):
        client.get("/en/places/lyon/")


def test_every_place_is_in_the_sitemap_in_every_language(client, places):
    for path in ("/en/places/", "/fr/places/lyon/", "/de/places/germany/", "/en/places/co/"):
        sitemap = client.get(f"/sitemaps/{path[1:3]}-1.xml").content.decode()
        assert f"{path}</loc>" in sitemap
        assert "/places/de/<" not in sitemap, "that address leads to Germany’s own"


def test_places_on_a_post_and_an_event_lead_to_their_pages(client, at, places):
    page = at(content.post("A post"), "lyon")
    assert '<a href="/en/places/lyon/">Lyon</a>' in client.get(page.url).content.decode()
    event = content.event("An event", place=places["lyon"])
    assert '<a href="/en/places/lyon/">Lyon</a>' in client.get(event.url).content.decode()
