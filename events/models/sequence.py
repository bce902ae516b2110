"""How often an event has changed in what calendars must follow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models, transaction


class CalendarSequence(models.Model):
    """The SEQUENCE (RFC 5545, 3.8.7.4) of a work, the same in all its languages: it only ever grows.

    `digest` is of what raises it: dates, status and place. The row outlives the event, so that one that is published
    again goes on counting.
    """

    work = models.UUIDField(primary_key=True)
    number = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.work}: {self.number}"

    @classmethod
    def count(cls, work: UUID, digest: str) -> None:
        """Notes what an event is like that readers now see, and counts if that is new."""
        with transaction.atomic():
            row, is_new = cls.objects.select_for_update().get_or_create(work=work, defaults={"digest": digest})
            if not is_new and row.digest != digest:
                row.number, row.digest = row.number + 1, digest
                row.save()


def sequence_of(work: Any) -> models.functions.Coalesce:
    """The number for a query, 0 for a work that was never public. `work` is an expression for its translation key."""
    rows = CalendarSequence.objects.filter(work=work).values("number")[:1]
    return models.functions.Coalesce(models.Subquery(rows), 0)
