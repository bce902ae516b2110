"""The results page."""

import random
import re
import shutil
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Locale, PageViewRestriction

from hub.models import Organisation
from news.models import NewsPage
from search import database
from search.models import IndexChange
from search.outbox import drain
from search.query import SearchQuery
from tests import content

pytestmark = pytest.mark.django_db
QUERIES = 7


@pytest.fixture
def page_of(client, engine):
    """The results page as text, without markup, after the outbox has been drained."""

    def page_of(address: str, language: str = "en") -> str:
        drain()
        response = client.get(f"/{language}/search/{address}")
        assert response.status_code == 200
        text = re.sub(r"<(?!/?mark)[^>]+>", " ", response.content.decode())
        return re.sub(r"\s+", " ", text)

    return page_of


def test_a_hit_with_title_passage_kind_and_language(page_of):
    content.post("Vernetzung der Städte", language="de", lead="Wie Netze entstehen.")
    text = page_of("?q=vernetzungen")
    assert "<mark>Vernetzung</mark> der Städte" in text
    assert "1 result " in text and "German" in text and "News" in text


def test_a_translated_work_is_one_hit_in_the_readers_language_with_a_way_to_the_original(client, page_of):
    page = content.post("Vernetzung", language="de")
    version = page.copy_for_translation(Locale.objects.get(language_code="en"))
    version.title, version.slug = "Networking", "networking"
    version.save_revision().publish()
    text = page_of("?q=Vernetzung")
    assert "1 result " in text and "Networking" in text and "Also in Deutsch" in text
    assert "version in this language: German" in text
    assert 'href="/de/news/vernetzung/"' in client.get("/en/search/?q=Vernetzung").content.decode()


@pytest.mark.parametrize("typed", ["Mobilität", "mobilitat", "VERKEHR", "mobility"])
def test_a_theme_is_offered_by_any_of_its_names_in_any_language(client, engine, typed):
    theme = content.theme("mobility", en="Mobility", de="Mobilität")
    label = theme.labels.get(language="de")
    label.alternative_labels = "Verkehr\nBewegung"
    label.save()
    content.post("Canteens", themes=[theme])
    drain()
    html = client.get("/en/search/", {"q": typed}).content.decode()
    assert "In your words" in html
    assert 'href="/en/themes/mobility/"' in html
    assert "In your words" not in client.get("/en/search/?q=mobile").content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("?theme=nothing", "There is no theme “nothing”."),
        ("?place=nothing", "There is no place “nothing”."),
        ("?organisation=nothing", "There is no organisation “nothing”."),
        ("?kind=book", "There is no kind “book”."),
        ("?language=xx", "This site has no language “xx”."),
        ("?when=now", "Events can be upcoming or past, not “now”."),
        ("?format=paper", "There is no event format “paper”."),
        ("?from=monday", "“monday” is not a date."),
        ("?sort=best", "Results cannot be sorted by “best”."),
        ("?page=last", "There is no page “last”."),
        ("?size=11", "A page can have 10, 20 or 50 results, not “11”."),
        ("?exact=yes", "“exact” can only be 1, not “yes”."),
        ("?typing=yes", "“typing” can only be 1, not “yes”."),
    ],
)
def test_a_value_that_does_not_exist_gives_an_empty_result_with_a_sentence(page_of, address, sentence):
    content.post("Water")
    text = page_of(address)
    assert sentence in text
    assert "0 results" in text


def test_a_page_beyond_the_end_leads_to_the_first(page_of):
    content.post("Water")
    assert "To the first page" in page_of("?q=water&page=7")


@pytest.mark.parametrize(
    ("zone", "hours"), [("America/Bogota", "09:00–11:00 UTC−5 Where"), ("Europe/Berlin", "09:00–11:00 Where")]
)
def test_hours_of_an_event_elsewhere_say_their_zone(page_of, zone, hours):
    start = datetime(2031, 4, 29, 9, tzinfo=ZoneInfo(zone))
    content.event("Water fair", start=start, timezone=zone)
    assert f"29 April 2031, {hours}" in page_of("?q=water")


def test_without_an_index_the_database_answers_and_says_so(page_of, engine, settings):
    theme = content.theme("water")
    content.post("Water works", themes=[theme])
    content.post("Waterfront")
    content.event("Water fair")
    drain()
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    text = page_of("?q=water")
    assert "only titles and leads are searched" in text
    assert "3 results" in text and "<mark>Water</mark> works" in text
    assert "1 result " in page_of("?q=water&theme=water")
    assert "1 result " in page_of("?q=water&when=upcoming&kind=event&format=in_person&sort=event")
    assert "0 results" in page_of("?q=water&theme=nothing")
    for facet in ("place", "organisation", "language", "kind", "when"):
        page_of(f"?q=-x&{facet}=en&from=2020-01-01&to=2030-01-01&page=3")
    for period in ("to=9999-12-31", "from=0001-01-01", "from=9999-12-31", "to=0001-01-01", "to=2200-12-31"):
        page_of(f"?{period}")
        page_of(f"?{period}&when=upcoming")


def test_a_page_that_became_private_is_not_shown_even_before_the_index_knows(client, engine):
    page = content.post("Water")
    drain()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert IndexChange.objects.exists()
    html = client.get("/en/search/?q=water").content.decode()
    assert "/en/news/water/" not in html and "<mark>" not in html


def fill(number: int) -> None:
    themes = [content.theme(f"theme-{index}") for index in range(3)]
    cities = [content.city(f"city-{index}", country="PL") for index in range(3)]
    organisation = Organisation.objects.create(name="Alpha", slug="alpha")
    for index in range(number):
        page = content.post(f"Water {index}", themes=[themes[index % 3]])
        page.places, page.organisations = [cities[index % 3]], [organisation]
        page.save_revision().publish()
    content.event("Water fair", themes=themes)
    drain()


@pytest.mark.parametrize("number", [1, 12])
def test_the_page_costs_at_most_eight_queries_whatever_the_number_of_rows(client, engine, number):
    fill(number)
    client.get("/en/search/")  # names are read again after they have changed
    for address in ("", "?q=water", "?q=water&theme=theme-1&kind=news&place=city-1&organisation=alpha&page=1"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/en/search/{address}").status_code == 200
        assert len(queries) <= QUERIES, [query["sql"][:150] for query in queries]


class Facets(HTMLParser):
    """Reads facets from the page: {heading: {label: count}}."""

    def __init__(self) -> None:
        super().__init__()
        self.facets: dict[str, dict[str, int]] = {}
        self.heading, self.label, self.inside, self.is_facet = "", "", "", False

    def handle_starttag(self, tag, attrs):
        css = dict(attrs).get("class") or ""
        if tag == "details":
            self.is_facet = css == "facet"
        elif tag == "summary" and self.is_facet:
            self.inside = "heading"
        elif tag == "a" and self.heading:
            self.inside = "label"
        elif css == "amount":
            self.inside = "amount"
        elif tag in ("form", "footer"):
            self.heading = ""

    def handle_data(self, data):
        data = data.strip()
        if not data:
            return
        if self.inside == "heading":
            self.heading = data
        elif self.inside == "label":
            self.label = data
        elif self.inside == "amount":
            self.facets.setdefault(self.heading, {})[self.label] = int(data)
        self.inside = ""


def test_counts_on_the_page_are_those_of_the_database(client, engine):
    chance = random.Random(7)
    themes = [content.theme("top"), content.theme("other")]
    themes.append(content.theme("leaf", parent=themes[0]))
    languages = ["en", "de", "pl"]
    for index in range(15):
        page = content.post(
            f"Water {index}",
            language=chance.choice(languages),
            themes=chance.sample(themes, chance.randint(0, 2)),
            news_kind=chance.choice(NewsPage.Kind.values),
        )
        for language in chance.sample([code for code in languages if code != page.language], chance.randint(0, 2)):
            page.copy_for_translation(Locale.objects.get(language_code=language)).save_revision().publish()
    drain()
    parser = Facets()
    parser.feed(client.get("/en/search/?q=water&kind=call&kind=news").content.decode())

    live = NewsPage.objects.filter(live=True)
    chosen = live.filter(news_kind__in=["call", "news"])

    def works(pages) -> int:
        return pages.values("translation_key").distinct().count()

    labels = {"call": "Call", "news": "News", "article": "Article"}
    assert parser.facets["Kind"] == {
        label: works(live.filter(news_kind=kind)) for kind, label in labels.items() if live.filter(news_kind=kind)
    }
    names = {"en": "English", "de": "German", "pl": "Polish"}
    assert parser.facets["Language"] == {name: works(chosen.in_language(code)) for code, name in names.items()}
    by_theme = {theme.label("en"): works(chosen.under(theme)) for theme in themes}
    assert parser.facets["Theme"] == {label: count for label, count in by_theme.items() if count}


VALUES = st.one_of(
    st.text(max_size=50),
    st.sampled_from(["\x00", "a" * 10_000, "x " * 5000, "2026-01-01", "news", "water", "-1", "99999999", '"', "🙂"]),
)
SINGLE = ["sort", "page", "size", "exact", "typing"]
NAMES = st.sampled_from(
    ["q", "theme", "kind", "place", "language", "organisation", "from", "to", "when", "format", "x", *SINGLE]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.sampled_from(["en", "pl"]))
def test_no_address_is_an_error(client, engine, pairs, language):
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value.encode("utf-8", "ignore").decode())
    assert client.get(f"/{language}/search/", data).status_code == 200


def test_readyz_says_whether_index_and_outbox_are_well(client, engine, settings, monkeypatch):
    content.post("Water")
    drain()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"], answer.json()["index"]["works"]) == (200, True, 1)
    content.post("Energy")
    with monkeypatch.context() as patch:
        patch.setattr(settings, "SEARCH_OUTBOX_MAX_AGE", -1)
        assert client.get("/readyz").status_code == 503
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["index"]["available"]) == (503, False)


def test_the_answer_of_the_database_reads_no_texts_of_pages():
    content.post("Water", body=[("text", "<p>Water</p>")])
    with CaptureQueriesContext(connection) as queries:
        assert database.search(SearchQuery(text="water", language="en")).total == 1
    assert not [query["sql"] for query in queries if '"body"' in query["sql"]]


def test_results_can_be_narrowed_by_a_period_while_there_are_any(client, engine):
    content.post("Water")
    drain()
    for query, has_form in (("q=water", True), ("q=qwertzuiop", False), ("q=qwertzuiop&from=2031-01-01", True)):
        assert ('class="period"' in client.get(f"/en/search/?{query}").content.decode()) is has_form
