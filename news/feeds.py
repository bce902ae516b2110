"""Posts as a feed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from hub.feeds import Head, feed, feed_of
from hub.models.links import readable

from .models import NewsIndexPage, NewsPage


@feed
def news_feed(request: HttpRequest) -> HttpResponse:
    """The posts of a language."""
    indexes = readable(NewsIndexPage.objects.select_related("locale"))
    index = get_object_or_404(indexes, locale__language_code=get_language())
    return feed_of(request, Head.of(index, request.path), NewsPage.objects.for_readers(index.language))
