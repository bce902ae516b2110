"""When an event takes place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Self
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


def rule_days(start: datetime, zone: ZoneInfo, rule: str, until: date) -> set[date]:
    """The days in `zone` up to `until` on which the series begins a date."""
    last = datetime.combine(until, time.max, zone)
    return {wall.date() for wall in _dates(rule, start, zone, last)}


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


def last_moment(rule: str, zone: ZoneInfo) -> datetime | None:
    """The UNTIL of the rule as wall time, None without one. A day alone is meant as a whole."""
    value = dict(part.partition("=")[::2] for part in rule.upper().split(";")).get("UNTIL")
    if value is None:
        return None
    if value.endswith("Z"):
        moment = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        return moment.astimezone(zone).replace(tzinfo=None)
    if "T" in value:
        return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - wall time
    return datetime.combine(datetime.strptime(value, "%Y%m%d"), time(23, 59, 59))  # noqa: DTZ007


def _without_zone(rule: str, zone: ZoneInfo) -> str:
    """The rule with its UNTIL as wall time, as the start is."""
    last = last_moment(rule, zone)
    parts = [part for part in rule.split(";") if part.partition("=")[0].upper() != "UNTIL"]
    return ";".join([*parts, f"UNTIL={last:%Y%m%dT%H%M%S}"] if last else parts)


def is_met(rule: str, start: datetime, zone: ZoneInfo) -> bool:
    """Whether the rule itself has the date `start`: RFC 5545 leaves open what is meant where it has not."""
    first = start.astimezone(zone).replace(tzinfo=None)
    return next(iter(rrulestr(_without_zone(rule, zone), dtstart=first)), None) == first


class OccurrenceQuerySet(models.QuerySet):
    def taking_place(self) -> Self:
        """Without single dates that are cancelled."""
        return self.exclude(change=Occurrence.Change.CANCELLED)


@dataclass(frozen=True)
class DateChange:
    """What an editor changed of one date of a series. Days and times are those of the event's zone.

    `day` is the day on which the rule has the date. Of a date that is moved, what is None stays as it was.
    """

    day: date
    cancelled: bool
    new_day: date | None = None
    starts_at: time | None = None
    ends_at: time | None = None
    note: str = ""

    def moved(self, start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Where it takes the date from `start` to `end`, which are in `zone`."""
        start, end = start.replace(tzinfo=None), end.replace(tzinfo=None)
        new_day = self.new_day or start.date()
        new_start = datetime.combine(new_day, self.starts_at or start.time())
        new_end = new_start + (end - start)
        if self.ends_at:
            new_end = datetime.combine(new_day + (end.date() - start.date()), self.ends_at)
        return new_start.replace(tzinfo=zone), new_end.replace(tzinfo=zone)


def with_changes(
    dates: Iterable[tuple[datetime, datetime]], changes: Iterable[DateChange], zone: ZoneInfo
) -> list[Occurrence]:
    """The dates of a series, in `zone`, with what editors changed of some, in the order in which they take place."""
    by_day = {change.day: change for change in changes}
    found = []
    for start, end in dates:
        occurrence = Occurrence(start=start, end=end)
        change = by_day.get(start.date())
        if change:
            occurrence.planned_start, occurrence.note = start, change.note
            occurrence.change = Occurrence.Change.CANCELLED if change.cancelled else Occurrence.Change.MOVED
            if not change.cancelled:
                occurrence.start, occurrence.end = change.moved(start, end, zone)
        found.append(occurrence)
    return sorted(found, key=lambda occurrence: (occurrence.start, occurrence.end))


class Occurrence(models.Model):
    """One date of an event; events without a rule have exactly one. Times are stored in UTC.

    `planned_start` says of a changed date when the rule has it. `note` is what editors say about the change.
    """

    class Change(models.TextChoices):
        NONE = "", ""
        MOVED = "moved"
        CANCELLED = "cancelled"

    event = models.ForeignKey("events.EventPage", on_delete=models.CASCADE, related_name="occurrences")
    start = models.DateTimeField()
    end = models.DateTimeField()
    change = models.CharField(max_length=10, choices=Change, blank=True, default=Change.NONE)
    planned_start = models.DateTimeField(null=True, blank=True)
    note = ""

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        ordering = ["start"]
        indexes = [models.Index(fields=["event", "end", "start"])]

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%d %H:%M}"
