"""Events as a feed: what was announced last comes first. Calendars are for when they take place."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from hub.feeds import Head, feed, feed_of
from hub.models.links import readable

from .models import EventIndexPage, EventPage


@feed
def events_feed(request: HttpRequest) -> HttpResponse:
    """The events of a language."""
    indexes = readable(EventIndexPage.objects.select_related("locale"))
    index = get_object_or_404(indexes, locale__language_code=get_language())
    return feed_of(request, Head.of(index, request.path), EventPage.objects.for_readers(index.language))
