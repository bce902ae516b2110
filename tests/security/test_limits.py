"""How much one address may ask for, and how large a request may be."""

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from wagtail.models import PageViewRestriction

from hub.clients import client_address
from hub.limits import seconds_to_wait
from hub.roles import EDITORS
from tests import content
from tests.editing import log_in

pytestmark = pytest.mark.django_db

SEARCHES = ["/en/search/?q=water", "/de/search/?q=wasser", "/en/search/feed.atom?q=a", "/en/search/calendar.ics?q=a"]


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    caches["limits"].clear()
    monkeypatch.setattr("hub.limits._silence.until", 0.0)
    yield
    caches["limits"].clear()


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """In the middle of a minute."""
    now = [1_800_000_030.0]
    monkeypatch.setattr("hub.limits.time.time", lambda: now[0])
    return now


def test_who_searches_too_often_waits_for_the_next_minute(client, settings, clock):
    settings.SEARCHES_PER_MINUTE = 3
    answers = [client.get(path) for path in SEARCHES]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert refused["Retry-After"] == "30"
    assert refused["Cache-Control"] == "no-store"
    assert refused.content.decode() == "Too many requests have come from your network. Try again in 30 seconds.\n"
    assert client.get(SEARCHES[0], REMOTE_ADDR="192.0.2.7").status_code == 200
    clock[0] += 30
    assert client.get(SEARCHES[0]).status_code == 200


def test_it_is_said_in_the_readers_language(client, settings):
    settings.SEARCHES_PER_MINUTE = 1
    client.get("/de/search/")
    assert "Sekunden" in client.get("/de/search/").content.decode()


@pytest.mark.parametrize("path", ["/en/search/suggest?q=wa", "/en/search/completions?q=wa"])
def test_suggestions_have_a_limit_of_their_own(client, settings, path):
    settings.SUGGESTIONS_PER_MINUTE = 1
    assert client.get(path).status_code == 200
    refused = client.get(path)
    assert refused.status_code == 429
    assert "max-age=30" not in refused["Cache-Control"]
    assert client.get("/en/search/").status_code == 200


def test_what_is_not_found_is_not_searched_for_beyond_the_limit(client, settings, monkeypatch):
    searched = []
    monkeypatch.setattr("search.missing.found_for", lambda words, language: searched.append(words) or [])
    settings.SEARCHES_PER_MINUTE = 1
    assert [client.get(f"/en/{name}/").status_code for name in ("first", "second")] == [404, 404]
    assert searched == [["first"]]


def test_passwords_of_pages_cannot_be_tried_at_will(client, settings):
    settings.PASSWORDS_PER_MINUTE = 2
    page = content.post("Members")
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    url = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    tries = [client.post(url, {"password": word, "return_url": "/en/"}) for word in ("a", "b", "open")]
    assert [answer.status_code for answer in tries] == [200, 200, 429]
    assert client.get(url).status_code == 200


def test_pages_have_no_limit(client, settings):
    settings.SEARCHES_PER_MINUTE = settings.SUGGESTIONS_PER_MINUTE = settings.PASSWORDS_PER_MINUTE = 1
    assert {client.get("/en/").status_code for _ in range(5)} == {200}


def test_an_address_is_nowhere_in_the_cache(client, settings, monkeypatch):
    settings.SEARCHES_PER_MINUTE = 5
    keys = []
    add = caches["limits"].add
    monkeypatch.setattr(caches["limits"], "add", lambda key, *rest: keys.append(key) or add(key, *rest))
    client.get("/en/search/", REMOTE_ADDR="192.0.2.77")
    assert len(keys) == 1
    assert "192.0.2.77" not in keys[0]


def test_while_the_cache_is_away_nobody_waits(settings, monkeypatch, caplog):
    def away(*args):
        raise ConnectionError("refused")

    settings.SEARCHES_PER_MINUTE = 1
    monkeypatch.setattr(caches["limits"], "add", away)
    for _ in range(3):
        assert seconds_to_wait(RequestFactory().get("/"), "SEARCHES_PER_MINUTE") == 0
    assert caplog.text.count("CACHE_URL") == 1, "it is left in peace for a while"


@pytest.mark.parametrize(
    ("proxies", "said", "found"),
    [
        (0, "198.51.100.1", "192.0.2.1"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),  # the first was invented
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.1"),
        (1, "nonsense", "192.0.2.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:198.51.100.1", "198.51.100.1"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_says(settings, proxies, said, found):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": said})
    assert client_address(request) == found


def test_strangers_send_no_files(client, caplog):
    large = SimpleUploadedFile("a.bin", b"x" * 3_000_000)
    url = reverse("account_login")
    assert client.post(url, {"file": large}).status_code == 400
    assert "larger than the hub takes" in caplog.text
    assert client.post(url, {"login": "x", "password": "y"}).status_code == 200


def test_editors_send_files_up_to_what_the_largest_may_be(settings):
    settings.LARGEST_REQUEST = 3_500_000
    editor, url = log_in(EDITORS), reverse("wagtaildocs:add")
    sent = {size: SimpleUploadedFile("a.txt", b"x" * size) for size in (3_000_000, 4_000_000)}
    assert {size: editor.post(url, {"title": "A", "file": file}).status_code for size, file in sent.items()} == {
        3_000_000: 302,
        4_000_000: 400,
    }


def test_a_long_body_without_files_is_refused(client):
    assert client.post(reverse("account_login"), {"login": "x" * 3_000_000}).status_code == 400
