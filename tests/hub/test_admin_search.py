"""The editors' search fields take whatever somebody types."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page
from wagtail.search.backends import database, get_search_backend

from hub.roles import MODERATORS
from tests import content
from tests.editing import log_in

pytestmark = pytest.mark.django_db

VIEWS = ["wagtailadmin_choose_page_search", "wagtailadmin_pages:search", "wagtailimages:index", "wagtaildocs:index"]
WORDS = ['"', 'a"b', '"a b" c"', "'", "*", "(", "NOT", "a AND", "\x00", "a\x00b", "%s"]
WORDS += ["x" * 5000, "a " * 2500, '"x" ' * 1250]


@pytest.mark.parametrize("view", VIEWS)
def test_any_words_are_answered(view):
    content.post("A post")
    client = log_in(MODERATORS)
    for words in WORDS:
        assert client.get(reverse(view), {"q": words[:6000]}).status_code == 200, words


def test_a_word_in_quotation_marks_is_found():
    content.post("Mobility in cities")
    client = log_in(MODERATORS)
    for words in ('"Mobility', 'mobil"', '"in cities"'):
        assert "Mobility in cities" in client.get(reverse(VIEWS[0]), {"q": words}).content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases rank as Wagtail has it")
@pytest.mark.parametrize("method", ["search", "autocomplete"])
def test_matches_are_ranked_as_wagtail_ranks_them_without_a_query_for_each(method):
    for number in range(6):
        content.post(("Water " * (number + 1)).strip() + " and energy" * (6 - number))
    content.post("Energy")
    theirs = database.SearchBackend({})
    pages = Page.objects.filter(live=True)
    for words in ("water", "energy water", "wat"):
        expected = list(getattr(theirs, method)(words, pages))
        found = getattr(get_search_backend(), method)(words, pages)
        with CaptureQueriesContext(connection) as queries:
            assert list(found) == expected
        assert len(queries) == (2 if expected else 1)
        assert list(found[1:3]) == expected[1:3]
        assert found.count() == len(expected)
    assert len(expected) == (6 if method == "autocomplete" else 0)
