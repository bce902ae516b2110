"""The index of events: what is asked of it, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests import content

pytestmark = pytest.mark.django_db


def listed(client, query):
    answer = client.get(f"/en/events/{query}")
    assert answer.status_code == 200
    return [page.title for page in answer.context["listing"].pages], answer


def test_a_series_is_found_in_every_year_that_it_reaches_and_that_is_to_come(client):
    year = timezone.now().year
    start = datetime(year - 1, 3, 1, 9, tzinfo=UTC)
    content.event("Series", start=start, recurrence="FREQ=MONTHLY")
    found, answer = listed(client, f"?year={year + 1}")
    assert found == ["Series"]
    offered = [choice.label for choice in answer.context["listing"].years]
    assert str(year + 1) in offered
    assert str(year - 1) not in offered


def test_a_past_series_is_found_in_each_of_its_years(client):
    content.event("Series", start=datetime(2019, 12, 1, 9, tzinfo=UTC), recurrence="FREQ=MONTHLY;COUNT=3")
    assert listed(client, "?when=past&year=2019")[0] == listed(client, "?when=past&year=2020")[0] == ["Series"]
    found, answer = listed(client, "?when=past")
    assert found == ["Series"]
    assert [choice.label for choice in answer.context["listing"].years] == ["2020", "2019"]


def test_an_unknown_time_is_said_to_be_unknown(client):
    content.event()
    found, answer = listed(client, "?when=nonsense")
    assert found == []
    assert "nothing called “nonsense”" in answer.content.decode()
    assert listed(client, "?when=upcoming&page=abc")[0] == ["An event"]


def test_past_events_have_an_address_of_their_own(client):
    content.event(start=timezone.now() - timedelta(days=9))
    html = listed(client, "?when=past&year=2000")[1].content.decode()
    assert '/en/events/?when=past">' in html.partition('rel="canonical"')[2][:120]
