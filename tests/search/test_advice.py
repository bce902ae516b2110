"""What is offered beside results, and where there are none."""

import html as markup
import re

import pytest

from hub.models import Place
from search.finding import count
from search.outbox import drain
from search.query import SearchQuery
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def page_of(client, engine):
    """The results as text and the addresses of their links by what they say."""

    def page_of(address: str, language: str = "en") -> tuple[str, dict[str, str]]:
        drain()
        body = client.get(f"/{language}/search/{address}").content.decode().split('id="results"')[1].split("<aside")[0]
        plain = re.sub(r"<svg.*?</svg>", "", body, flags=re.DOTALL)
        links = {
            " ".join(re.sub(r"<[^>]+>", " ", text).split()): markup.unescape(url)
            for url, text in re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', plain, re.DOTALL)
        }
        return " ".join(re.sub(r"<[^>]+>", " ", plain).split()), links

    return page_of


def test_a_theme_and_a_place_in_the_words_are_offered_with_their_works(page_of):
    theme = content.theme("digital", en="Digital transformation", de="Digitaler Wandel")
    child = content.theme("data", parent=theme, en="Data")
    city = content.city("lyon", "FR")
    for themes in ([theme], [child], []):
        page = content.post("A post", themes=themes)
        page.places = [city]
        page.save_revision().publish()
    content.post("Another", themes=[child])
    _text, links = page_of("?q=digital+transformation+in+Lyon")
    assert links["Theme: Digital transformation 3 works"] == "/en/themes/digital/"
    assert links["Place: Lyon 3 works"] == "?place=lyon"
    assert links["Digital transformation – Lyon 2 works"] == "?theme=digital&place=lyon"
    _text, links = page_of("?q=digitaler+wandel")
    assert "Theme: Digital transformation 3 works" in links


def test_the_longest_name_counts_and_excluded_words_name_nothing(page_of):
    content.theme("empty", en="Plan")
    named = [content.theme("food", en="Food"), content.theme("systems", en="Food systems")]
    Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    content.post("A post", themes=named)
    assert "Theme: Food systems 1 work" in page_of("?q=food+systems+germany")[0]
    assert "Theme: Food 1 work" not in page_of("?q=food+systems+germany")[0]
    assert "In your words" not in page_of("?q=plan+-food")[0]


def test_a_place_in_any_language_is_offered_where_it_has_works(page_of):
    country = Place.objects.create(slug="germany", kind=Place.Kind.COUNTRY, country="DE")
    assert "In your words" not in page_of("?q=niemcy")[0]
    page = content.post("A post")
    page.places = [country]
    page.save_revision().publish()
    assert page_of("?q=NIEMCY")[1]["Place: Germany 1 work"] == "?place=germany"


def test_every_filter_that_keeps_everything_out_is_told_with_what_dropping_it_gives(page_of):
    theme = content.theme("food", en="Food")
    for number in range(3):
        content.post(f"Water {number}", news_kind="article")
    content.post("Water call", news_kind="call", themes=[theme])
    text, links = page_of("?q=water&kind=article&theme=food&from=2020-01-01")
    assert "0 results" in text
    assert links["Without “Theme” 3"] == "?q=water&kind=article&from=2020-01-01"
    assert links["Without “Kind” 1"] == "?q=water&theme=food&from=2020-01-01"
    assert links["Without any filter 4"] == "?q=water"
    assert "Without “Period”" not in text


def test_other_languages_are_told_with_their_works(page_of):
    content.post("Water", language="de")
    content.post("Water", language="de", slug="water-2")
    content.post("Water", language="pl")
    text, links = page_of("?q=water&language=fr")
    assert "In other languages" in text
    assert links["German 2"] == "?q=water&language=de" and links["Polish 1"] == "?q=water&language=pl"
    assert page_of("?q=water&language=pl")[1]["2 more in other languages"] == "?q=water"


def test_words_that_do_not_meet_are_told_one_by_one(page_of):
    content.post("Water")
    content.post("Hot energy")
    text, links = page_of("?q=water+hydrogen+%22hot+energy%22")
    assert "Each word on its own" in text
    assert (links["water 1"], links["hot energy 1"]) == ("?q=water", "?q=%22hot+energy%22")
    assert "hydrogen 0" not in text


def test_near_themes_with_works_are_offered(page_of):
    top = content.theme("top", en="Top")
    chosen, beside, empty = (content.theme(slug, parent=top) for slug in ("chosen", "beside", "empty"))
    below = content.theme("below", parent=chosen)
    content.post("A post", themes=[beside])
    content.post("Another", themes=[below])
    text, links = page_of("?q=hydrogen&theme=chosen")
    assert "Near themes" in text
    assert {"Top 2", "Beside 1", "Below 1"} <= set(links)
    assert "Empty" not in text


def test_no_result_asks_the_engine_a_bounded_number_of_times(page_of, engine, monkeypatch):
    content.post("Water")
    drain()
    calls = []
    search = type(engine).search
    monkeypatch.setattr(type(engine), "search", lambda self, query: calls.append(query) or search(self, query))
    words = "+".join(f"w{letter}ter" for letter in "bcdfghjklmnpqrst")
    page_of(f"?q={words}&kind=call&theme=a&place=b&organisation=c&when=past&format=online&language=pl&from=2020-01-01")
    assert len(calls) <= 40


def test_counting_costs_no_facets_and_no_hits(engine, monkeypatch):
    content.post("Water")
    drain()
    results = engine.search(SearchQuery(text="water", language="en").total_only())
    assert (results.total, results.hits, dict(results.facets)) == (1, (), {})
    assert count(SearchQuery(text="water", language="en", page=9)) == 1
