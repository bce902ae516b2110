"""Says how the search index is."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from search.engines import EngineUnavailable, get_engine
from search.models import IndexChange, IndexState
from search.outbox import oldest_waiting, unreadable_works
from search.rebuild import needs_rebuild


class Command(BaseCommand):
    help = "Says which index is in use, how many works it has, what waits, which works cannot be read, the last error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        status, state = get_engine().status(), IndexState.objects.current()
        waiting, age = IndexChange.objects.waiting().works(), round(oldest_waiting(now), 1)
        rebuild = "running" if state.is_rebuilding(now) else "none"
        unreadable = [{"key": str(work.key), "title": work.title, "tries": work.tries} for work in unreadable_works()]
        if options["json"]:
            answer = {
                "engine": status.name,
                "generation": status.generation,
                "works": status.documents,
                "outbox": {"waiting": waiting, "oldest_seconds": age},
                "unreadable": unreadable,
                "rebuild": rebuild,
                "last_error": state.last_error,
                "last_error_at": state.last_error_at.isoformat() if state.last_error_at else None,
                "needed": _needed(),
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
            return
        lines = {
            "engine": status.name,
            "generation": status.generation or "none",
            "works": status.documents,
            "waiting": f"{waiting}, the oldest for {age} s",
            "unreadable": len(unreadable) or "none",
            "rebuild": rebuild,
            "last error": f"{state.last_error} ({state.last_error_at:%Y-%m-%d %H:%M:%S %Z})"
            if state.last_error
            else "none",
            "needed": _needed(),
        }
        for name, value in lines.items():
            self.stdout.write(f"{name + ':':12} {value}")
        for work in unreadable:
            self.stdout.write(
                f"Cannot be read or held by the index, tried {work['tries']} times, the worker's log says why: "
                f"{work['key']} {work['title']}"
            )


def _needed() -> str:
    try:
        return needs_rebuild() or "nothing"
    except EngineUnavailable as error:
        return str(error)
