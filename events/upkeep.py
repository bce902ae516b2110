"""What the worker does for events."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from .models import EventPage
from .models.sequence import CalendarSequence


def extend_occurrences() -> None:
    """Writes the occurrences of repeating events further ahead.

    Notes what events are like that were public before their changes were counted.
    """
    for event in each(EventPage.objects.exclude(recurrence="")):
        with transaction.atomic():
            event.write_occurrences()
    counted = CalendarSequence.objects.filter(work=OuterRef("translation_key"))
    for event in each(EventPage.objects.live().filter(~Exists(counted))):
        CalendarSequence.count(event.translation_key, event.calendar_digest())


def each(events: QuerySet[EventPage]) -> Iterator[EventPage]:
    """One after the other, each read when its turn comes. SQLite lets nobody write whose own query is still being
    read and older than what others have written since."""
    for pk in list(events.values_list("pk", flat=True)):
        if event := EventPage.objects.filter(pk=pk).first():
            yield event
