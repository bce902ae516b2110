"""Calendars to download and to subscribe to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from hub.models.links import readable

from .calendars import calendar
from .models import EventIndexPage, EventPage


def _events() -> Any:
    events = EventPage.objects.for_readers(get_language() or "").defer("body", "speakers", "agenda")
    return events.select_related("place", "locale").prefetch_related("place__names")


def all_events(request: HttpRequest) -> HttpResponse:
    """Upcoming events and the latest past ones in the reader's language."""
    index = get_object_or_404(readable(EventIndexPage.objects.all()), locale__language_code=get_language())
    events = [*_events().upcoming()[:200], *_events().past()[:50]]
    return _answer(calendar(events, name=index.title), "events.ics")


def one_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(_events(), slug=slug)
    return _answer(calendar([event], name=event.title), f"{event.slug}.ics")


def _answer(content: bytes, file_name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
