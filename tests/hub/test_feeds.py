from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction

from hub.full_text import plain_html
from hub.models import HubImage, Person
from news.models import NewsIndexPage, NewsPage
from tests import content
from tests.hub import atom

pytestmark = pytest.mark.django_db

FEEDS = ["news/feed.atom", "events/feed.atom", "hubs/digital/feed.atom", "themes/digital/feed.atom"]


def parsed(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return atom.parsed(answer.content)


@pytest.fixture
def digital():
    theme = content.theme("digital", en="Digital", de="Digitales")
    content.thematic_hub(theme, "Digital hub", slug="digital")
    return theme


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


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_valid_whatever_is_in_it(client, digital, path):
    odd = "R&D <b>\x0b\ufffe “2 > 1”"
    person = Person.objects.create(name=odd, slug="ada")
    picture = HubImage.objects.create(title="Sea", file=get_test_image_file(filename="sea.png"))
    fields = {
        "lead": odd, "themes": [digital], "submitted_by": person, "image": picture, "image_alt": odd,
        "body": [("text", "<p>A &amp; B</p>"), ("quote", {"text": "1 < 2", "attribution": ""})],
    }  # fmt: skip
    content.post(f"{odd} post", **fields)
    content.event(f"{odd} event", **fields)
    feed = parsed(client, f"/en/{path}")
    assert len(feed.entries) == (1 if path[:4] in ("news", "even") else 3 if path.startswith("themes") else 2)
    entry = next(entry for entry in feed.entries if entry.title.startswith("R&D <b> “2 > 1”"))
    assert entry.author == "R&D <b> “2 > 1”"
    assert "1 &lt; 2" in entry.content[0].value
    assert parsed(client, f"/pl/{path}").entries == [] if path[:4] in ("news", "even") else True


def test_an_entry_has_the_whole_text_with_full_addresses_and_nothing_that_runs(client):
    target = content.post("Ziel", language="de")
    version = target.copy_for_translation(Locale.objects.get(language_code="en"))
    version.title, version.slug = "Target", "target"
    version.save_revision().publish()
    secret = content.post("Secret")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    picture = HubImage.objects.create(title="Sea", file=get_test_image_file(filename="sea.png"))
    links = "".join(f'<a linktype="page" id="{page.pk}">{page.title}</a>' for page in (target, secret))
    content.post(
        "Full",
        image=picture,
        image_alt="The sea",
        body=[
            ("text", f"<p>{links}</p>"),
            ("embed", {"url": "https://example.org/film", "title": "A film"}),
            ("accordion", [{"title": "Why?", "text": "<p>Because.</p>"}]),
            ("cards", [{"page": secret, "url": "", "title": "", "text": ""}]),
        ],
    )
    entry = parsed(client, "/en/news/feed.atom").entries[0]
    html = entry.content[0].value
    assert '<a href="http://127.0.0.1:8000/en/news/target/">Ziel</a><a>Secret</a>' in html
    assert 'src="http://127.0.0.1:8000/pictures/' in html
    assert 'href="https://example.org/film"' in html
    assert "<h3>Why?</h3>" in html
    assert "/en/news/secret/" not in html
    assert not any(part in html for part in ("<svg", "<script", "<source", "class=", 'href="/', 'src="/'))
    (enclosure,) = entry.enclosures
    assert enclosure.type == "image/webp"
    assert entry.media_content[0]["url"] == enclosure.href
    assert client.get(enclosure.href.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_what_could_run_is_taken_out_of_a_text():
    html = plain_html(
        '<p onclick="x()">A<script>x()</script><a href="javascript:x()">B</a><img src="/a.png" srcset="/b 2x"></p>',
        "https://hub.example/en/news/a/",
    )
    assert html == '<p>A<a>B</a><img src="https://hub.example/a.png"/></p>'


def test_an_event_says_when_and_where_it_is(client):
    start = datetime(2030, 5, 2, 8, tzinfo=UTC)
    content.event(
        "Fair", start=start, venue="Town hall", place=content.city("koeln", name="Köln"), timezone="Europe/Berlin"
    )
    html = parsed(client, "/en/events/feed.atom").entries[0].content[0].value
    assert "Thursday, 2 May 2030" in html
    assert "10:00–12:00, Central European Summer Time" in html
    assert "In person, Town hall, Köln" in html


def test_pages_of_a_feed_lead_to_each_other(client):
    for number in range(41):
        content.post(f"Post {number}")
    pages = [parsed(client, f"/en/news/feed.atom{query}") for query in ("", "?page=2", "?page=3")]
    assert [len(page.entries) for page in pages] == [20, 20, 1]
    assert len({entry.id for page in pages for entry in page.entries}) == 41
    assert len({page.feed.id for page in pages}) == 1
    path = "/en/news/feed.atom"
    everywhere = {"alternate": "/en/news/", "first": path, "last": f"{path}?page=3"}
    assert atom.links(pages[0]) == everywhere | {"self": path, "next": f"{path}?page=2"}
    assert atom.links(pages[1]) == everywhere | {
        "self": f"{path}?page=2", "previous": path, "next": f"{path}?page=3",
    }  # fmt: skip
    assert atom.links(pages[2]) == everywhere | {"self": f"{path}?page=3", "previous": f"{path}?page=2"}
    for wrong in ("0", "4", "x", "-1", "", "9" * 30, "%00", "²"):
        assert client.get(f"{path}?page={wrong}").status_code == 404, wrong


def test_a_feed_is_sent_again_only_when_it_has_changed(client):
    post = content.post("Post")
    NewsPage.objects.filter(pk=post.pk).update(edited_on=datetime(2026, 3, 1, 12, tzinfo=UTC))
    first = client.get("/en/news/feed.atom")
    assert first["Last-Modified"] == "Sun, 01 Mar 2026 12:00:00 GMT"
    assert first["Cache-Control"] == "public, max-age=300"
    assert not first.cookies
    assert "Cookie" not in first.get("Vary", "")
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get("/en/news/feed.atom", headers=headers)
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == "public, max-age=300"
    content.post("News")
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        assert client.get("/en/news/feed.atom", headers=headers).status_code == 200


def test_ids_and_dates_stay_when_a_page_is_published_again_as_it_was(client):
    post = content.post("Post")
    before = client.get("/en/news/feed.atom")
    post.save_revision().publish()
    assert client.get("/en/news/feed.atom")["ETag"] == before["ETag"]
    post.slug, post.title = "other", "Other"
    post.save_revision().publish()
    (old,), (new,) = atom.parsed(before.content).entries, parsed(client, "/en/news/feed.atom").entries
    assert new.id == old.id
    assert new.updated_parsed >= old.updated_parsed


def test_an_empty_feed_stays_the_same(client):
    content.event()
    first, second = (client.get("/en/news/feed.atom") for _ in range(2))
    assert first["ETag"] == second["ETag"]
    assert atom.parsed(first.content).entries == []


def test_private_pages_and_those_of_other_languages_are_in_no_feed(client, digital):
    for make in (content.post, content.event):
        make("Draft", themes=[digital], live=False)
        make("Deutsch", themes=[digital], language="de")
        secret = make("Secret", themes=[digital])
        PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    for path in FEEDS:
        titles = [entry.title for entry in parsed(client, f"/en/{path}").entries]
        assert titles in ([], ["Digital hub"]), path


@pytest.mark.parametrize("path", ["themes/digital/feed.atom", "news/feed.atom"])
def test_a_feed_costs_the_same_for_any_number_of_pages(client, digital, path):
    def cost() -> int:
        person = Person.objects.create(name="Ada", slug=f"ada-{Person.objects.count()}")
        other = content.post("Other")
        link = f'[{{"type": "text", "value": "<p><a linktype=\\"page\\" id=\\"{other.pk}\\">x</a></p>"}}]'
        content.post("Post", themes=[digital], submitted_by=person, body=link)
        content.event(
            "Event", themes=[digital], submitted_by=person, body=link, start=datetime.now(UTC) + timedelta(9)
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/en/{path}").status_code == 200
        return len(queries)

    client.get(f"/en/{path}")
    assert cost() == cost() <= 20


def test_pages_say_which_feeds_follow_them(client, digital):
    content.post("Post")
    content.event("Event")
    expected = {
        "/en/": {"/en/news/feed.atom", "/en/events/feed.atom"},
        "/en/news/": {"/en/news/feed.atom"},
        "/en/news/post/": {"/en/news/feed.atom"},
        "/en/events/": {"/en/events/feed.atom"},
        "/en/events/event/": {"/en/events/feed.atom"},
        "/en/hubs/digital/": {"/en/hubs/digital/feed.atom"},
        "/en/themes/digital/": {"/en/themes/digital/feed.atom"},
    }
    for path, feeds in expected.items():
        html = client.get(path).content.decode()
        found = [part.split('href="')[1].split('"')[0] for part in html.split('type="application/atom+xml"')[1:]]
        assert set(found) == feeds, path
