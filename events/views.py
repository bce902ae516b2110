"""Calendars to download and to subscribe to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from hub.listings import Narrowing
from hub.models import ThematicHubPage, Theme
from hub.models.links import readable

from .calendars import calendar_response
from .filters import PARAMETERS, event_filters
from .models import EventIndexPage, EventPage

UPCOMING, PAST = 200, 50  # events in a calendar


def _events() -> Any:
    return EventPage.objects.for_readers(get_language() or "").for_calendars()


def _some(events: Any) -> list[EventPage]:
    """Upcoming events and the latest past ones."""
    return [*events.upcoming()[:UPCOMING], *events.past()[:PAST]]


@require_safe
def all_events(request: HttpRequest) -> HttpResponse:
    """The events of the index in the reader's language, narrowed as it is. A value that does not exist leaves none."""
    index = get_object_or_404(readable(EventIndexPage.objects.all()), locale__language_code=get_language())
    events, name = _events(), index.title
    if any(request.GET.getlist(parameter) for parameter in PARAMETERS):
        asked = Narrowing.of(request, event_filters(EventPage.objects.for_readers(get_language() or "")))
        events, name = asked.apply(events), " · ".join([name, *asked.labels()])
    return calendar_response(request, _some(events), name=name, file_name="events")


@require_safe
def events_of_hub(request: HttpRequest, slug: str) -> HttpResponse:
    hubs = ThematicHubPage.objects.for_readers(get_language() or "").select_related("theme")
    hub = get_object_or_404(hubs, slug=slug)
    events = _events().under(*([hub.theme] if hub.theme else []))
    return calendar_response(request, _some(events), name=hub.title, file_name=hub.slug)


@require_safe
def events_of_theme(request: HttpRequest, slug: str) -> HttpResponse:
    theme = get_object_or_404(Theme.objects.named(), slug=slug)
    return calendar_response(request, _some(_events().under(theme)), name=theme.label(), file_name=theme.slug)


@require_safe
def one_event(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(_events(), slug=slug)
    return calendar_response(request, [event], name=event.title, file_name=event.slug)
