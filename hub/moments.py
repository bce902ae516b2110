"""Moments until which something waits, on machines whose clocks are moved.

Each wait has a longest time. A moment further ahead than that was noted before the clock went back: it has passed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q


def has_passed(until: datetime | None, now: datetime, longest: timedelta) -> bool:
    """Whether nothing has to wait until then any more, as is also the case without a moment."""
    return until is None or not now < until <= now + longest


def passed(field: str, now: datetime, longest: timedelta) -> Q:
    """The same of a column."""
    return Q(**{field: None}) | Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + longest})
