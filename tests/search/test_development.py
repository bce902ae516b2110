"""How a theme develops, on its page and on its hub."""

import re
from datetime import UTC, datetime

import pytest

from search import beside
from search.outbox import drain
from tests.content import event, post, thematic_hub, theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns(client, engine, monkeypatch):
    """(address, works) of each year that an address shows, the address None without works."""
    monkeypatch.setattr(beside.beside, "asked_again_at", 0.0)
    monkeypatch.setattr(beside, "LIMIT", 5)

    def columns(address: str) -> dict[str, tuple[str | None, str]]:
        drain()
        html = client.get(address).content.decode()
        part = html.partition('<ol class="columns-years">')[2].partition("</ol>")[0]
        found = {}
        for item in part.split("<li>")[1:]:
            link = re.search(r'href="([^"]+)"', item)
            year, works = re.search(r"<span>(\d+).*?amount\">(\d+)", item).groups()
            found[year] = (link[1].replace("&amp;", "&") if link else None, works)
        return found

    return columns


def test_works_of_all_languages_by_years_with_gaps(columns, client):
    climate = theme("climate", en="Climate")
    water = theme("water", climate, en="Water")
    event("Old", start=datetime(2023, 5, 1, 9, tzinfo=UTC), themes=[water])
    for title, language in (("New", "en"), ("Neu", "de")):
        event(title, start=datetime(2025, 5, 1, 9, tzinfo=UTC), themes=[climate], language=language)
    thematic_hub(theme("food", en="Food"), title="Food")

    found = columns("/en/themes/climate/")
    assert {year: works for year, (_url, works) in found.items()} == {"2023": "1", "2024": "0", "2025": "2"}
    assert found["2024"][0] is None
    assert "New" in client.get(found["2025"][0]).content.decode()
    assert columns("/en/hubs/food/") == {}


def test_one_year_is_no_development(columns):
    post("Only", themes=[theme("climate", en="Climate")])
    assert columns("/en/themes/climate/") == {}
