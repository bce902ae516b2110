"""Events as iCalendar data (RFC 5545, 7986), for readers who subscribe to a calendar or keep one event.

Whoever subscribes reads the whole calendar again and again: an event that is no longer public is just not in it any
more, and leaves the reader's calendar. One that is cancelled stays, and says so.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vRecur, vText

from hub.dates import last_day

from .models import EventPage, Occurrence
from .models.occurrence import is_met, last_moment
from .states import State, happening, states_of
from .zones import vtimezone

logger = logging.getLogger(__name__)

# How often subscribed calendars should be read again.
REFRESH = timedelta(hours=4)
# Time zones are described so many years further than the last event begins.
YEARS_OF_ZONES = 5
STATUS = {
    EventPage.Status.SCHEDULED: "CONFIRMED",
    EventPage.Status.MOVED: "CONFIRMED",
    EventPage.Status.POSTPONED: "TENTATIVE",
    EventPage.Status.CANCELLED: "CANCELLED",
}


def calendar_response(request: HttpRequest, events: Iterable[EventPage], *, name: str, file_name: str) -> HttpResponse:
    """The events as a file; 304 to whoever has it as it is."""
    content = calendar(events, name=name)
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {"Content-Disposition": f'attachment; filename="{file_name}.ics"', "ETag": etag}
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag=etag, response=response) or response


def calendar(events: Iterable[EventPage], *, name: str) -> bytes:
    """An iCalendar object with the events, named `name`, with the time zones that they use.

    An event that cannot be written is left out and logged, so that the others still reach their readers.
    """
    result = Calendar()
    result.add("prodid", f"-//Knowledge hub//{get_language()}//")
    result.add("version", "2.0")
    result.add("name", name)
    result.add("x-wr-calname", name)
    result.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    result.add("x-published-ttl", f"PT{REFRESH // timedelta(hours=1)}H")
    for event in events:
        try:
            items = [*entries(event)]
            for item in items:
                item.to_ical()
        except Exception:
            logger.exception("Event %s cannot be written as iCalendar data", event.pk)
        else:
            for item in items:
                result.add_component(item)
    starts = [item.start for item in result.events]
    if starts:
        first, last = min(start.year for start in starts) - 1, max(start.year for start in starts) + YEARS_OF_ZONES
        for name in sorted(result.get_missing_tzids()):
            result.subcomponents.insert(0, vtimezone(name, first, last))
    return result.to_ical()


def entries(event: EventPage) -> Iterator[Event]:
    """The event, then each date of it that an editor has changed (RECURRENCE-ID).

    Raises ValueError for a draft without dates.
    """
    if not (event.start and event.end):
        raise ValueError(f"Event {event.pk} has no dates.")
    item = _entry(event, states_of(event))
    start = event.start.astimezone(event.zone)
    _add_times(item, event, start, event.end.astimezone(event.zone))
    if event.recurrence and is_met(event.recurrence, event.start, event.zone):
        item.add("rrule", _rule(event))
    elif event.recurrence:
        planned = sorted({each.planned_start or each.start for each in event.dates} - {start})
        if planned:
            item.add("rdate", [_value(event, moment) for moment in planned])
    item["status"] = STATUS[EventPage.Status(event.status)]
    yield item
    if event.status == EventPage.Status.CANCELLED:
        return
    for occurrence in event.dates:
        if occurrence.change and occurrence.planned_start:
            state = happening(occurrence.change, None, None)
            item = _entry(event, [state] if state else [], occurrence.note)
            item.add("recurrence-id", _value(event, occurrence.planned_start))
            _add_times(item, event, occurrence.start, occurrence.end)
            is_cancelled = occurrence.change == Occurrence.Change.CANCELLED
            item["status"] = "CANCELLED" if is_cancelled else STATUS[EventPage.Status(event.status)]
            yield item


def _entry(event: EventPage, states: list[State], note: str = "") -> Event:
    """What all entries of an event say. Its identity is that of the work: a translation does not double it."""
    item = Event()
    item.add("uid", f"{event.translation_key}@{urlsplit(settings.BASE_URL).hostname}")
    edited = max(filter(None, [event.last_published_at, event.edited_on]), default=timezone.now()).astimezone(UTC)
    item.add("dtstamp", edited)
    item.add("last-modified", edited)
    if event.first_published_at:
        item.add("created", event.first_published_at.astimezone(UTC))
    item.add("sequence", getattr(event, "sequence", 0))
    # Many calendars do not show a status.
    alerts = [state.words for state in states if state.tone == "alert"]
    title = _("%(state)s: %(title)s") % {"state": alerts[0], "title": event.title} if alerts else event.title
    item.add("summary", title)
    sentences = [note, *(state.lasting for state in states)]
    url = event.get_full_url()
    item.add("description", "\n\n".join(filter(None, [event.lead, "\n".join(filter(None, sentences)), url])))
    item.add("url", url)
    place = event.place.label() if event.place else ""
    location = ", ".join(part for part in (event.venue, event.address, place) if part) or event.join_url
    if location:
        item["location"] = vText(location)
    return item


def _add_times(item: Event, event: EventPage, start: datetime, end: datetime) -> None:
    """Start and end, which are in the event's zone."""
    item.add("dtstart", _value(event, start))
    item.add("dtend", last_day(start, end) + timedelta(days=1) if event.all_day else end)


def _value(event: EventPage, moment: datetime) -> date | datetime:
    moment = moment.astimezone(event.zone)
    return moment.date() if event.all_day else moment


def _rule(event: EventPage) -> Any:
    """The rule with its end as RFC 5545 asks for: a day for whole days, else a moment in UTC."""
    rule = vRecur.from_ical(event.recurrence)
    last = last_moment(event.recurrence, event.zone)
    if last:
        rule["UNTIL"] = [last.date() if event.all_day else last.replace(tzinfo=event.zone).astimezone(ZoneInfo("UTC"))]
    return rule
