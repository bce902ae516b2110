"""What the worker does for events."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from .models import EventPage
from .models.sequence import CalendarSequence


def extend_occurrences() -> None:
    """Writes the occurrences of repeating events further ahead.

    Notes what events are like that were public before their changes were counted.
    """
    for event in EventPage.objects.exclude(recurrence="").iterator():
        with transaction.atomic():
            event.write_occurrences()
    counted = CalendarSequence.objects.filter(work=OuterRef("translation_key"))
    for event in EventPage.objects.live().filter(~Exists(counted)).iterator():
        CalendarSequence.count(event.translation_key, event.calendar_digest())
