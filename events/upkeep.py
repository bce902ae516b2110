"""What the worker does for events."""

from __future__ import annotations

from .models import EventPage


def extend_occurrences() -> None:
    """Writes the occurrences of repeating events further ahead."""
    for event in EventPage.objects.exclude(recurrence="").iterator():
        event.write_occurrences()
