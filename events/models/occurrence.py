"""When an event takes place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# A rule is written out this far ahead; `manage.py worker` writes further as time goes on.
HORIZON = timedelta(days=2 * 366)
MOST_OCCURRENCES = 500
STEPS = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


def check_rule(rule: str, start: datetime, zone: ZoneInfo) -> None:
    """Raises ValidationError unless `rule` is an RRULE value (RFC 5545, 3.3.10) of days or longer steps."""
    message = _("This is not a rule that calendars understand. An example: FREQ=MONTHLY;BYDAY=1TU;COUNT=6")
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    # dateutil never comes back from an interval of 0.
    interval = parts.get("INTERVAL", "1")
    if parts.get("FREQ") in STEPS and interval.isdecimal() and int(interval) and not set(rule) & set(":\n"):
        try:
            _dates(rule, start, zone, start + HORIZON)
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise ValidationError(message) from error
    else:
        raise ValidationError(message)


def occurrences(
    start: datetime, end: datetime, zone: ZoneInfo, rule: str, until: datetime
) -> list[tuple[datetime, datetime]]:
    """Start and end of the occurrences that begin by `until`, aware and in `zone`; the first one always.

    The rule works on wall time, so an event at 10:00 stays at 10:00 when the clocks change. Of more than
    MOST_OCCURRENCES the latest are returned.
    """
    if not rule:
        return [(start, end)]
    length = end.astimezone(zone).replace(tzinfo=None) - start.astimezone(zone).replace(tzinfo=None)
    dates = _dates(rule, start, zone, until)
    return [(wall.replace(tzinfo=zone), (wall + length).replace(tzinfo=zone)) for wall in dates[-MOST_OCCURRENCES:]]


def _dates(rule: str, start: datetime, zone: ZoneInfo, until: datetime) -> list[datetime]:
    """Wall times of the rule's occurrences up to `until`, the event's own start first."""
    first = start.astimezone(zone).replace(tzinfo=None)
    last = until.astimezone(zone).replace(tzinfo=None)
    later = takewhile(lambda wall: wall <= last, rrulestr(_without_zone(rule, zone), dtstart=first))
    return [first, *(wall for wall in later if wall > first)]


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
