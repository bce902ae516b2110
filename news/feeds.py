"""Posts as a feed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from hub.feeds import FEED_SIZE, ContentFeed, xml_text
from hub.models.links import readable

from .models import NewsIndexPage, NewsPage


class NewsFeed(ContentFeed):
    def get_object(self, request: HttpRequest) -> NewsIndexPage:
        return get_object_or_404(readable(NewsIndexPage.objects.all()), locale__language_code=get_language())

    def subtitle(self, index: NewsIndexPage) -> str:
        return xml_text(index.introduction)

    def items(self, index: NewsIndexPage) -> Any:
        posts = NewsPage.objects.for_readers(index.language).newest()
        return (
            posts.select_related("submitted_by", "locale").prefetch_related("themes__labels").defer("body")[:FEED_SIZE]
        )
