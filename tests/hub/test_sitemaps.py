"""What search engines are told to read."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from lxml import etree
from wagtail.models import Locale, Page, PageViewRestriction

from hub import sitemaps
from hub.models import Organisation, Person, Place
from news.models import NewsPage
from tests import content

pytestmark = pytest.mark.django_db

BASE = "http://127.0.0.1:8000"
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}


def read(client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/xml")
    return etree.fromstring(answer.content)


def dates(root) -> dict[str, str | None]:
    """When each address of a sitemap changed."""
    return {
        each.findtext("s:loc", namespaces=NAMES).removeprefix(BASE): each.findtext("s:lastmod", None, NAMES)
        for each in root
    }


def german_and_english():
    german = content.post("Beitrag", language="de")
    english = german.copy_for_translation(Locale.objects.get(language_code="en"))
    english.title, english.slug = "A post", "a-post"
    english.save_revision().publish()
    return german


def test_the_index_names_a_sitemap_for_each_language_and_robots_name_the_index(client):
    content.post(language="de")
    found = dates(read(client, "/sitemap.xml"))
    assert list(found) == [
        "/sitemaps/news.xml",
        *(f"/sitemaps/{code}-1.xml" for code in ("en", "de", "fr", "es", "it", "pl")),
    ]
    assert found["/sitemaps/de-1.xml"]
    assert found["/sitemaps/pl-1.xml"] is None
    robots = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {BASE}/sitemap.xml" in robots
    assert "Disallow: /de/search/*?" in robots


def test_a_page_has_its_languages_and_is_in_the_sitemap_of_its_own(client):
    german_and_english()
    root = read(client, "/sitemaps/de-1.xml")
    assert "/en/news/a-post/" not in dates(root)
    (page,) = (each for each in root if each.findtext("s:loc", namespaces=NAMES) == f"{BASE}/de/news/beitrag/")
    links = {link.get("hreflang"): link.get("href").removeprefix(BASE) for link in page.iterfind("xhtml:link", NAMES)}
    assert links == {"en": "/en/news/a-post/", "de": "/de/news/beitrag/", "x-default": "/en/news/a-post/"}
    (themes,) = (each for each in root if each.findtext("s:loc", namespaces=NAMES) == f"{BASE}/de/themes/")
    assert len(themes.findall("xhtml:link", NAMES)) == 7


def test_a_date_is_when_readers_last_saw_a_change(client):
    climate = content.theme("climate")
    water = content.theme("water", climate)
    hub = content.thematic_hub(climate, "Climate hub", slug="climate")
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    post, other = content.post("Post", themes=[water]), content.post("Other")
    NewsPage.objects.filter(pk=post.pk).update(edited_on=new, first_published_at=old, last_published_at=timezone.now())
    NewsPage.objects.filter(pk=other.pk).update(edited_on=None, first_published_at=old)
    type(hub).objects.filter(pk=hub.pk).update(edited_on=old)
    found = {path: date and date[:10] for path, date in dates(read(client, "/sitemaps/en-1.xml")).items()}
    assert found["/en/news/post/"] == "2026-02-01"
    assert found["/en/news/other/"] == "2026-01-01"
    assert found["/en/news/"] == "2026-02-01"
    assert found["/en/hubs/climate/"] == "2026-02-01"
    assert found["/en/themes/water/"] == found["/en/themes/climate/"] == "2026-02-01"
    assert found["/en/hubs/"] == "2026-01-01"
    assert found["/en/"] == "2026-02-01"
    assert found["/en/platforms/"] is None


def test_what_lists_pages_changes_with_the_newest_of_them(client):
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    ulm = Organisation.objects.create(name="Ulm", slug="ulm")
    ada, eve = (Person.objects.create(name=name, slug=name, organisation=ulm) for name in ("ada", "eve"))
    Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    post = content.post("Post", themes=[content.theme("water")], submitted_by=ada)
    post.places.add(content.city("berlin"))
    post.save()
    event = content.event("Event", submitted_by=eve, place=content.city("ghent", "BE"))
    secret = content.event("Secret", submitted_by=ada, place=content.city("bonn"))
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    content.post("Beitrag", language="de", submitted_by=ada)
    NewsPage.objects.filter(pk=post.pk).update(edited_on=new, first_published_at=old)
    type(event).objects.filter(pk=event.pk).update(edited_on=None, first_published_at=old)
    found = {path: date and date[:10] for path, date in dates(read(client, "/sitemaps/en-1.xml")).items()}
    expected = {
        "themes/": "2026-02-01", "themes/water/": "2026-02-01",
        "places/": "2026-02-01", "places/berlin/": "2026-02-01", "places/germany/": "2026-02-01",
        "places/ghent/": "2026-01-01", "places/be/": "2026-01-01", "places/bonn/": None,
        "people/": "2026-02-01", "people/ada/": "2026-02-01", "people/eve/": "2026-01-01",
        "organisations/": "2026-02-01", "organisations/ulm/": "2026-02-01", "a-z/": "2026-02-01",
    }  # fmt: skip
    assert {path: found[f"/en/{path}"] for path in expected} == expected


def test_private_pages_and_drafts_are_in_none(client):
    content.post("Draft", live=False)
    secret = content.post("Secret")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    for path in ("/sitemaps/en-1.xml", "/sitemaps/news.xml"):
        assert not [url for url in dates(read(client, path)) if "secret" in url or "draft" in url]


def test_many_pages_are_divided(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 3)
    for number in range(3):
        content.post(f"Post {number}")
    parts = [path for path in dates(read(client, "/sitemap.xml")) if "/en-" in path]
    pages = Page.objects.filter(depth__gt=1, locale__language_code="en").count()
    assert len(parts) == -(-pages // 3) > 1
    addresses = [path for part in parts for path in dates(read(client, part))]
    found = [
        path
        for path in addresses
        if not path.startswith(("/en/themes/", "/en/places/", "/en/organisations/", "/en/people/", "/en/a-z/"))
    ]
    assert len(found) == len(set(found)) == pages


def test_news_are_the_posts_of_two_days_in_all_languages(client):
    german_and_english()
    content.event("Event")
    old = content.post("Old")
    NewsPage.objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(days=2, minutes=1))
    content.post("A <b>\x0b & c", slug="odd")
    root = read(client, "/sitemaps/news.xml")
    assert sorted(dates(root)) == ["/de/news/beitrag/", "/en/news/a-post/", "/en/news/odd/"]
    titles = {each.findtext(".//news:title", namespaces=NAMES): each for each in root}
    assert set(titles) == {"Beitrag", "A post", "A <b> & c"}
    assert titles["Beitrag"].findtext(".//news:language", namespaces=NAMES) == "de"
    assert titles["Beitrag"].findtext(".//news:name", namespaces=NAMES)
    assert datetime.fromisoformat(titles["Beitrag"].findtext(".//news:publication_date", namespaces=NAMES)).tzinfo


@pytest.mark.parametrize("path", ["en-0", "en-2", "xx-1", "en", "en-x", "en-99999999999999999999"])
def test_other_parts_are_not_found(client, path):
    assert client.get(f"/sitemaps/{path}.xml").status_code == 404


def test_a_sitemap_costs_the_same_for_any_number_of_pages(client, django_assert_max_num_queries):
    for number in range(12):
        content.post(f"Post {number}", themes=[content.theme(f"theme-{number}")])
    for path in ("/sitemap.xml", "/sitemaps/en-1.xml", "/sitemaps/news.xml"):
        with django_assert_max_num_queries(32):
            client.get(path)
