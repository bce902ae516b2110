"""What editors see of searches without result, and what is never kept."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion

from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from search import unanswered
from search.models import IndexChange, UnansweredSearch
from search.outbox import drain
from search.unanswered import Notes, may_be_kept, tidy
from tests import content
from tests.editing import log_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def notes(settings, monkeypatch):
    """Notes that nothing but the test writes."""
    settings.SEARCH_LOG_EVERY = 3600
    fresh = Notes()
    monkeypatch.setattr("search.views.notes", fresh)
    return fresh


def kept() -> list[tuple[str, str, int]]:
    return list(UnansweredSearch.objects.order_by("language", "words").values_list("language", "words", "times"))


def test_words_without_result_are_counted_per_language_and_day(client, engine, notes):
    content.post("Water")
    drain()
    for address in (
        "/en/search/?q=Hydrogen",
        "/en/search/?q=hydrogen",
        "/de/search/?q=hydrogen",
        "/en/search/?q=water",
    ):
        client.get(address)
    notes.write()
    client.get("/en/search/?q=hydrogen")
    notes.write()
    assert kept() == [("de", "hydrogen", 1), ("en", "hydrogen", 3)]


@pytest.mark.parametrize(
    "address",
    ["?q=hydrogen&kind=news", "?q=hydrogen&page=2", "?q=hydr&typing=1", "?q=hydrogen&sort=best", "", "?q=wat"],
)
def test_filtered_later_and_unfinished_searches_are_not_kept(client, engine, notes, address):
    content.post("Wat")
    drain()
    client.get(f"/en/search/{address}")
    notes.write()
    assert kept() == []


def test_what_the_database_cannot_find_is_not_kept(client, notes, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path
    client.get("/en/search/?q=hydrogen")
    notes.write()
    assert kept() == []


@pytest.mark.parametrize(
    "words",
    ["", "jan.kowalski@example.org", "0048 601 234 567", "a" * 81, "one two three four five six seven eight nine"],
)
def test_addresses_numbers_and_long_texts_are_not_kept(words):
    assert not may_be_kept(words)


@pytest.mark.parametrize("words", ["urban mobility 2026-2030"[:20], "ää", "c++"])
def test_ordinary_words_are_kept(words):
    assert may_be_kept(words)


def test_a_search_sets_no_cookie_and_writes_nothing_itself(client, engine, notes):
    client.get("/en/search/")
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/en/search/?q=hydrogen")
    assert not response.cookies
    assert not [query for query in queries if not query["sql"].startswith("SELECT")]


def test_memory_is_bounded(notes, monkeypatch):
    monkeypatch.setattr(unanswered, "MOST_IN_MEMORY", 2)
    from search.query import SearchQuery

    for text in ("a", "b", "c", "a"):
        notes.unanswered(SearchQuery(text=text, language="en"))
    notes.write()
    assert kept() == [("en", "a", 2), ("en", "b", 1)]


def test_a_database_that_refuses_is_logged_and_hurts_nobody(notes, monkeypatch, caplog):
    def refuse():
        raise DatabaseError("locked")

    monkeypatch.setattr(notes, "write", refuse)
    monkeypatch.setattr("search.unanswered.connection.close", lambda: None)
    notes._write_in_thread()
    assert "not kept: locked" in caplog.text


def test_old_and_too_many_rows_are_forgotten_the_rare_ones_first(monkeypatch):
    monkeypatch.setattr(unanswered, "MOST_ROWS", 2)
    today = timezone.localdate()
    rows = [("old", 91, 50), ("frequent", 5, 9), ("recent", 1, 1), ("rare", 3, 1)]
    UnansweredSearch.objects.bulk_create(
        UnansweredSearch(day=today - timedelta(days=age), language="en", words=words, times=times)
        for words, age, times in rows
    )
    tidy()
    assert set(UnansweredSearch.objects.values_list("words", flat=True)) == {"frequent", "recent"}


def test_how_often_pinned_words_were_searched_is_what_wagtail_shows(client, engine, notes):
    promotion = SearchPromotion.objects.create(query=Query.get("water"), page=content.post("Canteens"))
    drain()
    client.get("/en/search/?q=Water")
    client.get("/de/search/?q=water")
    notes.write()
    assert QueryDailyHits.objects.get().hits == 2
    promotion.query.delete()
    notes.pinned(promotion.query_id)
    notes.write()
    assert kept() == []


@pytest.mark.parametrize(("role", "status"), [(EDITORS, 200), (MODERATORS, 200), (TRANSLATORS, 302)])
def test_editors_and_moderators_see_the_report_and_pin(role, status):
    UnansweredSearch.objects.create(day=timezone.localdate(), language="de", words="wasserstoff", times=3)
    editor = log_in(role)
    for name in ("search_unanswered", "search_pin", "wagtailsearchpromotions:index", "wagtailsearchpromotions:add"):
        assert editor.get(reverse(name)).status_code == status, name
    menu = editor.get("/admin/").content.decode()
    assert (reverse("search_unanswered") in menu) == (status == 200)
    assert "searchpicks/reports/search-terms" not in menu


def test_the_report_sums_days_and_leads_to_pinning():
    today = timezone.localdate()
    for age, times in ((0, 3), (2, 4), (40, 5)):
        UnansweredSearch.objects.create(
            day=today - timedelta(days=age), language="de", words="wasserstoff", times=times
        )
    UnansweredSearch.objects.create(day=today, language="en", words="hydrogen", times=1)
    editor, url = log_in(EDITORS), reverse("search_unanswered")
    html = editor.get(url).content.decode()
    assert html.index("wasserstoff") < html.index("hydrogen")
    assert ">12<" in "".join(html.split())
    assert reverse("search_pin") + "?words=wasserstoff" in html
    filtered = editor.get(url, {"day_from": today - timedelta(days=3), "language": "de"}).content.decode()
    assert ">7<" in "".join(filtered.split()) and ">hydrogen<" not in filtered
    assert "hydrogen" in editor.get(url, {"export": "csv"}).getvalue().decode()
    form = editor.get(reverse("search_pin"), {"words": "wasserstoff"}).content.decode()
    assert 'value="wasserstoff"' in form
    SearchPromotion.objects.create(query=Query.get("Wasserstoff"), page=content.post())
    assert reverse("wagtailsearchpromotions:edit", args=[Query.objects.get().pk]) in editor.get(url).content.decode()


def test_the_report_names_works_that_search_cannot_take_in_to_administrators(admin_client, monkeypatch):
    url = reverse("search_unanswered")
    bad, other = content.post("Water <b>"), content.post("Energy")
    IndexChange.objects.filter(key=bad.translation_key).update(failures=2)
    sentence = "The search cannot take in 1 page as it is now"
    html = admin_client.get(url).content.decode()
    assert sentence in html
    assert f'<a href="{reverse("wagtailadmin_pages:edit", args=[bad.pk])}">Water &lt;b&gt;</a>' in html
    assert "Energy" not in html
    assert sentence not in log_in(EDITORS).get(url).content.decode()
    IndexChange.objects.filter(key=other.translation_key).update(failures=1)
    monkeypatch.setattr("search.reports.MOST_TITLES", 1)
    html = admin_client.get(url).content.decode()
    assert "The search cannot take in 2 pages as they are now" in html
    assert "</a> …" in " ".join(html.split())
    IndexChange.objects.all().delete()
    assert "The search cannot take in" not in admin_client.get(url).content.decode()


def test_an_editor_pins_a_page_by_wagtails_form(client, engine):
    page = content.post("Canteens")
    editor = log_in(EDITORS)
    data = {
        "query_string": "Hydrogen",
        "editors_picks-TOTAL_FORMS": 1,
        "editors_picks-INITIAL_FORMS": 0,
        "editors_picks-0-page": page.pk,
        "editors_picks-0-external_link_url": "",
        "editors_picks-0-external_link_text": "",
        "editors_picks-0-description": "",
        "editors_picks-0-ORDER": 1,
    }
    assert editor.post(reverse("wagtailsearchpromotions:add"), data).status_code == 302
    assert "Recommended by editors" in client.get("/en/search/?q=hydrogen").content.decode()
