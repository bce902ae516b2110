"""What a reader is shown who came to an address where nothing is."""

import re
import shutil
import time

import pytest
from wagtail.models import PageViewRestriction

from search import beside
from search.engines.embedded import EmbeddedEngine
from search.missing import words_in
from search.models import UnansweredSearch
from search.outbox import drain
from search.unanswered import notes
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(client, engine, monkeypatch):
    """The titles that the page at an address offers, which does not exist."""
    monkeypatch.setattr(beside.beside, "asked_again_at", 0.0)
    monkeypatch.setattr(beside.beside_errors, "asked_again_at", 0.0)
    monkeypatch.setattr(beside, "LIMIT", 5)

    def offered(address: str) -> list[str]:
        drain()
        response = client.get(address)
        assert response.status_code == 404
        html = response.content.decode()
        assert '<meta name="robots" content="noindex">' in html
        return re.findall(r'<h3 class="row-title"[^>]*><a[^>]*>([^<]+)', html)

    return offered


def test_the_words_of_the_address_are_searched_in_the_language_of_the_reader(offered):
    content.post("Rain gardens", lead="Water in the city.")
    content.post("Regengärten", language="de", lead="Gärten für Regen.")
    content.post("Bread")
    assert offered("/en/news/rain-garden-old/") == ["Rain gardens"]
    assert offered("/en/2019/11/rain_gardens.html") == ["Rain gardens"]
    assert offered("/de/artikel/regeng%C3%A4rten/") == ["Regengärten"]


def test_works_with_more_of_the_words_come_first_and_few_are_offered(offered):
    for number in range(6):
        content.post(f"Gardens {number}")
    content.post("Rain on roofs")
    content.post("Rain gardens of schools")
    found = offered("/en/archive/rain-gardens-schools-roofs/")
    assert found[0] == "Rain gardens of schools"
    assert "Rain on roofs" in found
    assert len(found) == 4


def test_what_may_not_be_read_is_not_offered(offered):
    page = content.post("Rain gardens")
    content.post("Rain barrels", live=False)
    assert offered("/en/rain/") == ["Rain gardens"]
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert offered("/en/rain/") == []


@pytest.mark.parametrize(
    "address",
    [
        "/en/%FF%FE/",
        "/en/%22%22/",
        "/en/-/",
        "/en/😀/",
        "/en/" + "a" * 3000 + "/",
        "/en/%2e%2e/%2e%2e/x;y",
        "/en/" + "a/b/" * 200,
    ],
)
def test_rubbish_is_no_error(offered, address):
    assert offered(address) == []


def test_nothing_is_noted(offered):
    assert offered("/en/qwertzuiop/") == []
    notes.write()
    assert not UnansweredSearch.objects.exists()


def test_without_an_index_the_page_is_there(client, offered, engine, settings):
    engine.close()
    shutil.rmtree(settings.SEARCH_INDEX_DIR)
    engine._forget()
    response = client.get("/en/rain-gardens/")
    assert response.status_code == 404
    assert 'value="rain gardens"' in response.content.decode()


def test_a_slow_index_holds_nothing_up(client, offered, monkeypatch):
    monkeypatch.setattr(beside, "LIMIT", 0.05)
    monkeypatch.setattr(EmbeddedEngine, "search", lambda self, query: time.sleep(1))
    begun = time.monotonic()
    assert client.get("/en/rain-gardens/").status_code == 404
    assert time.monotonic() - begun < 0.9


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/news/2019/rain-gardens_in-Ulm.html", ["2019", "rain", "gardens", "in", "ulm"]),
        ("/en/news/", []),
        ("/de/rain/", []),
        ("/favicon.ico", []),
        ("/en/" + "-".join(["word", "other"] * 20), ["word", "other"]),
    ],
)
def test_words_are_taken_from_addresses_in_the_active_language(path, words):
    assert words_in(path) == words


def test_addresses_that_do_not_exist_take_nothing_from_pages(client, offered, engine, monkeypatch):
    """Whoever tries many gets no answers for a while; pages still ask the engine."""
    content.post("Rain gardens")
    drain()
    monkeypatch.setattr(beside, "LIMIT", 0)
    assert client.get("/en/rain/").status_code == 404
    assert beside.beside_errors.asked_again_at > time.monotonic()
    assert beside.beside.asked_again_at == 0.0


def test_an_address_costs_two_searches_however_many_words_it_has(offered, monkeypatch):
    asked = []
    search = EmbeddedEngine.search
    monkeypatch.setattr(EmbeddedEngine, "search", lambda self, query: asked.append(query) or search(self, query))
    content.post("Gardens")
    assert offered("/en/one-two-three-four-five-six-seven-gardens/") == ["Gardens"]
    assert len(asked) == 2
