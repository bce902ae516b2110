"""When events take place, in the reader's language."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings

from hub import dates

from .. import states
from ..models import EventPage, Occurrence

register = template.Library()


@register.simple_tag
def event_times(event: EventPage, occurrence: Occurrence | None = None) -> dict[str, Any] | None:
    """When an event, or one occurrence of it, takes place, in the zone of the event. None for a draft without dates.

    Gives `start` and `end` (aware), `days` in words, `hours` and `zone` in words (empty for whole days), `offset`
    from UTC, `abroad`: whether clocks there show another time than those of the network, and `planned`: of what was
    moved, the day and hour before.
    """
    shown = event.in_zone(occurrence) if occurrence else event.shown_dates
    if shown is None:
        return None
    start, end = shown
    last = dates.last_day(start, end)
    timed = not event.all_day
    planned = occurrence.planned_start if occurrence else event.previous_start
    return {
        "start": start,
        "end": end,
        "days": dates.format_days(start, last),
        "hours": dates.format_hours(start, end) if timed else "",
        "zone": dates.format_zone(start) if timed else "",
        "planned": _moment(planned.astimezone(event.zone), timed) if planned else "",
        "offset": dates.format_offset(start) if timed else "",
        "abroad": timed and dates.is_abroad(start),
    }


def _moment(moment: datetime, timed: bool) -> str:
    day = dates.format_days(moment, moment)
    return f"{day}, {dates.format_time(moment)}" if timed else day


@register.simple_tag
def event_states(event: EventPage, occurrence: Occurrence | None = None) -> list[states.State]:
    """Where an event, or one date of it, stands: see `events/states.py`."""
    return states.states_of(event, occurrence)


@register.simple_tag
def date_state(event: EventPage, occurrence: Occurrence) -> states.State | None:
    """Where one date among others of its event stands, without what they have in common."""
    return states.happening_of(event, occurrence)


@register.filter
def webcal(path: str) -> str:
    """The address under which calendar programs subscribe to what is at a path of this hub."""
    return f"webcal://{urlsplit(settings.BASE_URL).netloc}{path}"


@register.filter
def full_address(path: str) -> str:
    return settings.BASE_URL + path
