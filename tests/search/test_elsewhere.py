"""Lists say how many works there are in other languages, and lead to them."""

from datetime import UTC, datetime

import pytest

from hub.language_trees import ensure_language_trees
from search.outbox import drain
from tests import content
from tests.hub.reading import read, version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _trees(db):
    ensure_language_trees()


@pytest.mark.usefixtures("engine")
class TestWithAnIndex:
    def test_only_works_that_the_language_does_not_have_are_counted(self, client):
        both = content.post("Water")
        version(both, "de", title="Wasser")
        content.post("Beitrag", language="de")
        content.post("Wpis", language="pl", news_kind="call")
        content.post("Entwurf", language="de", live=False)
        content.event("Treffen", language="de")
        drain()
        english, german = read(client, "/en/news/"), read(client, "/de/news/")
        assert "2 more in other languages" in english
        assert "/en/search/?kind=news&amp;kind=article&amp;kind=call" in english
        assert "1 weiterer Inhalt in einer anderen Sprache" in german

    def test_a_list_without_works_elsewhere_says_nothing_of_them(self, client):
        content.post("Water")
        drain()
        assert 'class="elsewhere"' not in read(client, "/en/news/")

    @pytest.mark.parametrize(
        ("when", "number"), [("upcoming", "1 more in another language"), ("month", "2 more in other languages")]
    )
    def test_events_are_counted_that_the_same_list_would_have(self, client, when, number):
        content.event("Treffen", language="de")
        content.event("Spotkanie", language="pl", start=datetime(2020, 5, 1, 9, tzinfo=UTC))
        drain()
        assert number in read(client, f"/en/events/?when={when}")


def test_while_there_is_no_index_a_list_does_without_the_number(client):
    content.post("Beitrag", language="de")
    assert 'class="elsewhere"' not in read(client, "/en/news/")
