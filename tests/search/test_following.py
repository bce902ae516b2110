"""A search as a feed and as a calendar."""

import random
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar
from wagtail.models import Locale, PageViewRestriction

from hub.models import Person
from news.models import NewsPage
from search.outbox import drain
from tests import content
from tests.hub import atom

pytestmark = pytest.mark.django_db

BAD = [
    "theme=nothing", "kind=book", "language=xx", "when=now", "format=paper", "from=monday", "sort=best", "page=last",
    "page=0", "from=2026-01-02&to=2026-01-01", "q=%22%22", "organisation=nobody",
]  # fmt: skip


@pytest.fixture
def feed(client, engine):
    def feed(parameters: str = "", language: str = "en"):
        drain()
        answer = client.get(f"/{language}/search/feed.atom?{parameters}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
        return atom.parsed(answer.content)

    return feed


@pytest.fixture
def events(client, engine):
    """The summaries of a search's calendar."""

    def events(parameters: str = "", language: str = "en") -> list[str]:
        drain()
        answer = client.get(f"/{language}/search/calendar.ics?{parameters}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        return [str(entry["summary"]) for entry in Calendar.from_ical(answer.content).walk("VEVENT")]

    return events


def titles(parsed) -> list[str]:
    return [entry.title for entry in parsed.entries]


def test_a_feed_has_what_the_search_finds_the_last_published_first(feed):
    water = content.theme("water", en="Water", de="Wasser")
    person = Person.objects.create(name="Ada", slug="ada")
    posts = [
        content.post(f"Rain {number}", themes=[water], submitted_by=person, lead="About rain.") for number in range(3)
    ]
    now = timezone.now()
    for page, days in zip(posts, (2, 0, 1), strict=True):
        NewsPage.objects.filter(pk=page.pk).update(first_published_at=now - timedelta(days=days))
    content.post("Rain elsewhere")
    content.event("Sun", themes=[water])
    found = feed("q=rain&theme=water&sort=relevance&page=1")
    assert titles(found) == ["Rain 1", "Rain 2", "Rain 0"]
    entry = found.entries[0]
    assert (entry.summary, entry.id, entry.link) == (
        "About rain.",
        f"urn:uuid:{posts[1].translation_key}",
        posts[1].full_url,
    )
    assert ([tag.term for tag in entry.tags], entry.author) == (["Water"], "Ada")
    assert found.feed.title == "Search · rain · Water"
    links = atom.links(found)
    assert links["alternate"] == "/en/search/?q=rain&theme=water"
    assert links["self"] == "/en/search/feed.atom?q=rain&theme=water"


def test_a_feed_has_twenty_entries_on_a_page(feed):
    for number in range(21):
        content.post(f"Rain {number}")
    first, second = feed("q=rain&size=10"), feed("q=rain&page=2")
    assert (len(first.entries), len(second.entries)) == (20, 1)
    assert first.feed.id == second.feed.id
    path = "/en/search/feed.atom?q=rain"
    assert atom.links(first) == {
        "alternate": "/en/search/?q=rain",
        "self": path,
        "first": path,
        "next": f"{path}&page=2",
        "last": f"{path}&page=2",
    }
    assert atom.links(second)["previous"] == path


def test_a_work_is_one_entry_in_the_readers_language(feed):
    page = content.post("Regen", language="de")
    version = page.copy_for_translation(Locale.objects.get(language_code="en"))
    version.title, version.slug = "Rain", "rain"
    version.save_revision().publish()
    assert titles(feed("q=Regen")) == ["Rain"]
    assert titles(feed("q=rain", "de")) == ["Regen"]


def test_a_feed_corrects_words_as_the_results_page_does_and_not_where_the_reader_refused(feed):
    for number in range(3):
        content.post(f"Participation {number}")
    assert len(feed("q=particpation").entries) == 3
    assert feed("q=particpation&exact=1").entries == []


def test_a_title_tells_what_is_followed(feed, client):
    content.theme("water", en="Water", de="Wasser")
    content.city("koeln", name="Köln")
    title = feed("q=fest&theme=water&kind=event&place=koeln&from=2026-01-01", "de").feed.title
    assert title == "Suche · fest · Wasser · Veranstaltung · Köln · 1. Januar 2026 –"
    calendar = Calendar.from_ical(client.get("/de/search/calendar.ics?theme=water&theme=x").content)
    assert calendar["name"] == "Suche · Wasser · x"


def test_a_calendar_has_events_to_come_soonest_first_then_the_last_ones(events):
    now = datetime(2030, 1, 10, 9, tzinfo=UTC)
    for title, days in (("Late", 9), ("Soon", 1), ("Long ago", -20000), ("A while ago", -5000)):
        content.event(f"{title} rain", start=now + timedelta(days=days))
    content.event("Sun", start=now)
    content.post("Rain")
    everything = ["Soon rain", "Late rain", "A while ago rain", "Long ago rain"]
    assert events("q=rain") == events("q=rain&kind=event&kind=news&page=2&sort=newest") == everything
    assert events("q=rain&when=past") == everything[2:]
    assert events("q=rain&kind=news") == []


@pytest.mark.parametrize("parameters", BAD)
def test_what_means_nothing_gives_empty_answers_and_no_error(feed, events, parameters):
    content.post("Rain")
    content.event("Rain fair")
    assert titles(feed(parameters)) == []
    assert events(parameters) == []


def test_no_address_is_an_error(client, engine):
    chance = random.Random(4)
    names = ["q", "theme", "kind", "place", "language", "from", "to", "when", "format", "sort", "page", "size", "x"]
    values = ["", "\x00", "a" * 5000, "2026-01-01", "event", "upcoming", "9" * 30, '"', "-", "🙂", "de", "\x0b", "<&>"]
    for _ in range(40):
        data = {chance.choice(names): chance.choice(values) for _ in range(3)}
        for path in ("feed.atom", "calendar.ics"):
            assert client.get(f"/pl/search/{path}", data).status_code == 200


def test_what_became_private_is_in_neither_even_before_the_index_knows(client, engine):
    pages = [content.post("Rain"), content.event("Rain fair")]
    drain()
    for page in pages:
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert b"<entry>" not in client.get("/en/search/feed.atom?q=rain").content
    assert b"VEVENT" not in client.get("/en/search/calendar.ics?q=rain").content


def test_without_an_index_the_database_serves(feed, events, engine, settings):
    content.post("Rain")
    content.event("Rain fair")
    drain()
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    assert titles(feed("q=rain")) == ["Rain fair", "Rain"]
    assert events("q=rain") == ["Rain fair"]


def test_control_characters_do_not_break_a_feed(feed):
    content.post("Open\x0b rain", lead="One\x1f line.", themes=[content.theme("rain", en="Ra\x0bin")])
    found = feed("q=rain")
    assert (found.entries[0].title, found.entries[0].summary) == ("Open rain", "One line.")


@pytest.mark.parametrize("number", [1, 4])
def test_both_cost_the_same_for_any_number_of_works(client, engine, django_assert_num_queries, number):
    theme, person = content.theme("water"), Person.objects.create(name="Ada", slug="ada")
    place = content.city("bonn")
    for _ in range(number):
        for make in (content.post, content.event):
            make("Rain", themes=[theme], submitted_by=person, places=[place])
        content.event("Rain fair", themes=[theme], place=place, start=datetime(2020, 5, 1, tzinfo=UTC))
    drain()
    client.get("/en/search/calendar.ics")
    with django_assert_num_queries(11):
        client.get("/en/search/feed.atom?q=rain&theme=water&place=bonn")
    with django_assert_num_queries(5):
        client.get("/en/search/calendar.ics?q=rain&theme=water&place=bonn")


def test_the_results_page_says_how_to_follow_it(client, engine):
    html = client.get("/en/search/?q=rain&kind=event&page=2&size=50").content.decode()
    assert html.count('href="/en/search/feed.atom?q=rain&amp;kind=event"') == 2
    assert html.count('href="/en/search/calendar.ics?q=rain&amp;kind=event"') == 2
    assert 'rel="alternate" type="application/atom+xml"' in html
