"""Events as iCalendar data (RFC 5545)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from icalendar import Calendar, Event, vRecur, vText

from hub.dates import last_day

from .models import EventPage

logger = logging.getLogger(__name__)

STATUS = {
    EventPage.Status.SCHEDULED: "CONFIRMED",
    EventPage.Status.POSTPONED: "TENTATIVE",
    EventPage.Status.CANCELLED: "CANCELLED",
}


def calendar(events: Iterable[EventPage], *, name: str) -> bytes:
    """An iCalendar object with the events, named `name`, with the time zones that they use.

    An event that cannot be written is left out and logged, so that the others still reach their readers.
    """
    result = Calendar()
    result.add("prodid", f"-//Knowledge hub//{get_language()}//")
    result.add("version", "2.0")
    result.add("name", name)
    result.add("x-wr-calname", name)
    for event in events:
        try:
            item = entry(event)
            item.to_ical()
        except Exception:
            logger.exception("Event %s cannot be written as iCalendar data", event.pk)
        else:
            result.add_component(item)
    result.add_missing_timezones()
    return result.to_ical()


def entry(event: EventPage) -> Event:
    """One event; its identity is that of the work, so that a translation does not double it.

    Raises ValueError for a draft without dates.
    """
    if not (event.start and event.end):
        raise ValueError(f"Event {event.pk} has no dates.")
    item = Event()
    item.add("uid", f"{event.translation_key}@{urlsplit(settings.BASE_URL).hostname}")
    item.add("dtstamp", (event.last_published_at or timezone.now()).astimezone(UTC))
    start, end = event.start.astimezone(event.zone), event.end.astimezone(event.zone)
    if event.all_day:
        item.add("dtstart", start.date())
        item.add("dtend", last_day(start, end) + timedelta(days=1))
    else:
        item.add("dtstart", start)
        item.add("dtend", end)
    if event.recurrence:
        item.add("rrule", vRecur.from_ical(event.recurrence))
    item.add("summary", event.title)
    item.add("description", event.lead)
    item.add("url", event.get_full_url())
    item.add("status", STATUS[EventPage.Status(event.status)])
    place = event.place.label() if event.place else ""
    location = ", ".join(part for part in (event.venue, event.address, place) if part) or event.join_url
    if location:
        item["location"] = vText(location)
    item.add("last-modified", (event.edited_on or event.last_published_at or timezone.now()).astimezone(UTC))
    return item
