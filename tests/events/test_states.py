"""What readers are told of where an event stands, the same in rows, on pages and in calendars."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django.utils.translation import override
from icalendar import Calendar

from events.models import EventPage
from events.states import states_of
from tests import content
from tests.events.series import SERIES, changed

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 10, 12, tzinfo=BERLIN)
START, END = datetime(2027, 4, 1, 10, tzinfo=BERLIN), datetime(2027, 4, 1, 12, tzinfo=BERLIN)
URL = {"registration_url": "https://example.org/"}


def closing(*date):
    return URL | {"registration_closes": datetime(*date, tzinfo=BERLIN)}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.mark.parametrize(
    ("fields", "words", "tones"),
    [
        ({}, [], []),
        (URL | {"registration_opens": START - timedelta(days=9)}, ["Registration opens on 23 March 2027"], ["over"]),
        (URL, ["Registration is open"], ["open"]),
        (closing(2027, 3, 30, 18), ["Registration is open"], ["open"]),
        (closing(2027, 3, 13, 9), ["Registration closes in 3 days"], ["open"]),
        (closing(2027, 3, 11, 0, 30), ["Registration closes in 1 day"], ["open"]),
        (closing(2027, 3, 10, 18), ["Registration closes today"], ["open"]),
        (closing(2027, 3, 10, 9), ["Registration is closed"], ["over"]),
        (URL | {"registration_full": True}, ["Fully booked"], ["over"]),
        (URL | {"start": NOW - timedelta(hours=1), "end": NOW + timedelta(hours=1)}, ["Running now"], ["now"]),
        (URL | {"start": NOW - timedelta(days=2), "end": NOW - timedelta(days=1)}, ["Over"], ["over"]),
        (URL | {"status": "cancelled"}, ["Cancelled"], ["alert"]),
        (URL | {"status": "postponed"}, ["Postponed"], ["alert"]),
        (URL | {"status": "moved"}, ["Moved", "Registration is open"], ["alert", "open"]),
    ],
)
def test_every_state_in_words_and_colour(fields, words, tones):
    event = EventPage(**{"start": START, "end": END, "timezone": "Europe/Berlin"} | fields)
    with override("en"):
        states = states_of(event)
    assert ([state.words for state in states], [state.tone for state in states]) == (words, tones)


def test_rows_pages_and_calendars_say_the_same(client):
    content.event(start=START, slug="fair", timezone="Europe/Berlin", status="moved", **closing(2027, 3, 13, 9))
    shown = (
        '<span class="state state-alert">Moved</span>'
        '<span class="state state-open">Registration closes in 3 days</span>'
    )
    for path in ("", "fair/", "?when=month&month=2027-04"):
        assert shown in client.get(f"/en/events/{path}").content.decode()
    (entry,) = Calendar.from_ical(client.get("/en/events/fair/event.ics").content).walk("VEVENT")
    assert entry["summary"] == "Moved: An event"
    assert "Registration closes on 13 March 2027" in entry["description"]


def test_one_date_of_a_series_has_a_state_of_its_own():
    event = EventPage(**SERIES, changes=changed(cancelled="2027-03-16", moved=("2027-03-23", "2027-03-24")))
    with override("en"):
        words = [[state.words for state in states_of(event, date)] for date in event.dates]
    assert words == [["Over"], ["Over"], ["Cancelled"], ["Moved"]]


def test_the_page_of_an_event_names_the_day_of_registration_in_its_own_zone(client, monkeypatch):
    york = ZoneInfo("America/New_York")
    fields = {"timezone": "America/New_York", "registration_url": "https://example.org/"}
    start = datetime(2027, 3, 5, 9, tzinfo=york)
    closes = datetime(2027, 2, 25, 23, 59, tzinfo=york)
    opens = datetime(2027, 2, 20, 23, tzinfo=york)
    content.event(slug="fair", start=start, registration_closes=closes, registration_opens=opens, **fields)
    for today, words in ((18, "Opens on 20 February 2027"), (22, "Until 25 February 2027")):
        monkeypatch.setattr(timezone, "now", lambda today=today: datetime(2027, 2, today, tzinfo=york))
        assert words in client.get("/en/events/fair/").content.decode()
