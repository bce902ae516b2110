"""Calendars that readers subscribe to: read by two independent parsers, and followed over time."""

import re
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
import vobject
from dateutil.tz import tzical
from icalendar import Calendar
from vobject.icalendar import registerTzid
from wagtail.models import Locale, PageViewRestriction

from events.models import CalendarSequence, EventPage
from events.upkeep import extend_occurrences
from events.zones import vtimezone
from tests import content

from .series import BERLIN, SERIES, changed

pytestmark = pytest.mark.django_db

ZONES = [
    "Europe/Berlin", "Europe/Dublin", "Europe/Lisbon", "Atlantic/Azores", "Europe/Istanbul", "Africa/Casablanca",
    "America/New_York", "America/Bogota", "Asia/Kolkata", "Australia/Sydney", "Australia/Lord_Howe",
]  # fmt: skip


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert max(map(len, answer.content.split(b"\r\n"))) <= 75
    return answer.content


def expanded(data, first=date(2027, 1, 1), last=date(2029, 1, 1)):
    """What takes place, as recurring-ical-events reads it: (start in UTC, status)."""
    found = recurring_ical_events.of(Calendar.from_ical(data)).between(first, last)
    return sorted((_utc(event["dtstart"].dt), str(event["status"])) for event in found)


def reread(data):
    """The same as vobject reads it, with time zones that are dateutil's reading of VTIMEZONE."""
    for text in re.findall(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE", data.decode(), re.DOTALL):
        zones = tzical(StringIO(text))
        for name in zones.keys():  # noqa: SIM118 - not a mapping
            registerTzid(name, zones.get(name))
    calendar = vobject.readOne(data.decode())
    masters = [event for event in calendar.vevent_list if not hasattr(event, "recurrence_id")]
    changes = {_utc(event.recurrence_id.value): event for event in calendar.vevent_list if event not in masters}
    found = []
    for event in masters:
        moments = event.getrruleset(addRDate=True) if hasattr(event, "rrule") or hasattr(event, "rdate") else None
        zone = getattr(event.dtstart.value, "tzinfo", None)
        for moment in moments or [event.dtstart.value]:
            start = _utc(moment if getattr(moment, "tzinfo", None) or not zone else moment.replace(tzinfo=zone))
            shown = changes.get(start, event)
            found.append((_utc(shown.dtstart.value) if shown is not event else start, shown.status.value))
    return sorted(found)


def _utc(moment):
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def stored(event):
    status = {"": "CONFIRMED", "moved": "CONFIRMED", "cancelled": "CANCELLED"}
    return sorted((row.start.astimezone(UTC), status[row.change]) for row in event.occurrences.all())


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "rule", ["FREQ=WEEKLY;COUNT=60", "FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20280301", "FREQ=WEEKLY;BYDAY=MO;COUNT=9"]
)
def test_two_parsers_read_the_dates_that_the_hub_shows_through_all_changes_of_clocks(client, zone, rule):
    start = datetime(2027, 1, 31, 4, 30, tzinfo=ZoneInfo(zone))
    event = content.event(start=start, end=start + timedelta(hours=1), timezone=zone, recurrence=rule, slug="series")
    data = read(client, "/en/events/series/event.ics")
    assert expanded(data) == reread(data) == stored(event)
    assert len(stored(event)) > 5


def test_an_hour_that_a_change_of_clocks_leaves_out_is_read_as_the_hub_shows_it(client):
    start = datetime(2027, 3, 21, 2, 30, tzinfo=BERLIN)
    fields = {"start": start, "end": start + timedelta(hours=1), "timezone": "Europe/Berlin"}
    event = content.event(**fields, recurrence="FREQ=WEEKLY;COUNT=3", slug="night")
    assert expanded(read(client, "/en/events/night/event.ics")) == stored(event)


def test_two_parsers_read_dates_that_are_moved_and_cancelled(client):
    changes = changed("2027-03-09", ("2027-03-23", "2027-03-30"), note="Because of a holiday")
    event = content.event("Series", **SERIES, slug="series", changes=changes)
    data = read(client, "/en/events/series/event.ics")
    assert expanded(data) == reread(data) == stored(event)
    master, off, moved = Calendar.from_ical(data).walk("VEVENT")
    assert {str(entry["uid"]) for entry in (master, off, moved)} == {str(master["uid"])}
    assert off.decoded("recurrence-id") == datetime(2027, 3, 9, 10, tzinfo=BERLIN)
    assert (off["status"], off["summary"]) == ("CANCELLED", "Cancelled: Series")
    assert "Because of a holiday" in off["description"]
    assert moved.decoded("dtstart") == datetime(2027, 3, 30, 10, tzinfo=BERLIN)


def test_two_parsers_read_whole_days(client):
    fields = SERIES | {"start": datetime(2027, 3, 2, tzinfo=BERLIN), "end": datetime(2027, 3, 4, tzinfo=BERLIN)}
    fields["recurrence"] = "FREQ=WEEKLY;UNTIL=20270316"
    content.event(**fields, all_day=True, slug="days", changes=changed(moved=("2027-03-09", "2027-03-10")))
    data = read(client, "/en/events/days/event.ics")
    days = [datetime(2027, 3, day, tzinfo=UTC) for day in (2, 10, 16)]
    assert expanded(data) == reread(data) == [(day, "CONFIRMED") for day in days]
    master, moved = Calendar.from_ical(data).walk("VEVENT")
    assert master["rrule"]["UNTIL"] == [date(2027, 3, 16)]
    assert moved.decoded("recurrence-id") == date(2027, 3, 9)
    assert moved.decoded("dtend") == date(2027, 3, 12)


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_is_described_as_it_is_hour_by_hour(zone):
    text = b"BEGIN:VCALENDAR\r\n" + vtimezone(zone, 2026, 2032).to_ical() + b"END:VCALENDAR\r\n"
    calendar = vobject.readOne(text.decode())
    described, real = calendar.vtimezone.gettzinfo(), ZoneInfo(zone)
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    while moment.year < 2030:
        wall = moment.astimezone(real)
        # dateutil reads an hour that there is twice, or never, in its own way.
        if wall.replace(fold=0).utcoffset() == wall.replace(fold=1).utcoffset():
            assert described.utcoffset(wall.replace(tzinfo=None)) == wall.utcoffset(), wall
        moment += timedelta(hours=1)


def test_european_changes_of_clocks_are_rules():
    text = vtimezone("Europe/Berlin", 2026, 2032).to_ical().decode()
    assert re.findall(r"RRULE:(.*)\r", text) == [
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    ]
    assert len(text) < 700


def entry(client, slug="fair"):
    (found,) = Calendar.from_ical(read(client, f"/en/events/{slug}/event.ics")).walk("VEVENT")
    return found


def republish(event, **fields):
    page = EventPage.objects.get(pk=event.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def test_an_edit_that_matters_raises_the_sequence_and_a_cancellation_too(client):
    event = content.event(slug="fair")
    first = entry(client)
    assert first["sequence"] == 0
    republish(event, title="Another title", lead="Another lead.")
    assert entry(client)["sequence"] == 0
    republish(event, start=event.start + timedelta(hours=1), end=event.end + timedelta(hours=1))
    assert entry(client)["sequence"] == 1
    republish(event, venue="Town hall")
    assert entry(client)["sequence"] == 2
    republish(event, status="cancelled")
    last = entry(client)
    assert (last["sequence"], last["status"], last["uid"]) == (3, "CANCELLED", first["uid"])


def test_changing_one_date_raises_the_sequence_of_the_series(client):
    event = content.event(**SERIES, slug="fair")
    republish(event, changes=changed(cancelled="2027-03-09"))
    entries = Calendar.from_ical(read(client, "/en/events/fair/event.ics")).walk("VEVENT")
    assert [each["sequence"] for each in entries] == [1, 1]


def test_an_old_draft_that_is_published_does_not_turn_the_sequence_back(client):
    event = content.event(slug="fair")
    draft = EventPage.objects.get(pk=event.pk).save_revision()
    republish(event, venue="Town hall")
    republish(event, venue="Library")
    draft.publish()
    assert entry(client)["sequence"] == 3


def test_all_languages_of_an_event_have_one_identity_and_one_sequence(client):
    event = content.event(slug="fair")
    republish(event, venue="Town hall")
    version = EventPage.objects.get(pk=event.pk).copy_for_translation(Locale.objects.get(language_code="de"))
    version.save_revision().publish()
    german = Calendar.from_ical(client.get(f"/de/events/{version.slug}/event.ics").content).walk("VEVENT")[0]
    assert (german["uid"], german["sequence"]) == (entry(client)["uid"], 1)


def test_an_event_that_is_no_longer_public_leaves_every_calendar_and_comes_back_with_its_sequence(client):
    event = content.event(slug="fair")
    republish(event, venue="Town hall")
    restriction = PageViewRestriction.objects.create(page=event, restriction_type="login")
    for address in ("/en/events/calendar.ics",):
        assert b"VEVENT" not in read(client, address)
    restriction.delete()
    EventPage.objects.get(pk=event.pk).unpublish()
    assert b"VEVENT" not in read(client, "/en/events/calendar.ics")
    assert client.get("/en/events/fair/event.ics").status_code == 404
    republish(event)
    assert entry(client)["sequence"] == 1
    EventPage.objects.get(pk=event.pk).delete()
    assert b"VEVENT" not in read(client, "/en/events/calendar.ics")


def summaries(client, address):
    return sorted(str(each["summary"]) for each in Calendar.from_ical(read(client, address)).walk("VEVENT"))


def test_hubs_themes_and_filters_have_calendars_of_their_own(client):
    climate = content.theme("climate", en="Climate")
    heat = content.theme("heat", climate)
    content.thematic_hub(climate, "Climate hub", slug="climate-hub")
    content.event("Heat", themes=[heat], format="online")
    content.event("Draft", themes=[heat], live=False)
    content.event("Deutsch", language="de", themes=[heat])
    content.event("Other", place=content.city("ghent", "BE"))
    for address in ("hubs/climate-hub", "themes/climate", "themes/heat"):
        assert summaries(client, f"/en/{address}/calendar.ics") == ["Heat"]
    assert summaries(client, "/en/events/calendar.ics?place=ghent") == ["Other"]
    assert summaries(client, "/en/events/calendar.ics?theme=climate&format=online") == ["Heat"]
    assert summaries(client, "/en/events/calendar.ics?theme=climate&format=paper") == []
    name = Calendar.from_ical(read(client, "/en/events/calendar.ics?theme=climate&format=online"))["x-wr-calname"]
    assert name == "Events · Climate · Online"
    for address in ("hubs/none", "themes/none", "themes/\x00"):
        assert client.get(f"/en/{address}/calendar.ics").status_code in (400, 404)


def test_the_calendar_of_a_hub_for_some_readers_only_is_not_found(client):
    hub = content.thematic_hub(content.theme("climate"), slug="climate-hub")
    PageViewRestriction.objects.create(page=hub, restriction_type="login")
    assert client.get("/en/hubs/climate-hub/calendar.ics").status_code == 404


def test_whoever_has_a_calendar_as_it_is_gets_no_second_copy(client):
    event = content.event()
    first = client.get("/en/events/calendar.ics")
    asked = {"if-none-match": first["ETag"]}
    assert client.get("/en/events/calendar.ics", headers=asked).status_code == 304
    republish(event, title="New")
    assert client.get("/en/events/calendar.ics", headers=asked).status_code == 200


def test_pages_offer_to_subscribe_by_the_readers_own_program(client):
    content.event(slug="fair", themes=[content.theme("climate")])
    content.thematic_hub(content.theme("heat"), slug="heat-hub")
    for page, path in (
        ("events/", "events/calendar.ics"), ("events/fair/", "events/fair/event.ics"),
        ("hubs/heat-hub/", "hubs/heat-hub/calendar.ics"), ("themes/climate/", "themes/climate/calendar.ics"),
        ("search/", "search/calendar.ics"),
    ):  # fmt: skip
        assert f"webcal://127.0.0.1:8000/en/{path}" in client.get(f"/en/{page}").content.decode(), page


def test_the_first_change_of_an_event_from_before_is_counted(client):
    """Events that were public before changes were counted are noted by the worker's daily job."""
    event = content.event(start=datetime(2031, 3, 5, 9, tzinfo=UTC), slug="fair")
    CalendarSequence.objects.all().delete()
    extend_occurrences()
    event.start += timedelta(days=1)
    event.end += timedelta(days=1)
    event.save_revision().publish()
    assert b"SEQUENCE:1" in client.get("/en/events/fair/event.ics").content


def test_a_series_without_other_dates_has_no_empty_line(client):
    """RFC 5545, 3.8.5.2: an RDATE has a value."""
    start = datetime(2027, 3, 2, tzinfo=ZoneInfo("Europe/Berlin"))
    rule = "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270304"
    content.event(start=start, end=start + timedelta(days=1), all_day=True, recurrence=rule, slug="days")
    assert b"RDATE:\r\n" not in client.get("/en/events/days/event.ics").content
