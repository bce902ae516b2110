"""What to read after a page."""

import re
import shutil
import threading
import time

import pytest
from wagtail.models import Locale, PageViewRestriction

from hub.models import HomePage, RelatedWork, StandardPage
from hub.remembering import remembering
from search import beside, read_on
from search.outbox import drain
from tests import content
from tests.hub.test_pages_queries import another_post, footer, full_post, people, picture, themes  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def readable(client, engine, monkeypatch):
    """The titles under “Read on” at an address, after the outbox has been drained."""
    monkeypatch.setattr(beside.beside, "asked_again_at", 0.0)
    monkeypatch.setattr(beside, "LIMIT", 5)

    def readable(address: str) -> list[str]:
        drain()
        read_on.alike.clear()
        html = client.get(address).content.decode()
        section = re.search(r'<section class="band related".*?</section>', html, re.DOTALL)
        return re.findall(r'<h3 class="row-title"[^>]*><a[^>]*>([^<]+)', section[0]) if section else []

    return readable


def test_works_with_the_same_theme_words_and_place_are_offered_the_most_alike_first(readable):
    water, energy = content.theme("water"), content.theme("energy")
    bonn = content.city("bonn")
    content.post("Rain gardens", themes=[water], places=[bonn], lead="How gardens keep rain in the city.")
    content.post("Same theme", themes=[water])
    content.post("Gardens for rain", themes=[water], places=[bonn], lead="Gardens that keep rain.")
    content.post("Nothing alike", themes=[energy], lead="Prices and tariffs.")
    assert readable("/en/news/rain-gardens/")[:2] == ["Gardens for rain", "Same theme"]
    assert "Nothing alike" not in readable("/en/news/rain-gardens/")


@pytest.mark.parametrize("kind", ["news", "events", "platforms"])
def test_every_kind_of_content_goes_on(readable, kind):
    water = content.theme("water")
    make = {"news": content.post, "events": content.event, "platforms": content.platform}[kind]
    make("Shown", themes=[water])
    content.post("Other", themes=[water])
    assert readable(f"/en/{kind}/shown/") == ["Other"]


def test_picks_come_first_and_once(readable):
    water = content.theme("water")
    page = content.post("Shown", themes=[water])
    alike = content.post("Alike", themes=[water])
    pick = content.post("Picked", lead="Nothing alike at all.")
    for order, work in enumerate([pick, alike]):
        RelatedWork.objects.create(page=page, work=work, sort_order=order)
    content.post("Also alike", themes=[water])
    assert readable("/en/news/shown/") == ["Picked", "Alike", "Also alike"]


def test_there_are_six_unless_editors_picked_more(readable):
    water = content.theme("water")
    page = content.post("Shown", themes=[water])
    others = [content.post(f"Other {number}", themes=[water]) for number in range(8)]
    assert len(readable("/en/news/shown/")) == 6
    for work in others[:7]:
        RelatedWork.objects.create(page=page, work=work)
    assert readable("/en/news/shown/") == [f"Other {number}" for number in range(7)]


def test_a_work_is_neither_offered_to_itself_nor_in_two_languages(readable):
    water = content.theme("water")
    german = Locale.objects.get_or_create(language_code="de")[0]
    for title in ("Shown", "Other"):
        page = content.post(title, themes=[water])
        version = page.copy_for_translation(german)
        version.title, version.slug = f"{title} auf Deutsch", f"{title.lower()}-auf-deutsch"
        version.save_revision().publish()
    assert readable("/en/news/shown/") == ["Other"]
    assert readable("/de/news/shown-auf-deutsch/") == ["Other auf Deutsch"]


def test_what_became_private_is_not_offered_even_before_the_index_knows(client, readable):
    water = content.theme("water")
    content.post("Shown", themes=[water])
    other = content.post("Other", themes=[water])
    assert readable("/en/news/shown/") == ["Other"]
    PageViewRestriction.objects.create(page=other, restriction_type="login")
    assert b'class="band related"' not in client.get("/en/news/shown/").content


def test_plain_pages_are_not_offered(readable):
    content.post("Shown", lead="Gardens that keep rain.")
    home = HomePage.objects.get(locale__language_code="en")
    home.add_child(instance=StandardPage(title="Imprint", lead="Gardens that keep rain.", locale=home.locale))
    assert readable("/en/news/shown/") == []


def test_a_hub_goes_on_with_what_it_does_not_show(readable):
    water = content.theme("water")
    hub = content.thematic_hub(water, "Hub")
    pick = content.post("Picked", themes=[water])
    RelatedWork.objects.create(page=hub, work=pick)
    for number in range(6):
        content.post(f"Other {number}", themes=[water])
    # The hub's section of news shows the last four.
    assert sorted(readable("/en/hubs/hub/")) == ["Other 0", "Other 1"]


def test_without_an_index_a_page_shows_its_picks_and_leaves_the_engine_alone(client, readable, engine, settings):
    page = content.post("Shown")
    RelatedWork.objects.create(page=page, work=content.post("Picked"))
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    html = client.get("/en/news/shown/").content.decode()
    assert ">Picked</a>" in html
    assert beside.beside.asked_again_at > time.monotonic()


def test_a_page_does_not_wait_for_a_slow_engine(client, readable, engine, monkeypatch):
    water = content.theme("water")
    content.post("Shown", themes=[water])
    content.post("Other", themes=[water])
    monkeypatch.setattr(type(engine), "is_local", False)
    monkeypatch.setattr(type(engine), "similar", lambda *arguments: time.sleep(3))
    monkeypatch.setattr(beside, "LIMIT", 0.05)
    for _ in range(2):
        start = time.monotonic()
        assert client.get("/en/news/shown/").status_code == 200
        assert time.monotonic() - start < 2


@pytest.mark.parametrize("number", [1, 6])
def test_similar_works_cost_one_query(client, readable, django_assert_num_queries, number):
    water = content.theme("water")
    page = content.post("Shown", themes=[water])
    for index in range(number):
        content.post(f"Post {index}", themes=[water])
        content.event(f"Event {index}", themes=[water])
    drain()
    assert page.locale
    with django_assert_num_queries(1):
        assert len(read_on.similar_works(page, [])) == min(6, 2 * number)


@pytest.mark.parametrize("number", [1, 2])
def test_pages_with_everything_keep_their_budgets(
    client,
    remembers,
    readable,
    django_assert_max_num_queries,
    picture,  # noqa: F811
    themes,  # noqa: F811
    people,  # noqa: F811
    footer,  # noqa: F811
    number,
):
    for index in range(8):
        content.post(f"Alike {index}", themes=themes)
    post = full_post("Everything", picture, themes, people, number)
    post.related_works.filter(sort_order__gt=2).delete()
    content.thematic_hub(themes[0], "Hub", image=picture)
    assert readable("/en/news/everything/") and readable("/en/hubs/hub/")
    another_post(client, picture, people)
    with django_assert_max_num_queries(8):
        client.get("/en/news/everything/")
    with django_assert_max_num_queries(12):
        client.get("/en/hubs/hub/")


class TestAskingTheEngine:
    """On pages that are kept. What is like a page is a fifth of the time that it takes to make it."""

    @pytest.fixture
    def asked(self, engine, monkeypatch):
        found = []
        original = type(engine).similar

        def similar(*arguments):
            found.append(arguments)
            return original(*arguments)

        monkeypatch.setattr(type(engine), "similar", similar)
        monkeypatch.setattr(beside.beside, "asked_again_at", 0.0)
        return found

    @pytest.fixture
    def page(self):
        water = content.theme("water")
        page = content.post("Shown", themes=[water])
        content.post("Alike", themes=[water])
        return page

    def test_it_is_asked_once_a_minute_and_after_the_page_was_published(self, asked, page, monkeypatch):
        drain()
        for version in ("one", "two"):
            with remembering(version):
                assert [each.title for each in read_on.similar_works(page, [])] == ["Alike"]
        assert len(asked) == 1
        now = time.time()
        with monkeypatch.context() as later, remembering("three"):
            later.setattr(time, "time", lambda: now + 61)
            read_on.similar_works(page, [])
        assert len(asked) == 2
        page.save_revision().publish()
        page.refresh_from_db()
        with remembering("four"):
            read_on.similar_works(page, [])
        assert len(asked) == 3

    def test_a_page_that_is_not_in_the_index_yet_is_asked_for_again(self, asked, page):
        with remembering("one"):
            assert read_on.similar_works(page, []) == []
        drain()
        with remembering("two"):
            assert len(read_on.similar_works(page, [])) == 1

    def test_who_is_logged_in_gets_what_is_like_it_now(self, asked, page):
        drain()
        for _ in range(2):
            read_on.similar_works(page, [])
        assert len(asked) == 2

    def test_an_engine_of_this_process_is_asked_without_a_thread_unless_it_shall_be_apart(self, engine):
        here = threading.current_thread()
        assert beside.beside(threading.current_thread) is here
        assert beside.beside_errors(threading.current_thread) is not here
