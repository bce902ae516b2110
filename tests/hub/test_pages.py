"""What readers see on each type of page."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from hub.language_trees import ensure_language_trees
from hub.models import HomePage, HubDocument, Organisation, Person, RelatedWork, StandardPage
from tests.content import event, platform, post, thematic_hub, theme
from tests.editing import add_url, log_in, page_form

from .reading import read, version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trees(db):
    ensure_language_trees()


@pytest.mark.parametrize("path", ["", "news/", "events/", "events/?when=past", "hubs/", "platforms/", "themes/"])
def test_every_listing_answers_in_every_language_even_when_empty(client, path):
    for language in ("en", "de", "pl"):
        html = read(client, f"/{language}/{path}")
        assert f'<html lang="{language}"' in html
        assert html.count("<h1") == 1


def test_no_page_has_styles_or_scripts_in_its_html(client):
    post("A post")
    for path in ("/en/", "/en/news/", "/en/news/a-post/"):
        html = read(client, path)
        scripts = re.findall("<script([^>]*)>(.*?)</script>", html, re.DOTALL)
        # JSON-LD is data, which nothing runs.
        assert {text for kind, text in scripts if kind != ' type="application/ld+json"'} <= {""}
        assert "<style" not in html
        assert not re.search(r'\sstyle="|\son[a-z]+="', html)


def test_a_call_says_until_when_it_is_open(client):
    post("Soon", news_kind="call", deadline=timezone.localdate() + timedelta(days=3))
    post("Gone", news_kind="call", deadline=timezone.localdate() - timedelta(days=3))
    assert "Open until" in read(client, "/en/news/soon/")
    assert "Closed since" in read(client, "/en/news/gone/")


def test_a_post_says_who_submitted_it(client):
    person = Person.objects.create(
        name="Lena", slug="lena", organisation=Organisation.objects.create(name="City of Ulm", slug="ulm")
    )
    post("A post", submitted_by=person)
    html = read(client, "/en/news/a-post/")
    assert "Submitted by" in html
    assert "City of Ulm" in html


def test_dates_are_written_as_cldr_has_them(client):
    page = post("Beitrag", language="de")
    type(page).objects.filter(pk=page.pk).update(first_published_at=datetime(2022, 2, 10, 9, tzinfo=UTC))
    assert "10. Februar 2022" in read(client, "/de/news/beitrag/")


class TestLanguages:
    def test_a_translation_names_its_original_and_links_to_it(self, client):
        german = post("Beitrag", language="de")
        version(german, "en", title="A post", slug="a-post")
        html = read(client, "/en/news/a-post/")
        assert "Translated from German." in html
        assert 'href="/de/news/beitrag/"' in html

    def test_hreflang_lists_live_versions_and_the_default(self, client):
        german = post("Beitrag", language="de")
        version(german, "en", title="A post", slug="a-post")
        german.copy_for_translation(Locale.objects.get(language_code="fr"))
        html = read(client, "/de/news/beitrag/")
        assert re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="[^"]*(/../news/[^"]*)"', html) == [
            ("en", "/en/news/a-post/"),
            ("de", "/de/news/beitrag/"),
            ("x-default", "/en/news/a-post/"),
        ]

    def test_the_default_is_the_original_where_the_first_language_has_no_version(self, client):
        german = post("Beitrag", language="de")
        version(german, "fr", title="Article", slug="article")
        for path in ("/de/news/beitrag/", "/fr/news/article/"):
            assert re.search(r'hreflang="x-default" href="[^"]*/de/news/beitrag/"', read(client, path))

    def test_the_switcher_says_where_a_page_does_not_exist(self, client):
        post("Beitrag", language="de")
        html = read(client, "/de/news/beitrag/")
        switcher = html[html.index('<nav class="languages"') :]
        missing = switcher[switcher.index('id="no-version"') :]
        assert 'href="/en/" hreflang="en"' in missing
        assert 'href="/de/"' not in missing[: missing.index("</nav>")]

    def test_the_switcher_keeps_a_theme(self, client):
        theme("food")
        assert 'href="/fr/themes/food/" hreflang="fr"' in read(client, "/en/themes/food/")

    def test_a_related_work_in_another_language_is_marked_as_such(self, client):
        german, english = post("Beitrag", language="de"), post("A post")
        RelatedWork.objects.create(page=english, work=german)
        html = read(client, "/en/news/a-post/")
        assert '<h3 class="row-title" lang="de"><a href="/de/news/beitrag/">' in html
        assert '<span class="in-language">German</span>' in html


class TestEvents:
    def test_times_are_in_the_zone_of_the_event_and_name_it(self, client):
        event("Talk", start=datetime(2030, 7, 1, 14, tzinfo=UTC), timezone="America/Bogota")
        html = read(client, "/en/events/talk/")
        assert "Monday, 1 July 2030" in html
        assert "09:00–11:00" in html
        assert "Bogota (UTC−5)" in html

    def test_a_day_long_event_has_no_hours(self, client):
        start = datetime(2030, 7, 1, 22, tzinfo=UTC)
        event("Fair", start=start, end=start + timedelta(days=2), timezone="Europe/Berlin", all_day=True)
        html = read(client, "/en/events/fair/")
        assert "2–3 July 2030" in html or "2–3 Jul 2030" in html
        assert "All day" in html
        assert "UTC+2" not in html

    def test_a_repeating_event_lists_its_dates(self, client):
        event("Hour", recurrence="FREQ=WEEKLY;COUNT=3")
        html = read(client, "/en/events/hour/")
        dates = html[html.index('<ul class="dates">') :]
        assert dates[: dates.index("</ul>")].count("<li") == 3

    def test_an_agenda_leads_to_pages_and_documents(self, client):
        other = post("A post")
        document = HubDocument.objects.create(title="A document", file=ContentFile(b"text", name="a.txt"))
        text = f'<a linktype="page" id="{other.pk}">one</a> <a linktype="document" id="{document.pk}">two</a>'
        agenda = json.dumps([{"type": "item", "value": {"kind": "talk", "title": "Talk", "text": f"<p>{text}</p>"}}])
        event("Conference", agenda=agenda)
        html = read(client, "/en/events/conference/")
        assert f'<a href="/en/news/a-post/">one</a> <a href="{document.url}">two</a>' in html

    def test_a_cancelled_event_says_so_and_takes_no_registrations(self, client):
        event("Visit", status="cancelled", registration_url="https://example.org/register")
        html = read(client, "/en/events/visit/")
        assert "Cancelled" in html
        assert "https://example.org/register" not in html

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({}, "Registration is open"),
            ({"registration_full": True}, "Fully booked"),
            ({"registration_opens": timezone.now() + timedelta(hours=3)}, "Registration has not opened yet"),
            ({"registration_closes": timezone.now() - timedelta(hours=3)}, "Registration is closed"),
        ],
    )
    def test_the_state_of_registration_is_shown(self, client, changes, sentence):
        event("Talk", registration_url="https://example.org/register", **changes)
        html = read(client, "/en/events/talk/")
        assert sentence in html
        assert ("https://example.org/register" in html) is (sentence == "Registration is open")

    def test_upcoming_and_past_are_apart(self, client):
        event("Next")
        event("Over", start=timezone.now() - timedelta(days=9))
        upcoming, past = read(client, "/en/events/"), read(client, "/en/events/?when=past")
        assert ">Next</a>" in upcoming
        assert ">Over</a>" not in upcoming
        assert ">Over</a>" in past


class TestThemes:
    def test_a_theme_page_has_what_is_below_it(self, client):
        food = theme("food", theme("climate"))
        post("Canteens", themes=[food])
        event("Market", themes=[food])
        platform("Recipes", themes=[food])
        thematic_hub(food, "Food hub")
        html = read(client, "/en/themes/climate/")
        for title in ("Canteens", "Market", "Recipes", "Food hub"):
            assert f">{title}</a>" in html
        assert "/en/search/?theme=climate" in html

    def test_a_hub_shows_its_theme_and_not_itself(self, client):
        food = theme("food")
        post("Canteens", themes=[food])
        thematic_hub(food, "Food hub")
        html = read(client, "/en/hubs/food-hub/")
        assert ">Canteens</a>" in html
        assert ">Food hub</a>" not in html

    def test_each_main_theme_has_a_mark_of_its_own_that_sub_themes_share(self, client):
        climate = theme("climate")
        theme("food", climate)
        theme("finance")
        assert 'class="hub-head theme-0"' in read(client, "/en/themes/food/")
        assert 'class="hub-head theme-1"' in read(client, "/en/themes/finance/")

    def test_an_unknown_theme_is_not_found_in_the_readers_language(self, client):
        assert '<html lang="fr"' in read(client, "/fr/themes/nothing/", 404)


class TestFilters:
    def test_a_list_is_narrowed_by_a_theme_and_what_is_below(self, client):
        climate = theme("climate")
        post("Canteens", themes=[theme("food", climate)])
        post("Bonds", themes=[theme("finance")])
        html = read(client, "/en/news/?theme=climate")
        assert ">Canteens</a>" in html
        assert ">Bonds</a>" not in html

    def test_an_unknown_theme_gives_an_empty_list_and_a_sentence(self, client):
        post("Canteens")
        html = read(client, "/en/news/?theme=%3Cb%3E")
        assert ">Canteens</a>" not in html
        assert "There is nothing called “&lt;b&gt;”" in html

    @pytest.mark.parametrize("query", ["page=0", "page=999", "page=x", "year=0", "year=99999", "theme=%00", "q=%00"])
    def test_nonsense_is_no_error(self, client, query):
        for path in ("news", "events", "hubs", "platforms"):
            read(client, f"/en/{path}/?{query}")


class TestFinding:
    def test_a_page_is_only_found_at_its_whole_address(self, client):
        post("A post")
        read(client, "/en/news/a-post/")
        for path in ("/en/a-post/", "/en/events/a-post/", "/de/news/a-post-2/", "/en/news/news/a-post/"):
            read(client, path, 404)

    def test_a_draft_is_not_found(self, client):
        post("A post", live=False)
        read(client, "/en/news/a-post/", 404)

    def test_a_restricted_page_asks_for_a_log_in_and_is_linked_nowhere(self, client):
        secret, open_post = post("Secret"), post("Open")
        RelatedWork.objects.create(page=open_post, work=secret)
        PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
        assert client.get("/en/news/secret/").status_code == 302
        for path in ("/en/", "/en/news/", "/en/news/open/", "/sitemaps/en-1.xml"):
            assert "/en/news/secret/" not in read(client, path)

    def test_what_is_below_a_restricted_page_is_restricted(self, client):
        page = post("Open")
        PageViewRestriction.objects.create(page=page.get_parent(), restriction_type=PageViewRestriction.LOGIN)
        assert client.get("/en/news/open/").status_code == 302
        assert ">Open</a>" not in read(client, "/en/")


def test_plain_pages_in_menus_are_in_the_footer_of_their_language(client):
    home = HomePage.objects.get(locale__language_code="de")
    for title, in_menus in (("Impressum", True), ("Verborgen", False)):
        home.add_child(instance=StandardPage(title=title, lead="A lead.", locale=home.locale, show_in_menus=in_menus))
    for path in ("/de/", "/de/themes/"):
        html = read(client, path)
        assert 'href="/de/impressum/"' in html
        assert "Verborgen" not in html
    assert "Impressum" not in read(client, "/en/")


def test_a_statement_is_in_every_footer_once_editors_say_so(client):
    home = HomePage.objects.get(locale__language_code="en")
    post("A post")
    addresses = ("/en/", "/en/news/a-post/", "/en/themes/", "/en/no-such-page/")
    link = '<li><a href="/en/accessibility/">Accessibility statement</a></li>'
    assert not any(link in client.get(address).content.decode() for address in addresses)
    admin, url = log_in(), add_url(home, StandardPage)
    words = {"title": "Accessibility statement", "slug": "accessibility", "lead": "How accessible this is."}
    sent = page_form(admin, url, **words, show_in_menus=True) | {"action-publish": "yes"}
    assert admin.post(url, sent).status_code == 302
    assert [address for address in addresses if link not in client.get(address).content.decode()] == []


def test_editors_compose_the_home_page(client):
    climate = theme("climate", en="Climate")
    other = theme("housing", en="Housing")
    post("A post about climate", themes=[climate])
    post("A post about housing", themes=[other])
    home = HomePage.objects.get(locale__language_code="en")
    assert [part.block_type for part in home.body] == ["highlights", *["latest"] * 4, "themes"]

    passage = {"heading": "Who we are", "picture": None, "body": [("quote", {"text": "Words", "attribution": ""})]}
    home.body = [
        ("figures", [{"number": "41", "text": "cities"}, {"number": "19", "text": "countries"}]),
        ("passage", passage),
        ("latest", {"kind": "news", "heading": "On climate", "theme": "climate", "number": 3}),
        ("latest", {"kind": "news", "heading": "On nothing", "theme": "gone", "number": 3}),
    ]
    home.save_revision().publish()
    html = client.get("/en/").content.decode()
    assert re.findall(r"<h2[^>]*>([^<]+)", html) == ["Who we are", "On climate"]
    assert "A post about climate" in html
    assert "A post about housing" not in html
    assert re.search(r"<dt>cities</dt>\s*<dd>41</dd>", html)
    assert "Find by theme" not in html


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_form_for_a_password_says_nothing_of_the_page(client, language):
    page = post("Geheim", language=language, slug="secret")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.PASSWORD, password="rain water")
    response = client.get(f"/{language}/news/secret/")
    html = response.content.decode()
    assert response.status_code == 200
    assert "masthead" in html
    assert "Geheim" not in html
    assert 'rel="canonical"' not in html
    action = re.search(r'<form class="password" action="([^"]+)"', html)[1]
    data = {"return_url": f"/{language}/news/secret/"}
    wrong = client.post(action, data | {"password": "sun"}).content.decode()
    assert 'role="alert"' in wrong and "masthead" in wrong
    assert client.post(action, data | {"password": "rain water"})["Location"] == f"/{language}/news/secret/"
    assert "Geheim" in client.get(f"/{language}/news/secret/").content.decode()
