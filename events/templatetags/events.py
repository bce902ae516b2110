"""When events take place, in the reader's language."""

from __future__ import annotations

from typing import Any

from django import template

from hub import dates

from ..models import EventPage, Occurrence

register = template.Library()


@register.simple_tag
def event_times(event: EventPage, occurrence: Occurrence | None = None) -> dict[str, Any] | None:
    """When an event, or one occurrence of it, takes place, in the zone of the event. None for a draft without dates.

    Gives `start` and `end` (aware), `days` in words, `hours` and `zone` in words (empty for whole days).
    """
    shown = event.in_zone(occurrence) if occurrence else event.shown_dates
    if shown is None:
        return None
    start, end = shown
    last = dates.last_day(start, end)
    timed = not event.all_day
    return {
        "start": start,
        "end": end,
        "days": dates.format_days(start, last),
        "hours": dates.format_hours(start, end) if timed else "",
        "zone": dates.format_zone(start) if timed else "",
        "offset": dates.format_offset(start) if timed else "",
    }
