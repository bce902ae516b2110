"""What readers are told of where an event stands: in rows, on pages and in calendars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from hub.dates import format_day

from .models import EventPage, Occurrence

# A registration that closes within so many days says how many they are.
SOON = 7


@dataclass(frozen=True)
class State:
    """`words` are in the active language. `tone` is the colour: the class `state-…` of the style sheet.

    `lasting` are the words for a file, which somebody may read long after it was written; empty where none are needed.
    """

    words: str
    tone: Literal["open", "now", "alert", "over"]
    lasting: str = ""


def states_of(event: EventPage, occurrence: Occurrence | None = None) -> list[State]:
    """Where an event stands, or one date of it: what matters most first, at most two."""
    state = happening_of(event, occurrence)
    found = [state] if state else []
    if state is None or state == moved():
        found += filter(None, [registration(event)])
    return found


def happening_of(event: EventPage, occurrence: Occurrence | None = None) -> State | None:
    """Whether an event, or one date of it, takes place, is running or over."""
    status = event.status
    if occurrence and occurrence.change and status == EventPage.Status.SCHEDULED:
        status = occurrence.change
    start, end = (occurrence.start, occurrence.end) if occurrence else event.shown_dates or (None, None)
    return happening(status, start, end)


def happening(status: str, start: datetime | None, end: datetime | None) -> State | None:
    """The same of a status (a value of `EventPage.status`) and times."""
    now = timezone.now()
    if status == EventPage.Status.CANCELLED:
        return _lasting(pgettext("event status", "Cancelled"), "alert")
    if end and end < now:
        return State(pgettext("event status", "Over"), "over")
    if status == EventPage.Status.POSTPONED:
        return _lasting(pgettext("event status", "Postponed"), "alert")
    if start and start <= now:
        return State(pgettext("event status", "Running now"), "now")
    return moved() if status == EventPage.Status.MOVED else None


def moved() -> State:
    return _lasting(pgettext("event status", "Moved"), "alert")


def registration(event: EventPage) -> State | None:
    """Whether one can register. None for an event without registration."""
    state = event.registration
    if state == event.Registration.NONE:
        return None
    if state == event.Registration.NOT_YET and event.registration_opens:
        opens = event.registration_opens.astimezone(event.zone)
        return _lasting(_("Registration opens on %(day)s") % {"day": format_day(opens)}, "over")
    if state != event.Registration.OPEN:
        return _lasting(str(state.label), "over")
    words = str(state.label)
    if event.registration_closes is None:
        return _lasting(words, "open")
    closes = event.registration_closes.astimezone(event.zone)
    days = (closes.date() - timezone.now().astimezone(event.zone).date()).days
    if days == 0:
        words = _("Registration closes today")
    elif days <= SOON:
        text = ngettext("Registration closes in %(days)d day", "Registration closes in %(days)d days", days)
        words = text % {"days": days}
    return State(words, "open", _("Registration closes on %(day)s") % {"day": format_day(closes)})


def _lasting(words: str, tone: Literal["open", "now", "alert", "over"]) -> State:
    return State(words, tone, words)
