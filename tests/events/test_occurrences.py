from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from events.models.occurrence import MOST_OCCURRENCES, check_rule, occurrences

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 10, 6, 10, tzinfo=BERLIN)
END = datetime(2026, 10, 6, 12, tzinfo=BERLIN)
LATER = START + timedelta(days=400)


def test_an_event_without_a_rule_takes_place_once():
    assert occurrences(START, END, BERLIN, "", LATER) == [(START, END)]


def test_the_hour_stays_when_the_clocks_change():
    dates = occurrences(START, END, BERLIN, "FREQ=MONTHLY;BYDAY=1TU;COUNT=3", LATER)
    assert [(start.hour, start.utcoffset()) for start, _end in dates] == [
        (10, timedelta(hours=2)),
        (10, timedelta(hours=1)),
        (10, timedelta(hours=1)),
    ]


def test_the_first_date_counts_even_where_the_rule_does_not_meet_it():
    dates = occurrences(START, END, BERLIN, "FREQ=WEEKLY;BYDAY=FR;COUNT=2", LATER)
    assert [start.strftime("%a") for start, _end in dates] == ["Tue", "Fri", "Fri"]


def test_until_in_utc_is_understood():
    dates = occurrences(START, END, BERLIN, "FREQ=DAILY;UNTIL=20261008T080000Z", LATER)
    assert [start.day for start, _end in dates] == [6, 7, 8]


def test_an_old_endless_series_keeps_its_latest_dates():
    start = datetime(2015, 1, 5, 9, tzinfo=UTC)
    dates = occurrences(start, start, ZoneInfo("UTC"), "FREQ=DAILY", datetime(2026, 1, 1, tzinfo=UTC))
    assert len(dates) == MOST_OCCURRENCES
    assert dates[-1][0] == datetime(2025, 12, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "rule",
    [
        "every Tuesday",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;COUNT=2",
        "FREQ=MONTHLY;BYDAY=9XX",
        "FREQ=DAILY;COUNT=zwei",
        "FREQ=DAILY;UNTIL=tomorrow",
        "RRULE:FREQ=DAILY",
        "FREQ=DAILY\nEXDATE:20261006",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=00",
        "FREQ=DAILY;INTERVAL=-1",
    ],
)
def test_a_rule_that_calendars_do_not_understand_is_refused(rule):
    with pytest.raises(ValidationError):
        check_rule(rule, START, BERLIN)


def test_a_rule_in_the_past_is_accepted():
    check_rule("FREQ=WEEKLY;UNTIL=20220301", datetime(2022, 2, 1, tzinfo=BERLIN), BERLIN)
