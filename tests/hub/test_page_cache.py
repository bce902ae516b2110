"""Pages kept whole: never old, never another reader's, and one entry for what is one page."""

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from wagtail.models import PageViewRestriction

from hub.current_version import current_version
from hub.models import ContentChange
from hub.page_cache import PageCacheMiddleware, is_complete, memory
from hub.remembering import facts, remembered, remembering
from hub.roles import EDITORS
from news.models import NewsPage
from tests import content
from tests.editing import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings, monkeypatch):
    """The middleware is in its place, and every process knows of a change at once."""
    others = [each for each in settings.MIDDLEWARE if not each.startswith("tests.")]
    settings.MIDDLEWARE = ["hub.page_cache.PageCacheMiddleware", *others]
    monkeypatch.setattr("hub.current_version.CHECK_EVERY", 0)
    empty()
    yield
    empty()


def commit():
    """A test is one transaction, which would note one change."""
    connection.run_on_commit.clear()


def empty():
    cache.clear()
    memory.clear()
    current_version.forget()
    # Versions come again as tests are rolled back.
    with remembering("another"):
        facts()


@pytest.fixture
def post():
    page = content.post("Water", slug="water")
    commit()
    return page


@pytest.fixture
def rendered(monkeypatch):
    """The addresses that were rendered, with their parameters."""
    found = []
    original = NewsPage.serve

    def serve(self, request, *args, **kwargs):
        found.append(self.slug)
        return original(self, request, *args, **kwargs)

    monkeypatch.setattr(NewsPage, "serve", serve)
    return found


def text(client, path="/en/news/water/", **headers):
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    body = answer.content
    return (gzip.decompress(body) if answer.get("Content-Encoding") else body).decode()


def test_a_page_is_rendered_once_and_costs_one_query_then(client, post, rendered, django_assert_num_queries):
    first = client.get("/en/news/water/")
    with django_assert_num_queries(1):
        again = client.get("/en/news/water/")
    assert rendered == ["water"]
    assert again.content == first.content
    assert dict(again.headers) == dict(first.headers)
    assert again["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Content-Security-Policy" in again
    assert not again.cookies


def test_who_has_it_already_is_told_so(client, post):
    tag = client.get("/en/news/water/")["ETag"]
    for asked in (tag, f'"other", {tag}'):
        answer = client.get("/en/news/water/", headers={"if-none-match": asked})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
        assert "Content-Type" not in answer
        assert "must-revalidate" in answer["Cache-Control"]
    _publish(post, title="Fire")
    assert client.get("/en/news/water/", headers={"if-none-match": tag}).status_code == 200


def test_it_is_compressed_for_who_can_read_that(client, post):
    plain = client.get("/en/news/water/")
    packed = client.get("/en/news/water/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    for answer in (plain, packed):
        assert int(answer["Content-Length"]) == len(answer.content)
        assert answer["Vary"] == "Accept-Encoding"
    head = client.head("/en/news/water/")
    assert (head.status_code, head.content) == (200, b"")


def _publish(post, **values):
    for name, value in values.items():
        setattr(post, name, value)
    post.save_revision().publish()
    commit()


def test_what_changes_after_the_version_was_read_is_not_kept_under_a_later_one(client, post, monkeypatch):
    """Somebody publishes while a reader's page is rendered: the next reader gets the new page."""
    original = NewsPage.serve

    def serve(self, request, *args, **kwargs):
        answer = original(self, request, *args, **kwargs).render()
        monkeypatch.setattr(NewsPage, "serve", original)
        _publish(NewsPage.objects.get(pk=post.pk), title="Fire")
        return answer

    monkeypatch.setattr(NewsPage, "serve", serve)
    assert "Water</h1>" in text(client)
    assert "Fire</h1>" in text(client)


def test_parameters_that_a_page_does_not_know_and_their_order_make_no_entry(client, post, rendered):
    plain = client.get("/en/news/water/").content
    for query in ("?utm_source=x", "?page=7", "?theme=a&theme=b"):
        assert client.get(f"/en/news/water/{query}").content == plain
    assert len(rendered) <= 2


def test_parameters_that_a_page_knows_do(client):
    content.post("On water", themes=[content.theme("water", en="Water")])
    content.post("Else")
    html = {query: text(client, f"/en/news/?{query}") for query in ("", "theme=water", "theme=none", "year=2001")}
    assert len(set(html.values())) == 4
    assert text(client, "/en/news/?year=2001&theme=water&x=1") == text(client, "/en/news/?theme=water&year=2001")


def test_a_parameter_that_matters_only_with_another_is_not_left_out(client):
    """A page that was rendered without it stands for no page with it."""
    content.event("Old", start=datetime(2020, 3, 5, 9, tzinfo=UTC))
    content.event("Older", start=datetime(2019, 3, 5, 9, tzinfo=UTC))
    first = {query: text(client, f"/en/events/{query}") for query in ("?when=month", "?when=past")}
    narrowed = text(client, "/en/events/?when=past&year=2020")
    assert "Older" in first["?when=past"]
    assert "Older" not in narrowed
    memory.clear()
    text(client, "/en/events/?when=month")
    assert text(client, "/en/events/?when=past&year=2020") == narrowed


def test_a_page_kept_without_parameters_is_none_with_them(client):
    start = datetime(2031, 3, 5, 9, tzinfo=UTC)
    content.event("Here", start=start)
    content.event("There", start=start, format="online")
    for _ in range(2):
        assert text(client, "/en/events/calendar.ics").count("BEGIN:VEVENT") == 2
        assert text(client, "/en/events/calendar.ics?format=online").count("BEGIN:VEVENT") == 1


def test_the_order_of_values_is_the_readers(client):
    for number in range(45):
        content.post(f"Post {number}")
    assert text(client, "/en/news/?page=1&page=2") != text(client, "/en/news/?page=2&page=1")


def test_a_query_is_read_as_it_would_be_without_a_cache(client):
    assert "“Ö”" in text(client, "/en/a-z/?letter=Ö")
    answer = client.get("/en/a-z/", QUERY_STRING="letter=Ö".encode().decode("latin-1"))
    assert "“Ö”" in answer.content.decode()


def test_nobody_waits_for_what_was_not_kept(client, monkeypatch):
    assert client.get("/en/news/nothing/").status_code == 404

    def wait(*args):
        raise AssertionError("somebody waits")

    monkeypatch.setattr(PageCacheMiddleware, "only_one", wait)
    answer = client.get("/en/news/nothing/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 404
    assert answer["Content-Encoding"] == "gzip"


def test_an_old_page_in_memory_hides_no_new_one(client, post, rendered, monkeypatch):
    text(client)
    old = {key: (value, time.time() - 1) for key, (value, _until) in memory._kept.items()}
    memory._kept.update(old)
    text(client)
    assert rendered == ["water"]


def test_a_page_that_lacks_something_is_kept_for_moments_only(client, post, rendered, monkeypatch):
    original = NewsPage.serve

    def serve(self, request, *args, **kwargs):
        is_complete.set(False)
        return original(self, request, *args, **kwargs)

    monkeypatch.setattr(NewsPage, "serve", serve)
    text(client)
    text(client)
    assert len(rendered) == 1
    later = time.time() + 6
    monkeypatch.setattr("hub.page_cache.time.time", lambda: later)
    text(client)
    assert len(rendered) == 2


PATHS = [
    "/en/", "/en/news/", "/en/events/", "/en/events/?when=month", "/en/hubs/", "/en/platforms/", "/en/themes/",
    "/en/places/", "/en/people/", "/en/organisations/", "/en/a-z/", "/en/news/water/", "/en/events/fair/",
    "/en/news/feed.atom", "/en/events/calendar.ics", "/sitemap.xml",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_page_says_what_it_was_not_asked_for(client, path):
    """Whoever comes first with a parameter of his own writes nothing into the page of others."""
    content.post("Water", slug="water")
    content.event("Fair", slug="fair")
    mark = "https://evil.example/"
    answer = client.get(path, {"utm": mark, "q": mark} | ({"when": "month"} if "when" in path else {}))
    assert answer.status_code == 200
    assert "evil.example" not in text(client, path)
    assert b"evil.example" not in answer.content


def test_who_is_logged_in_is_served_as_if_there_were_no_cache(client, post, rendered):
    text(client)
    editor = log_in(EDITORS)
    for _ in range(2):
        assert editor.get("/en/news/water/").status_code == 200
    assert len(rendered) == 3


def test_a_page_with_a_password_is_nobody_elses(client, post):
    PageViewRestriction.objects.create(page=post, restriction_type="password", password="secret")
    commit()
    assert "Water</h1>" not in text(client)
    friend = Client()
    restriction = PageViewRestriction.objects.get()
    friend.post(
        f"/en/_util/authenticate_with_password/{restriction.pk}/{post.pk}/",
        {"password": "secret", "return_url": "/en/news/water/"},
    )
    assert "Water</h1>" in text(friend)
    assert "Water</h1>" not in text(client)


def test_one_reader_renders_and_the_others_wait(monkeypatch):
    monkeypatch.setattr(ContentChange.objects, "version", lambda: "1")
    rendered = []

    def slow(request):
        rendered.append(request.path)
        time.sleep(0.1)
        return HttpResponse("A page")

    middleware = PageCacheMiddleware(slow)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _number: middleware(RequestFactory().get("/en/news/")).content, range(8)))
    assert found == {b"A page"}
    assert len(rendered) == 1


def test_another_process_finds_what_this_one_has_rendered(client, post, rendered):
    first = text(client)
    memory.clear()
    assert text(client) == first
    assert rendered == ["water"]


def test_a_page_does_not_outlive_a_clock_that_is_moved_back(client, post, rendered, monkeypatch):
    text(client)
    earlier = time.time() - 7200
    monkeypatch.setattr("hub.page_cache.time.time", lambda: earlier)
    text(client)
    memory.clear()
    text(client)
    assert len(rendered) == 2


def test_while_the_database_is_away_readers_get_what_is_kept(client, post, monkeypatch):
    first = text(client)

    def fail():
        raise OperationalError("gone")

    monkeypatch.setattr(ContentChange.objects, "version", fail)
    assert text(client) == first
    later = time.time() + 3600
    monkeypatch.setattr("hub.page_cache.time.time", lambda: later)
    assert text(client) == first
    assert text(client, "/en/news/water/?utm_source=mail") == first


def test_while_the_database_is_away_readers_of_other_pages_are_told_at_once_when_to_come_again(
    client, post, monkeypatch, django_assert_num_queries
):
    text(client)

    def fail():
        raise OperationalError("gone")

    monkeypatch.setattr(ContentChange.objects, "version", fail)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = client.get("/de/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Permissions-Policy"} <= answer.headers.keys()
    assert 'lang="de"' in answer.content.decode()
    assert "Traceback" not in answer.content.decode()


def test_a_page_is_rendered_anew_after_a_minute(client, post, rendered, monkeypatch):
    text(client)
    later = time.time() + 61
    monkeypatch.setattr("hub.page_cache.time.time", lambda: later)
    text(client)
    assert len(rendered) == 2


@pytest.mark.parametrize("host", ["evil.example", "a b"])
def test_a_host_that_is_not_ours_gets_nothing(post, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]
    text(Client())
    assert Client(headers={"host": host}).get("/en/news/water/").status_code == 400


def test_what_pages_have_in_common_is_read_anew_after_a_minute(post, settings, monkeypatch):
    """Events begin and end without a change."""
    found = []

    @remembered
    def read():
        found.append(1)

    original = NewsPage.serve
    monkeypatch.setattr(NewsPage, "serve", lambda self, *args, **kwargs: (read(), original(self, *args, **kwargs))[1])
    for moment in (6e9, 6e9 + 1, 6e9 + 61):
        monkeypatch.setattr("hub.page_cache.time.time", lambda moment=moment: moment)
        memory.clear()
        cache.clear()
        Client().get("/en/news/water/")
    assert len(found) == 2


def test_a_release_with_other_style_sheets_has_pages_of_its_own(post, rendered, monkeypatch):
    text(Client())
    memory.clear()
    text(Client())
    assert len(rendered) == 1
    monkeypatch.setattr(staticfiles_storage, "manifest_hash", "another", raising=False)
    memory.clear()
    text(Client())
    assert len(rendered) == 2
