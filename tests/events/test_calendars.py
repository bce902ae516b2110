from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from wagtail.models import PageViewRestriction

from events.models import EventIndexPage, EventPage
from tests import content

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def entries(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    return calendar, calendar.walk("VEVENT")


def test_an_event_keeps_its_time_zone(client):
    start, end = datetime(2022, 2, 10, 10, tzinfo=BERLIN), datetime(2022, 2, 10, 15, tzinfo=BERLIN)
    event = content.event("Auftakt", language="de", start=start, end=end, timezone="Europe/Berlin", slug="auftakt")
    calendar, (entry,) = entries(client, "/de/events/auftakt/event.ics")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (start, end)
    assert entry["dtstart"].params["TZID"] == "Europe/Berlin"
    assert entry["uid"].startswith(str(event.translation_key))
    assert [str(zone["tzid"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]


def test_a_repeating_event_carries_its_rule(client):
    content.event(start=datetime(2030, 1, 1, 9, tzinfo=UTC), slug="monthly", recurrence="FREQ=MONTHLY;COUNT=3")
    _calendar, (entry,) = entries(client, "/en/events/monthly/event.ics")
    assert entry["rrule"] == {"FREQ": ["MONTHLY"], "COUNT": [3]}


def test_a_day_long_event_has_dates_and_an_exclusive_end(client):
    start = datetime(2030, 5, 1, tzinfo=UTC)
    content.event(start=start, end=start, all_day=True, slug="day", timezone="UTC")
    _calendar, (entry,) = entries(client, "/en/events/day/event.ics")
    assert entry.decoded("dtstart").isoformat() == "2030-05-01"
    assert entry.decoded("dtend").isoformat() == "2030-05-02"


def test_a_day_long_event_that_ends_at_midnight_ends_the_day_before(client):
    start, end = datetime(2030, 5, 1, tzinfo=BERLIN), datetime(2030, 5, 3, tzinfo=BERLIN)
    content.event(start=start, end=end, all_day=True, slug="days", timezone="Europe/Berlin")
    _calendar, (entry,) = entries(client, "/en/events/days/event.ics")
    assert entry.decoded("dtend").isoformat() == "2030-05-03"


def test_an_event_that_cannot_be_written_is_left_out_and_logged(client, caplog):
    bad = content.event("Bad")
    content.event("Good")
    EventPage.objects.filter(pk=bad.pk).update(recurrence="FREQ=DAILY;UNTIL=2027-12-31")
    _calendar, found = entries(client, "/en/events/calendar.ics")
    assert [str(entry["summary"]) for entry in found] == ["Good"]
    assert f"Event {bad.pk} cannot be written" in caplog.text


@pytest.mark.parametrize("number", [1, 4])
def test_the_calendar_costs_the_same_for_any_number_of_events(client, remembers, django_assert_num_queries, number):
    place = content.city("bonn")
    for _ in range(number):
        content.event(place=place)
        content.event(start=datetime(2020, 5, 1, tzinfo=UTC), place=place)
    entries(client, "/en/events/calendar.ics")
    with django_assert_num_queries(5):
        entries(client, "/en/events/calendar.ics")


def test_the_calendar_of_an_index_for_some_readers_only_is_not_found(client):
    content.event()
    index = EventIndexPage.objects.get(locale__language_code="en")
    PageViewRestriction.objects.create(page=index, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/en/events/calendar.ics").status_code == 404


def test_a_cancelled_event_is_cancelled_in_the_calendar(client):
    content.event(status="cancelled", slug="off")
    _calendar, (entry,) = entries(client, "/en/events/off/event.ics")
    assert entry["status"] == "CANCELLED"


def test_the_calendar_of_a_language_has_its_events(client):
    content.event("English one")
    content.event("Deutsch", language="de")
    _calendar, found = entries(client, "/de/events/calendar.ics")
    assert [str(entry["summary"]) for entry in found] == ["Deutsch"]


def test_an_unknown_event_has_no_calendar(client):
    content.event()
    assert client.get("/en/events/unknown/event.ics").status_code == 404
