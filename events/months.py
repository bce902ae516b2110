"""A month of events, as the calendar of the index shows it."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q
from django.utils import timezone

from hub.dates import MONTH_OF_YEAR, format_part, last_day
from hub.languages import cldr

from .models import EventPage, Occurrence

# More than fits in a month: a query that is never the whole archive.
MOST = 500
DAY = timedelta(days=1)


@dataclass
class Day:
    """A day with the dates of events that take place on it, in the order of their hours.

    Without a `date` it belongs to another month.
    """

    date: date | None = None
    occurrences: list[Occurrence] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """`weeks` are seven days each, as the reader's country begins them. `first` is the first day of the month.

    `previous` and `following` are the nearest months before and after in which events begin, each in its own time
    zone; None without.
    """

    first: date
    weeks: list[list[Day]]
    weekdays: list[date]
    previous: date | None
    following: date | None
    total: int

    @property
    def name(self) -> str:
        return format_part(self.first, MONTH_OF_YEAR)


def month_or_none(value: str) -> date | None:
    """The first day of a month such as 2027-03."""
    if not re.fullmatch(r"[1-8][0-9]{3}-(0[1-9]|1[0-2])", value):
        return None
    return date(int(value[:4]), int(value[5:]), 1)


def month_of(events: Any, first: date) -> Month:
    """The month that begins on `first` with the dates of `events`, a query. An event counts in its own time zone."""
    days_of_month = calendar.monthrange(first.year, first.month)[1]
    days = {number: Day(first.replace(day=number)) for number in range(1, days_of_month + 1)}
    begin = datetime.combine(first, time.min, timezone.get_default_timezone())
    end = begin + days_of_month * DAY
    dates = Occurrence.objects.filter(event__in=events.order_by().values("pk"))
    # Zones are up to 26 hours apart.
    around = dates.filter(end__gte=begin - 2 * DAY, start__lt=end + 2 * DAY)
    rows = around.select_related("event__locale").defer("event__body", "event__speakers", "event__agenda")
    shown: set[int] = set()
    shared: dict[int, EventPage] = {}
    begun: set[date] = set()
    for occurrence in rows.order_by("start", "pk")[:MOST]:
        # An event writes out its rule once, however many of its dates are shown.
        occurrence.event = shared.setdefault(occurrence.event_id, occurrence.event)
        for number in _days(occurrence, first, first.replace(day=days_of_month)):
            days[number].occurrences.append(occurrence)
            shown.add(occurrence.event_id)
        begun.add(month_in(occurrence.event.timezone, occurrence.start))
    # Near the ends of the month it is the zone that decides: there every date is among the rows.
    before, after = Q(start__lt=begin - 2 * DAY), Q(start__gte=end + 2 * DAY)
    nearest = dates.order_by().values_list("event__timezone")
    for zone, *moments in nearest.annotate(last=Max("start", filter=before), following=Min("start", filter=after)):
        begun.update(month_in(zone, moment) for moment in moments if moment)
    start_of_week = cldr().first_week_day
    padding = (first.weekday() - start_of_week) % 7
    cells = [*(Day() for _ in range(padding)), *days.values()]
    cells += [Day() for _ in range(-len(cells) % 7)]
    weeks = [cells[number : number + 7] for number in range(0, len(cells), 7)]
    monday = date(2024, 1, 1)
    return Month(
        first=first,
        weeks=weeks,
        weekdays=[monday + (start_of_week + number) * DAY for number in range(7)],
        previous=max((month for month in begun if month < first), default=None),
        following=min((month for month in begun if month > first), default=None),
        total=len(shown),
    )


def _days(occurrence: Occurrence, first: date, last: date) -> range:
    """The days of a month, from `first` to `last`, on which a date is in the zone of its event."""
    start, end = occurrence.event.in_zone(occurrence)
    begin, until = max(start.date(), first), min(last_day(start, end), last)
    return range(begin.day, until.day + 1) if begin <= until else range(0)


def month_in(zone: str, moment: datetime) -> date:
    """The first day of the month that it is in a time zone at a moment."""
    return moment.astimezone(ZoneInfo(zone)).date().replace(day=1)
