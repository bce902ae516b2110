"""Suggestions while typing, and the hub's search in the browser."""

import gzip
import re
import shutil
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from hub.models import Place, PlaceName, ThemeLabel
from search.outbox import drain
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def suggested(client, engine):
    """What is suggested for words, after the outbox has been drained."""

    def suggested(typed: str, language: str = "en") -> list[dict[str, str]]:
        drain()
        answer = client.get(f"/{language}/search/suggest", {"q": typed})
        assert answer.status_code == 200
        return answer.json()["suggestions"]

    return suggested


def labels(found: list[dict[str, str]]) -> list[str]:
    return [each["label"] for each in found]


def test_themes_come_first_then_titles_then_places(suggested):
    content.theme("water", en="Water")
    content.post("Water works", places=[content.city("waterford", country="IE")])
    assert [(each["label"], each["kind"]) for each in suggested("wat")] == [
        ("Water", "Theme"),
        ("Water works", "News"),
        ("Waterford", "Ireland"),
    ]


@pytest.mark.parametrize("typed", ["mobilitä", "MOBILITA", "verk", "mobil"])
def test_a_theme_is_suggested_by_any_of_its_names_in_any_language(suggested, typed):
    theme = content.theme("mobility", en="Mobility", de="Mobilität")
    label = theme.labels.get(language="de")
    label.alternative_labels = "Bewegung\nVerkehr"
    label.save()
    (found,) = suggested(typed)
    assert (found["label"], found["url"]) == ("Mobility", "/en/themes/mobility/")
    assert found["mark"].startswith('<svg class="mark theme-')


def test_the_name_that_was_typed_is_said_where_it_is_not_the_one_that_is_shown(suggested):
    content.theme("mobility", en="Mobility", de="Mobilität")
    content.theme("housing", en="Housing", de="Wohnen")
    (found,) = suggested("wohn")
    assert (found["label"], found["also"], found["alsoLang"]) == ("Housing", "Wohnen", "de")
    (found,) = suggested("mobility")
    assert "also" not in found


def test_a_name_is_found_by_all_its_words_the_last_one_as_a_beginning(suggested):
    content.theme("circular", en="Circular economy")
    assert labels(suggested("economy circ")) == ["Circular economy"]
    assert suggested("econ circular") == []


@pytest.mark.parametrize("change", ["rename", "add a name", "delete a name", "rename a place"])
def test_a_changed_name_is_suggested_at_once(suggested, change):
    theme = content.theme("water", en="Water", de="Wasser")
    city = content.city("wroclaw", country="PL", name="Wrocław")
    content.post("A post", places=[city])
    assert labels(suggested("wasser")) == ["Water"]
    assert labels(suggested("wroc")) == ["Wrocław"]
    if change == "rename":
        label = theme.labels.get(language="de")
        label.label = "Gewässer"
        label.save()
        assert (labels(suggested("gewasser")), suggested("wasser")) == (["Water"], [])
    elif change == "add a name":
        ThemeLabel.objects.create(theme=theme, language="pl", label="Woda")
        assert labels(suggested("woda")) == ["Water"]
    elif change == "delete a name":
        theme.labels.get(language="de").delete()
        assert suggested("wasser") == []
    else:
        PlaceName.objects.create(place=city, language="de", name="Breslau")
        (found,) = suggested("bresl")
        assert (found["label"], found["also"]) == ("Wrocław", "Breslau")


def test_titles_in_the_readers_language_come_first_and_others_say_theirs(suggested):
    content.post("Solar roofs")
    content.post("Solardächer", language="de")
    assert labels(suggested("solar")) == ["Solar roofs", "Solardächer"]
    first, second = suggested("solar", "de")
    assert (first["label"], second["label"]) == ("Solardächer", "Solar roofs")
    assert "language" not in first
    assert (second["language"], second["lang"]) == ("Englisch", "en")


def test_a_place_is_suggested_where_it_leads_to_something(suggested):
    Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    bonn = content.city("bonn")
    assert suggested("bon") == suggested("germ") == []
    content.post("Something", places=[bonn])
    (city,), (country,) = suggested("bon"), suggested("niem", "pl")
    assert (city["label"], city["kind"], city["url"]) == ("Bonn", "Germany", "/en/search/?place=bonn")
    assert (country["label"], country["kind"]) == ("Niemcy", "Kraj")


def test_a_title_that_became_private_is_not_suggested_even_before_the_index_knows(client, suggested):
    page = content.post("Secret plans")
    assert labels(suggested("secret")) == ["Secret plans"]
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert client.get("/en/search/suggest?q=secret").json()["suggestions"] == []


def test_there_are_at_most_eight_and_a_way_to_the_rest(client, suggested):
    for number in range(5):
        content.theme(f"water-{number}", en=f"Water {number}")
    for number in range(12):
        content.post(f"Water news {number}", places=[content.city(f"watertown-{number}")])
    found = suggested("water  ne")
    assert len(found) == 9
    assert [each["kind"] for each in found] == ["News"] * 8 + ["All results"]
    assert (found[-1]["label"], found[-1]["url"]) == ("water ne…", "/en/search/?q=water+ne&typing=1")
    results = client.get(found[-1]["url"]).content.decode()
    assert "12 results" in results
    assert 'href="?q=water+ne&amp;place=watertown-1&amp;typing=1"' in results
    *eight, rest = suggested("water")
    assert [each["kind"] for each in eight] == ["Theme"] * 3 + ["News"] * 3 + ["Germany"] * 2
    assert rest["url"] == "/en/search/?q=water&typing=1"
    assert len(suggested("w")) == 8, "a letter is no beginning that the results know"


@pytest.mark.parametrize(("number", "said"), [(0, "Brak podpowiedzi"), (1, "1 podpowiedź"), (2, "2 podpowiedzi")])
def test_their_number_is_said_in_the_language_of_the_page(client, engine, number, said):
    for index in range(number):
        content.theme(f"woda-{index}", pl=f"Woda {index}")
    assert client.get("/pl/search/suggest?q=woda").json()["said"] == said


def test_without_an_index_themes_and_places_are_still_suggested(client, engine, settings):
    content.theme("water")
    content.post("Water works", places=[content.city("waterford")])
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    assert labels(client.get("/en/search/suggest?q=water").json()["suggestions"]) == ["Water", "Waterford"]


@pytest.mark.parametrize("number", [1, 6])
def test_suggestions_cost_two_queries_whatever_is_suggested(suggested, client, django_assert_num_queries, number):
    for index in range(number):
        content.theme(f"water-{index}")
        content.post(f"Water {index}", places=[content.city(f"watertown-{index}")])
    suggested("water")
    with django_assert_num_queries(2):
        client.get("/en/search/suggest?q=wat")


def test_an_answer_may_be_kept_for_a_moment_and_sets_no_cookie(client, engine):
    answer = client.get("/en/search/suggest?q=water")
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=30"}
    assert not answer.cookies
    assert "Vary" not in answer


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.sampled_from(["", " ", "\x00", "a" * 10_000, "x " * 5000, '"', "*", "a*", "(", ".", "\\", "🙂", "ß", "w-"]),
    )
)
def test_nothing_typed_is_an_error(client, engine, typed):
    typed = typed.encode("utf-8", "ignore").decode()
    for path in ("suggest", "completions"):
        assert client.get(f"/en/search/{path}", {"q": typed}).status_code == 200
    assert client.get("/en/search/suggest").json()["suggestions"] == []
    assert client.post("/en/search/suggest").status_code == 405


def test_browsers_get_them_in_their_own_format(client, engine):
    content.theme("water")
    answer = client.get("/en/search/completions?q=wat")
    assert answer["Content-Type"] == "application/x-suggestions+json"
    assert answer.json() == ["wat", ["Water"], ["Theme"], ["http://127.0.0.1:8000/en/themes/water/"]]


def test_browsers_can_add_the_search(client):
    content.post()
    html = client.get("/de/news/").content.decode()
    assert '<link rel="search" type="application/opensearchdescription+xml"' in html
    assert 'href="/de/search/opensearch.xml"' in html
    answer = client.get("/de/search/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    space = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"
    assert root.findtext("os:ShortName", namespaces=space) == "Knowledge hub"
    urls = {url.get("type"): url.get("template") for url in root.findall("os:Url", space)}
    assert urls["text/html"] == "http://127.0.0.1:8000/de/search/?q={searchTerms}"
    assert client.get("/de/search/completions?q=w").status_code == 200
    assert urls["application/x-suggestions+json"].endswith("/de/search/completions?q={searchTerms}")


def test_scripts_are_small_and_none_stands_in_a_page(client, engine, settings):
    scripts = sorted((settings.BASE_DIR / "static" / "js").iterdir())
    assert sum(len(gzip.compress(script.read_bytes())) for script in scripts) <= 8 * 1024
    html = client.get("/en/search/?q=water").content.decode()
    tags = re.findall(r"<script(?! type=\"application/ld)[^>]*>(.*?)</script>", html, re.DOTALL)
    assert tags and not any(tags)
    assert not re.search(r" on\w+=|javascript:", html)
