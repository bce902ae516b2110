"""What may be wrong with events: see hub/doctor.py."""

from __future__ import annotations

from collections.abc import Iterator

from hub.doctor import Problem, counted

from .models import EventPage


def occurrences() -> Iterator[Problem]:
    events = EventPage.objects.prefetch_related("occurrences").iterator(500)
    wrong = [event for event in events if not event.has_right_occurrences]
    if wrong:
        events_are = counted(len(wrong), "event is", "events are")
        yield Problem(f"{events_are} stored with wrong dates.", mend=lambda: write(wrong))


def write(events: list[EventPage]) -> None:
    for event in events:
        event.write_occurrences()
