"""Dates and times as CLDR writes them in the active language. Moments are shown in their own time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale as Cldr
from babel import dates as cldr_dates
from django.utils import timezone

from .languages import cldr

Length = Literal["short", "medium", "long", "full"]

# Parts of a day, as CLDR patterns: the month, alone, beside a day and with its year, and the day of the week.
MONTH = "LLL"
FULL_MONTH = "MMMM"
MONTH_OF_YEAR = "LLLL y"
WEEKDAY = "ccc"
FULL_WEEKDAY = "cccc"


def format_day(day: date | datetime, length: Length = "long") -> str:
    """A day: 10 February 2022. A moment counts in the network's time zone unless it is in one of its own."""
    return _formatted(_wall(day), length, cldr())


def format_part(day: date | datetime, pattern: str) -> str:
    """A part of a day by a CLDR pattern, such as `LLL` for the month or `ccc` for the day of the week."""
    return _formatted(_wall(day), pattern, cldr())


# A page shows the same days again and again.
@lru_cache(maxsize=10_000)
def _formatted(day: date | datetime, pattern: str, locale: Cldr) -> str:
    return cldr_dates.format_date(day, pattern, locale=locale)


def format_days(start: date | datetime, end: date | datetime) -> str:
    """From the day of `start` to the day of `end`, shortened as the language does: 10–12 February 2022."""
    first, last = _day(start), _day(end)
    if first >= last:
        return format_day(first, "full")
    return cldr_dates.format_interval(first, last, skeleton="yMMMMd", locale=cldr())


def format_hours(start: datetime, end: datetime) -> str:
    """From the time of `start` to that of `end`: 10:00–15:00."""
    if start.time() == end.time():
        return format_time(start)
    return cldr_dates.format_interval(
        start.replace(tzinfo=None), end.replace(tzinfo=None, year=start.year, month=start.month, day=start.day),
        skeleton="Hm", locale=cldr(),
    )  # fmt: skip


def format_time(moment: datetime) -> str:
    return cldr_dates.format_time(moment.replace(tzinfo=None), "short", locale=cldr())


def format_zone(moment: datetime) -> str:
    """The zone in force at `moment` (aware, in its zone), with its city: Central European Time, Berlin (UTC+1)."""
    zone = moment.tzinfo
    if not isinstance(zone, ZoneInfo) or zone.key == "UTC":
        return "UTC"
    name = cldr_dates.get_timezone_name(moment, width="long", locale=cldr())
    city = cldr_dates.get_timezone_location(zone, locale=cldr(), return_city=True)
    return f"{name}, {city} ({format_offset(moment)})"


def format_offset(moment: datetime) -> str:
    """Hours ahead of or behind UTC: UTC+5:30."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


def is_abroad(moment: datetime) -> bool:
    """Whether clocks in the zone of `moment` (aware) show another time than those in the network's zone."""
    return moment.utcoffset() != timezone.localtime(moment, timezone.get_default_timezone()).utcoffset()


def iso(value: date | datetime) -> str:
    """A day or a moment for machines, as pages write it in the `datetime` attribute of `<time>`."""
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def last_day(start: datetime, end: datetime) -> date:
    """The last day of what ends at `end`: an end at midnight belongs to the day before."""
    return max((end - timedelta(microseconds=1)).date(), start.date())


def _day(day: date | datetime) -> date:
    moment = _wall(day)
    return moment.date() if isinstance(moment, datetime) else moment


def _wall(day: date | datetime) -> date | datetime:
    """What the clock shows: stored moments are in UTC and shown in the active time zone."""
    if isinstance(day, datetime):
        if timezone.is_aware(day) and not isinstance(day.tzinfo, ZoneInfo):
            day = timezone.localtime(day)
        return day.replace(tzinfo=None)
    return day
