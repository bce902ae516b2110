import feedparser
import pytest
from wagtail.models import PageViewRestriction

from news.models import NewsIndexPage, NewsPage
from tests import content

pytestmark = pytest.mark.django_db


def parsed(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    feed = feedparser.parse(answer.content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_the_news_feed_has_the_posts_of_its_language(client):
    digital = content.theme("digital", en="Digital", de="Digitales")
    post = content.post("Vernetzte Städte", language="de", themes=[digital], lead="Worum es geht.")
    content.post("In English")
    feed = parsed(client, "/de/news/feed.atom")
    (entry,) = feed.entries
    assert (entry.title, entry.summary, entry.id) == (
        "Vernetzte Städte",
        "Worum es geht.",
        f"urn:uuid:{post.translation_key}",
    )
    assert entry.link == post.full_url
    assert [tag.term for tag in entry.tags] == ["Digitales"]
    assert feed.feed.language == "de"


def test_a_draft_is_in_no_feed(client):
    content.post("Not yet", live=False)
    assert parsed(client, "/en/news/feed.atom").entries == []


def test_the_feed_of_a_hub_has_all_kinds_under_its_theme_newest_first(client):
    digital = content.theme("digital")
    data = content.theme("data", digital)
    content.thematic_hub(digital, "Digital hub", slug="digital")
    content.post("Open data", themes=[data])
    content.event("Data day", themes=[digital])
    content.post("Something else")
    feed = parsed(client, "/en/hubs/digital/feed.atom")
    assert [entry.title for entry in feed.entries] == ["Data day", "Open data"]


def test_an_unknown_hub_has_no_feed(client):
    content.post()
    assert client.get("/en/hubs/unknown/feed.atom").status_code == 404


def test_control_characters_do_not_break_a_feed(client):
    digital = content.theme("digital")
    content.thematic_hub(digital, "Digital hub", slug="digital", lead="A\x0b hub.")
    content.post("Open\x0b data", lead="One\x1f line.", themes=[digital])
    for address in ("/en/news/feed.atom", "/en/hubs/digital/feed.atom"):
        (entry,) = parsed(client, address).entries
        assert (entry.title, entry.summary) == ("Open data", "One line.")


def test_a_page_without_a_date_of_publication_comes_last_in_the_feed_of_a_hub(client):
    digital = content.theme("digital")
    content.thematic_hub(digital, "Digital hub", slug="digital")
    undated = content.post("Undated", themes=[digital])
    content.event("Data day", themes=[digital])
    NewsPage.objects.filter(pk=undated.pk).update(first_published_at=None, last_published_at=None, edited_on=None)
    entries = parsed(client, "/en/hubs/digital/feed.atom").entries
    assert [entry.title for entry in entries] == ["Data day", "Undated"]


def test_the_feed_of_an_index_for_some_readers_only_is_not_found(client):
    content.post()
    index = NewsIndexPage.objects.get(locale__language_code="en")
    PageViewRestriction.objects.create(page=index, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/en/news/feed.atom").status_code == 404
