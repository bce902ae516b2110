"""Whatever a stranger puts into an address, no answer is an error of ours. `client` raises every exception."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_from_bytes, unquote_to_bytes

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction

from hub.models import HubDocument, HubImage
from tests import content

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

# Making a failing address shorter would take hundreds of rounds through every view.
FEW = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

ODD = [
    "\0",
    "a\0b",
    "a" * 10_000,
    "x " * 5_000,
    "food",
    "-1",
    "0",
    "9" * 9,
    "9" * 30,
    "1e9",
    "٣",
    "²",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-W01-1",
    "9999",
    "0000",
    "\u202e",
    "\ufeff",
    "ﷺ" * 500,
    "👩🏽‍🚀",
    "a\u0301" * 300,
    "\r\nX-Header: 1",
    "../../etc/passwd",
    "https://example.org//[",
    "//example.org",
    "%00",
    "'\"><script>",
    "{{ 7|add:7 }}",
    "%(x)s {0}",
]
# 503 is what readyz says without an index; 400 is Django's answer to a redirect that would be too long.
FINE = {200, 301, 302, 400, 404, 405, 503}

# As a browser would write it, as bytes that are no UTF-8 (surrogates among them), and as it must not be written.
WORDS = st.one_of(st.sampled_from(ODD), st.text(max_size=40)).map(lambda text: quote(text, safe="", errors="replace"))
BYTES = st.one_of(st.binary(max_size=12), st.just("\udc80\ud83d".encode("utf-8", "surrogatepass")))
UNQUOTED = st.text("%&=;+#?[]/\\:@0aF\x80\xff", max_size=20)
VALUES = st.one_of(WORDS, BYTES.map(lambda raw: quote_from_bytes(raw, safe="")), UNQUOTED)

KNOWN = [
    "q",
    "theme",
    "kind",
    "place",
    "language",
    "organisation",
    "from",
    "to",
    "when",
    "format",
    "sort",
    "page",
    "view",
    "size",
    "exact",
    "typing",
    "year",
    "part",
    "next",
    "p",
    "username",
    "return_url",
    "preview",
    "lang",
    "utm_source",
]
NAMES = st.one_of(st.sampled_from(KNOWN), VALUES)
PAIRS = st.lists(st.one_of(st.tuples(NAMES, VALUES).map("=".join), VALUES), max_size=8)
TWICE = st.tuples(st.sampled_from(KNOWN), st.lists(VALUES, min_size=2, max_size=30)).map(
    lambda pair: [f"{pair[0]}={value}" for value in pair[1]]
)
QUERIES = st.one_of(PAIRS, TWICE).map("&".join)


@pytest.fixture(scope="module")
def addresses(module_db, tmp_path_factory) -> Iterator[list[str]]:
    """One address of each public view. There is no search index, so the database is asked."""
    folder = tmp_path_factory.mktemp("media")
    with override_settings(MEDIA_ROOT=folder, SEARCH_INDEX_DIR=folder / "index"):
        cache.clear()
        yield public_addresses(Client())


def public_addresses(client: Client) -> list[str]:
    food = content.theme("food", en="Food", de="Essen")
    picture = HubImage.objects.create(title="Picture", file=get_test_image_file(size=(64, 48)))
    document = HubDocument.objects.create(title="Document", file=ContentFile(b"text", name="a.txt"))
    content.post("Canteens", themes=[food], image=picture).places.add(content.city("berlin"))
    content.post("Küche", language="de", themes=[food], slug="küche")
    content.event("Market", themes=[food])
    content.thematic_hub(food, "Food hub")
    content.platform("Recipes", themes=[food])
    PageViewRestriction.objects.create(page=content.post("Secret"), restriction_type=PageViewRestriction.LOGIN)
    shown = re.search(r'/pictures/[^" ]+', client.get("/en/news/canteens/").content.decode())
    assert shown
    public = [
        "/",
        "/en/",
        "/en/news/",
        "/en/news/canteens/",
        "/de/news/k%C3%BCche/",
        "/en/events/",
        "/en/events/market/",
        "/en/hubs/",
        "/en/hubs/food-hub/",
        "/en/platforms/",
        "/en/platforms/recipes/",
        "/en/themes/",
        "/en/themes/food/",
        "/en/places/",
        "/en/places/de/",
        "/de/search/",
        "/en/news/feed.atom",
        "/en/events/feed.atom",
        "/en/hubs/food-hub/feed.atom",
        "/en/themes/food/feed.atom",
        "/en/news/canteens/cite.bib",
        "/sitemaps/en-1.xml",
        "/sitemaps/news.xml",
        "/en/events/calendar.ics",
        "/en/events/market/event.ics",
        "/sitemap.xml",
        "/robots.txt",
        "/healthz",
        "/readyz",
    ]
    public += [shown[0], picture.get_rendition("width-32").url, document.url]
    for path in public:
        assert client.get(path, follow=True).status_code == 200 or path == "/readyz", path
    return [*public, picture.file.url, "/en/news/secret/", "/admin/login/", "/nothing/"]


def ask(client, address: str, query: str = "", method: str = "GET") -> Any:
    """The answer to an address, which a web server hands on as bytes. The query string is sent as it is."""
    path = unquote_to_bytes(address).decode("latin-1")
    response = client.generic(method, "/", PATH_INFO=path, QUERY_STRING=query)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


PLACES = [
    "/{0}",
    "/{0}/",
    "/en/{0}",
    "/en/{0}/",
    "/en/news/{0}/",
    "/de/news/{0}/",
    "/en/events/{0}/{0}/",
    "/en/themes/{0}/",
    "/en/places/{0}/",
    "/en/events/{0}/event.ics",
    "/en/hubs/{0}/feed.atom",
    "/en/{0}/{0}/cite.{0}",
    "/share/{0}.png",
    "/sitemaps/{0}-1.xml",
    "/en/search/{0}",
    "/media/{0}",
    "/media/original_images/{0}",
    "/static/{0}",
    "/documents/1/{0}",
    "/documents/{0}/a.txt",
    "/pictures/{0}/1/{0}/",
    "/admin/{0}/",
    "/admin/login/{0}",
    "/_util/{0}/",
]
PARTS = st.one_of(WORDS, VALUES.filter(lambda part: not set(part) & {"?", "#"}))


READERS = ["/en/", "/en/news/", "/en/events/", "/en/search/", "/en/platforms/", "/sitemap.xml", "/admin/login/"]


def test_no_odd_value_is_an_error_where_parameters_are_read(client, addresses):
    for value in map(quote, ODD):
        query = "&".join(f"{name}={value}" for name in KNOWN)
        for address in READERS:
            assert ask(client, address, query).status_code in FINE, (address, value)


@FEW
@given(QUERIES, st.sampled_from(["GET", "GET", "HEAD", "POST"]))
def test_no_query_string_is_an_error_anywhere(client, addresses, query, method):
    for address in addresses:
        assert ask(client, address, query, method).status_code in FINE, address


def test_no_odd_path_is_an_error(client, addresses):
    for part in map(quote, ODD):
        for place in PLACES:
            assert ask(client, place.format(part)).status_code in {*FINE, 403}, (place, part)


@FEW
@given(PARTS, st.sampled_from(["", "q=%00", "next=%2F%00"]))
def test_no_path_is_an_error(client, addresses, part, query):
    for place in PLACES:
        assert ask(client, place.format(part), query).status_code in {*FINE, 403}, place


@pytest.mark.parametrize("part", ["%00", "a%00b"])
def test_a_path_with_a_null_byte_does_not_exist(client, part):
    for place in PLACES:
        assert ask(client, place.format(part)).status_code == 404, place


def test_a_null_byte_in_a_query_string_is_a_blank(client, addresses):
    assert "Canteens" in ask(client, "/en/news/", "theme=food%00&%00=%00").content.decode()
    assert "Canteens" in ask(client, "/en/search/", "q=can%00teens%00").content.decode()
    assert "%00" not in ask(client, "/en/news/secret/", "a=%00%00")["Location"]


def test_a_cookie_with_a_null_byte_is_dropped(client):
    for name in ("sessionid", "csrftoken", "django_language", "messages"):
        client.cookies.load({name: "a\0bcdefghijk"})
    assert client.get("/admin/login/").status_code == 200
