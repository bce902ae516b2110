"""What the worker does for events."""

from __future__ import annotations

from django.db import transaction

from .models import EventPage


def extend_occurrences() -> None:
    """Writes the occurrences of repeating events further ahead."""
    for event in EventPage.objects.exclude(recurrence="").iterator():
        with transaction.atomic():
            event.write_occurrences()
