"""When an event takes place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# An open-ended rule is written out this far ahead; saving the event writes further.
HORIZON = timedelta(days=2 * 366)
MOST_OCCURRENCES = 500


def check_rule(rule: str) -> None:
    """Raises ValidationError unless `rule` is an RRULE value (RFC 5545, 3.3.10) of days or longer steps."""
    message = _("This is not a rule that calendars understand. An example: FREQ=MONTHLY;BYDAY=1TU;COUNT=6")
    if any(part in rule.upper() for part in ("\n", "RRULE", "DTSTART", "EXDATE")):
        raise ValidationError(message)
    if not any(f"FREQ={step}" in rule.upper() for step in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")):
        raise ValidationError(message)
    try:
        first = next(iter(rrulestr(rule, dtstart=datetime(2024, 1, 1, tzinfo=None))), None)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ValidationError(message) from error
    if first is None:
        raise ValidationError(_("This rule never takes place."))


def occurrences(
    start: datetime, end: datetime, zone: ZoneInfo, rule: str, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Start and end of every occurrence up to `until`, aware and in `zone`, the first one always included.

    The rule works on wall time, so an event at 10:00 stays at 10:00 when the clocks change.
    """
    if not rule:
        yield start, end
        return
    wall_start = start.astimezone(zone).replace(tzinfo=None)
    wall_length = end.astimezone(zone).replace(tzinfo=None) - wall_start
    wall_until = until.astimezone(zone).replace(tzinfo=None)
    rules = rrulestr(_without_zone(rule, zone), dtstart=wall_start)
    for number, wall in enumerate(rules):
        if number >= MOST_OCCURRENCES or (number and wall > wall_until):
            return
        yield wall.replace(tzinfo=zone), (wall + wall_length).replace(tzinfo=zone)


def _without_zone(rule: str, zone: ZoneInfo) -> str:
    """The rule with an UNTIL in UTC turned into wall time, as the start is."""
    parts = []
    for part in rule.split(";"):
        name, _sep, value = part.partition("=")
        if name.upper() == "UNTIL" and value.upper().endswith("Z"):
            moment = datetime.strptime(value.upper(), "%Y%m%dT%H%M%SZ").replace(tzinfo=ZoneInfo("UTC"))
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
