"""Time zones as calendars describe them (VTIMEZONE, RFC 5545, 3.6.5), from the system's own time zone database.

A change of the clocks that comes back every year is written as a rule, as calendars expect, every other one by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Change(NamedTuple):
    """A change of the clocks: `wall` is the time that they show just before."""

    wall: datetime
    before: timedelta
    after: timedelta
    name: str


@lru_cache(maxsize=200)
def vtimezone(name: str, first: int, last: int) -> Timezone:
    """The zone called `name` from the year `first` to the year `last`, and further by the rules that hold then."""
    zone = ZoneInfo(name)
    begin = datetime(first, 1, 1, tzinfo=UTC)
    result = Timezone()
    result.add("tzid", name)
    local = begin.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    start = Change(begin.replace(tzinfo=None), offset, offset, local.tzname() or name)
    result.add_component(_observance(start))
    groups: dict[tuple[timedelta, timedelta], list[Change]] = {}
    for change in _changes(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC)):
        groups.setdefault((change.before, change.after), []).append(change)
    for changes in groups.values():
        rule = _yearly(changes) if len(changes) == last - first + 1 else None
        for change in changes[:1] if rule else changes:
            result.add_component(_observance(change, rule))
    return result


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> list[Change]:
    found = []
    moments = [begin + number * WEEK for number in range((end - begin) // WEEK + 1)] + [end]
    for early, late in pairwise(moments):
        before, after = early.astimezone(zone).utcoffset(), late.astimezone(zone).utcoffset()
        if before is None or after is None or before == after:
            continue
        while late - early > SECOND:
            middle = early + (late - early) // 2
            if middle.astimezone(zone).utcoffset() == before:
                early = middle
            else:
                late = middle
        late = late.replace(microsecond=0)
        found.append(Change((late + before).replace(tzinfo=None), before, after, late.astimezone(zone).tzname() or ""))
    return found


def _yearly(changes: list[Change]) -> str | None:
    """The rule that all the changes follow, one a year, such as the last Sunday of March. None without one."""
    moments = [change.wall for change in changes]
    if len({(wall.month, wall.weekday(), wall.time()) for wall in moments}) > 1:
        return None
    first = moments[0]
    if all((wall + WEEK).month != wall.month for wall in moments):
        place = -1
    elif len({(wall.day - 1) // 7 for wall in moments}) == 1:
        place = (first.day - 1) // 7 + 1
    else:
        return None
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={place}{DAYS[first.weekday()]}"


def _observance(change: Change, rule: str | None = None) -> TimezoneStandard | TimezoneDaylight:
    item = TimezoneDaylight() if change.after > change.before else TimezoneStandard()
    item.add("dtstart", change.wall)
    item.add("tzoffsetfrom", change.before)
    item.add("tzoffsetto", change.after)
    item.add("tzname", change.name)
    if rule:
        item.add("rrule", vRecur.from_ical(rule))
    return item
