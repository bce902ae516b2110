"""What is remembered while nothing changes, and forgotten when anything does."""

import pytest
from django.template import Context, Template
from django.utils import translation
from wagtail.models import PageViewRestriction

from hub import remembering as memory
from hub.models.themes import theme_tree
from hub.remembering import facts, remembered, remembered_rows, remembering
from tests import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls():
    found = []

    @remembered
    def read(number):
        found.append(number)
        return number

    read.calls = found
    return read


def test_nothing_is_remembered_outside_of_readers_pages(calls):
    assert [calls(1), calls(1)] == [1, 1]
    assert calls.calls == [1, 1]
    assert facts() is None


def test_facts_are_read_once_for_each_version_and_language(calls):
    for version in ("a", "a", "b", "a"):
        with remembering(version):
            calls(1)
            calls(2)
    assert calls.calls == [1, 2] * 3
    with remembering("a"), translation.override("de"):
        calls(1)
    assert calls.calls == [1, 2, 1, 2, 1, 2, 1]


def test_memory_is_bounded(calls, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 10)
    with remembering("bounded"):
        for number in range(50):
            calls(number)
            assert len(facts()) <= 11


def test_only_missing_rows_are_read():
    asked = []

    def read(missing):
        asked.append(missing)
        return [theme for theme in theme_tree() if theme.pk in missing]

    water, food = content.theme("water"), content.theme("food")
    with remembering("rows"):
        remembered_rows("themes", [water.pk], read)
        found = remembered_rows("themes", [food.pk, water.pk, 999_999], read)
    assert list(found) == [food.pk, water.pk]
    assert asked == [[water.pk], [food.pk, 999_999]]


def test_a_page_that_is_restricted_is_no_neighbour_any_more(client):
    posts = [content.post(f"Post {number}") for number in range(3)]
    assert "/en/news/post-0/" in client.get("/en/news/post-1/").content.decode()
    PageViewRestriction.objects.create(page=posts[0], restriction_type=PageViewRestriction.LOGIN)
    assert "/en/news/post-0/" not in client.get("/en/news/post-1/").content.decode()


# Parts of pages

PART = Template("{% load remembering %}{% remembered number %}{{ number }}{{ word }}{% endremembered %}")


def test_a_part_is_written_once_for_its_values_and_language():
    with remembering("parts"):
        assert PART.render(Context({"number": 1, "word": "a"})) == "1a"
        assert PART.render(Context({"number": 1, "word": "b"})) == "1a"
        assert PART.render(Context({"number": 2, "word": "b"})) == "2b"
        assert PART.render(Context({"word": "c"})) == "c"
        with translation.override("de"):
            assert PART.render(Context({"number": 1, "word": "d"})) == "1d"
    with remembering("parts later"):
        assert PART.render(Context({"number": 1, "word": "e"})) == "1e"


def test_a_part_of_a_page_that_is_not_kept_is_written_anew():
    assert [PART.render(Context({"number": 1, "word": word})) for word in "ab"] == ["1a", "1b"]


def test_equal_parts_of_two_templates_are_not_confused():
    other = Template("{% load remembering %}{% remembered number %}other{% endremembered %}")
    with remembering("two"):
        assert (PART.render(Context({"number": 1})), other.render(Context({"number": 1}))) == ("1", "other")
