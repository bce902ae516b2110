"""When an event takes place."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from icalendar import vRecur

# A rule is written out this far ahead; `manage.py worker` writes further as time goes on.
HORIZON = timedelta(days=2 * 366)
MOST_AHEAD = 800
MOST_PAST = 100
STEPS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
PARTS = {
    *("FREQ", "UNTIL", "COUNT", "INTERVAL", "WKST"),
    *("BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS"),
}
# After 400 years the calendar repeats itself, days of the week included.
CYCLE = timedelta(days=146_097)


def check_rule(rule: str, start: datetime, zone: ZoneInfo) -> None:
    """Raises ValidationError unless `rule` is an RRULE value (RFC 5545, 3.3.10) of days or longer steps."""
    message = _("This is not a rule that calendars understand. An example: FREQ=MONTHLY;BYDAY=1TU;COUNT=6")
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    # dateutil never comes back from an interval of 0.
    interval = parts.get("INTERVAL", "1")
    if not (parts.get("FREQ") in STEPS and parts.keys() <= PARTS and interval.isdecimal() and int(interval)):
        raise ValidationError(message)
    try:
        vRecur.from_ical(rule).to_ical()
        if not _has_dates(parts, start.astimezone(zone).replace(tzinfo=None)):
            raise ValidationError(message)
        _dates(rule, start, zone, start + HORIZON)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise ValidationError(message) from error


def occurrences(
    start: datetime, end: datetime, zone: ZoneInfo, rule: str, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Start and end of the occurrences that begin by `until`, which is HORIZON from now; aware and in `zone`.

    The rule works on wall time, so an event at 10:00 stays at 10:00 when the clocks change. `start` counts as an
    occurrence even where the rule does not meet it. Of a long series the latest MOST_PAST that are over, and the next
    MOST_AHEAD, are returned.
    """
    if not rule:
        return [(start, end)]
    length = end.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
    dates = _dates(rule, start, zone, until)
    now = (until - HORIZON).astimezone(zone).replace(tzinfo=None)
    ahead = bisect_left(dates, now, key=lambda wall: wall + length)
    dates = dates[max(ahead - MOST_PAST, 0) : ahead + MOST_AHEAD]
    return [(wall.replace(tzinfo=zone), (wall + length).replace(tzinfo=zone)) for wall in dates]


def _dates(rule: str, start: datetime, zone: ZoneInfo, until: datetime) -> list[datetime]:
    """Wall times of the rule's occurrences up to `until`, the event's own start first."""
    first = start.astimezone(zone).replace(tzinfo=None)
    last = until.astimezone(zone).replace(tzinfo=None)
    later = takewhile(lambda wall: wall <= last, rrulestr(_without_zone(rule, zone), dtstart=first))
    return [first, *(wall for wall in later if wall > first)]


def _has_dates(parts: dict[str, str], first: datetime) -> bool:
    """Whether the rule ever meets a date: dateutil looks for one up to the year 9999, which takes seconds.

    So it starts to look in the last two cycles of the calendar before that.
    """
    endless = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ("COUNT", "UNTIL"))
    late = first + max((9599 - first.year) // 400, 0) * CYCLE
    return next(iter(rrulestr(endless, dtstart=late)), None) is not None


def _without_zone(rule: str, zone: ZoneInfo) -> str:
    """The rule with an UNTIL in UTC turned into wall time, as the start is."""
    parts = []
    for part in rule.split(";"):
        name, _sep, value = part.partition("=")
        if name.upper() == "UNTIL" and value.upper().endswith("Z"):
            moment = datetime.strptime(value.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            part = f"UNTIL={moment.astimezone(zone):%Y%m%dT%H%M%S}"
        parts.append(part)
    return ";".join(parts)


class Occurrence(models.Model):
    """One date of an event; events without a rule have exactly one. Times are stored in UTC."""

    event = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="occurrences")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        ordering = ["start"]
        indexes = [models.Index(fields=["event", "end", "start"])]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"
