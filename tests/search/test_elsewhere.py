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

    def test_a_list_that_is_narrowed_by_theme_says_it_of_the_theme(self, client):
        water, food = content.theme("water"), content.theme("food")
        content.post("Water", themes=[water])
        for theme in (water, water, food):
            content.post("Beitrag", language="de", themes=[theme])
        drain()
        by_theme = read(client, "/en/news/?theme=water")
        assert "2 more in other languages" in by_theme
        assert "/en/search/?kind=news&amp;kind=article&amp;kind=call&amp;theme=water" in by_theme
        assert "3 more in other languages" in read(client, "/en/news/")

    def test_a_list_that_search_cannot_narrow_alike_says_nothing(self, client):
        content.post("Beitrag", language="de")
        content.post("Water", first_published_at="2020-05-01T10:00:00Z")
        content.platform("Plattform", language="de")
        content.platform("Platform")
        drain()
        assert "1 more in another language" in read(client, "/en/news/")
        assert 'class="elsewhere"' not in read(client, "/en/news/?year=2020")
        assert "1 more in another language" in read(client, "/en/platforms/")
        assert 'class="elsewhere"' not in read(client, "/en/platforms/?access=open")

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
