"""Says how the search index is."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from search.engines import EngineUnavailable, get_engine
from search.models import IndexChange, IndexState
from search.outbox import oldest_waiting
from search.rebuild import needs_rebuild


class Command(BaseCommand):
    help = "Says which index is in use, how many works it has, what waits, and the last error."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        status, state = get_engine().status(), IndexState.objects.current()
        lines = {
            "engine": status.name,
            "generation": status.generation or "none",
            "works": status.documents,
            "waiting": f"{IndexChange.objects.waiting().count()}, the oldest for {oldest_waiting(now):.1f} s",
            "rebuild": "running" if state.is_rebuilding(now) else "none",
            "last error": state.last_error or "none",
            "needed": _needed(),
        }
        for name, value in lines.items():
            self.stdout.write(f"{name + ':':12} {value}")


def _needed() -> str:
    try:
        return needs_rebuild() or "nothing"
    except EngineUnavailable as error:
        return str(error)
