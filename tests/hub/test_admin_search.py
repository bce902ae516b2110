"""The editors' search fields take whatever somebody types."""

import pytest
from django.urls import reverse

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
