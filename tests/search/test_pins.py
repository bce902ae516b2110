"""Works that editors pin to words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Locale, PageViewRestriction

from search.outbox import drain
from search.pins import pins_for
from search.query import SearchQuery
from tests import content

pytestmark = pytest.mark.django_db


def pin(words: str, page=None, **fields):
    return SearchPromotion.objects.create(query=Query.get(words), page=page, **fields)


def titles(text: str, language: str = "en", **fields) -> list[str]:
    hits = pins_for(SearchQuery(text=text, language=language, **fields)).hits
    return [hit.title.replace("<mark>", "").replace("</mark>", "") for hit in hits]


@pytest.mark.parametrize("typed", ["Mobilität plan", "MOBILITAT PLAN", '"mobilität plan"', "mobilität, plan!"])
def test_case_diacritics_and_signs_do_not_matter(typed):
    pin("Mobilität Plan", content.post("Canteens"))
    assert titles(typed) == ["Canteens"]


@pytest.mark.parametrize("typed", ["mobilität", "mobilität plan now", "mobilität -plan", ""])
def test_other_words_have_no_pins(typed):
    pin("mobilität plan", content.post("Canteens"))
    assert titles(typed) == []


def test_filters_and_another_order_leave_pins_out():
    pin("water", content.post("Canteens"))
    assert titles("water", filters={"kind": ("news",)}) == titles("water", sort="newest") == []


def test_a_pin_is_shown_in_the_readers_language_where_there_is_such_a_version():
    page = content.post("Kantinen", language="de")
    pin("water", page)
    assert titles("water") == ["Kantinen"]
    version = page.copy_for_translation(Locale.objects.get(language_code="en"))
    version.title, version.slug = "Canteens", "canteens"
    version.save_revision().publish()
    assert titles("water") == ["Canteens"]
    assert titles("water", "de") == titles("water", "pl") == ["Kantinen"]


def test_drafts_and_private_pages_are_not_shown():
    pin("water", content.post("Draft", live=False))
    private = content.post("Private")
    pin("water", private)
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert titles("water") == []


def test_pins_stand_above_the_results_and_are_not_repeated_below(client, engine):
    for number in range(12):
        content.post(f"Water {number}")
    page = content.post("Water and canteens")
    pin("water", page, sort_order=1)
    pin("water", external_link_url="https://example.org/", external_link_text="Outside", sort_order=0)
    drain()
    html = client.get("/en/search/?q=Water").content.decode()
    assert html.index("Recommended by editors") < html.index("13 results")
    assert html.count('href="/en/news/water-and-canteens/"') == 1
    assert 'href="https://example.org/"' in html
    second = client.get("/en/search/?q=Water&page=2").content.decode()
    assert "Recommended by editors" not in second and "/en/news/water-and-canteens/" not in second


def test_what_an_editor_writes_about_an_own_page_is_shown_as_text(client, engine):
    pin("water", content.post("Canteens"), description="Why <b>this</b>")
    drain()
    assert "Why &lt;b&gt;this&lt;/b&gt;" in client.get("/en/search/?q=water").content.decode()


def test_a_pinned_page_that_is_no_content_is_shown_by_its_title():
    page = content.post("Canteens")
    pin("water", page.get_parent())
    assert titles("water") == [page.get_parent().title]


def test_pins_cost_two_queries_however_many_there_are():
    for number in range(5):
        pin("water", content.post(f"Canteens {number}"))
        pin(f"other {number}", content.post(f"Other {number}"))
    with CaptureQueriesContext(connection) as queries:
        assert len(titles("water")) == 5
    assert len(queries) == 2
