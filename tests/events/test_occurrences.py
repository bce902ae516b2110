import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from events.models.occurrence import HORIZON, MOST_PAST, check_rule, occurrences

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


def test_an_endless_series_keeps_every_date_up_to_the_horizon_and_the_latest_past_ones():
    start, now = datetime(2015, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 1, 12, tzinfo=UTC)
    dates = [date for date, _end in occurrences(start, start, ZoneInfo("UTC"), "FREQ=DAILY", now + HORIZON)]
    assert len(dates) == MOST_PAST + HORIZON.days
    assert next(date for date in dates if date > now) == datetime(2026, 1, 2, 9, tzinfo=UTC)
    assert dates[-1] == datetime(2028, 1, 3, 9, tzinfo=UTC)


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
        "FREQ=DAILY;UNTIL=2027-12-31",
        "FREQ=MONTHLY;BYDAY=TU(+1)",
        "FREQ=WEEKLY;BYWEEKDAY=TU",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;BYEASTER=1",
        "FREQ=DAILY;",
    ],
)
def test_a_rule_that_calendars_do_not_understand_is_refused(rule):
    with pytest.raises(ValidationError):
        check_rule(rule, START, BERLIN)


def test_a_rule_in_the_past_is_accepted():
    check_rule("FREQ=WEEKLY;UNTIL=20220301", datetime(2022, 2, 1, tzinfo=BERLIN), BERLIN)


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20270101"]
)
def test_a_rule_that_no_date_meets_is_refused_at_once(rule):
    began = time.process_time()
    with pytest.raises(ValidationError):
        check_rule(rule, START, BERLIN)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "freq=weekly;byday=tu", "FREQ=DAILY;COUNT=1"]
)
def test_a_rule_that_meets_dates_is_accepted(rule):
    check_rule(rule, START, BERLIN)


def test_a_series_from_the_last_year_of_the_calendar_is_refused():
    with pytest.raises(ValidationError):
        check_rule("FREQ=DAILY", datetime(9999, 6, 1, tzinfo=BERLIN), BERLIN)
