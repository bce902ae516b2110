"""The index of events: what is to come, the archive, and months."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from hub.listings import clean_values, listing

from .filters import event_filters
from .models import EventIndexPage, EventPage
from .models.occurrence import Occurrence
from .months import month_in, month_of, month_or_none

VIEWS = ("upcoming", "past", "month")


def events_context(index: EventIndexPage, request: HttpRequest) -> dict[str, Any]:
    """What the template of the index needs, by the parameters `when` (past), `month` (such as 2027-03) and filters."""
    asked = clean_values(request, "when")
    months = clean_values(request, "month")
    now = timezone.now()
    when = "month" if months or "month" in asked else "past" if "past" in asked else "upcoming"
    events = EventPage.objects.for_readers(index.language)
    in_view = {"past": events.past(now), "upcoming": events.upcoming(now), "month": events}[when]
    filters = event_filters(in_view)
    unknown = [value for value in asked if value not in VIEWS]
    unknown += [value for value in months if not month_or_none(value)]
    taking_place = Q(occurrences__change__in=[Occurrence.Change.NONE, Occurrence.Change.MOVED])
    first = next(filter(None, map(month_or_none, months)), None)
    if when == "month" and first is None:
        start, zone = events.upcoming(now).values_list("next_start", "timezone").first() or (now, settings.TIME_ZONE)
        first = month_in(zone, max(start, now))
    keep = {"past": {"when": ["past"]}, "month": {"when": ["month"], "month": [f"{first:%Y-%m}"] if first else []}}
    found = listing(
        request,
        in_view,
        by_year=when != "month",
        date_field="occurrences__start",
        dated=taking_place & Q(occurrences__end__gte=now) if when == "upcoming" else taking_place,
        filters=filters,
        unknown=unknown,
        keep=keep.get(when),
    )

    def url(month: date | None) -> str:
        return f"?{urlencode({'when': 'month', 'month': f'{month:%Y-%m}'})}&{found.query}".rstrip("&") if month else ""

    month = month_of(found.everything, first) if first and when == "month" else None
    calendar_url = reverse("events_calendar") + (f"?{found.query}" if found.query else "")
    return {
        "when": when,
        "listing": found,
        "month": month,
        "previous_month_url": url(month.previous if month else None),
        "following_month_url": url(month.following if month else None),
        "calendar_url": calendar_url,
        "today": timezone.localdate(now),
    }
