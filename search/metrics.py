"""What Prometheus is told about the outbox."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily

from .models import IndexChange
from .outbox import oldest_waiting


def outbox() -> Iterator[GaugeMetricFamily]:
    """Works that the index does not have as they are now. Raises DatabaseError."""
    for name, text, value in (
        ("hub_outbox_works", "Works that wait for the search index.", IndexChange.objects.waiting().works()),
        (
            "hub_outbox_oldest_seconds",
            "How long the oldest change has waited for the search index.",
            oldest_waiting(timezone.now()),
        ),
        (
            "hub_outbox_unreadable_works",
            "Waiting works that could not be read or written.",
            IndexChange.objects.unreadable().works(),
        ),
    ):
        yield GaugeMetricFamily(name, text, value=value)
