"""Atom feeds of content, one per language."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from wagtail.models import Page

from .models import ContentPage, ThematicHubPage, Theme, content_models

FEED_SIZE = 50
NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def xml_text(text: str) -> str:
    """The text without control characters, which XML cannot carry."""
    return NOT_XML.sub("", text)


class ContentFeed(Feed):
    """The newest pages of a feed's `page`, which gives the feed its title, address and language."""

    feed_type = Atom1Feed

    def title(self, page: Page) -> str:
        return xml_text(page.title)

    def link(self, page: Page) -> str:
        return page.get_full_url()

    def feed_guid(self, page: Page) -> str:
        return f"urn:uuid:{page.translation_key}"

    def item_title(self, item: ContentPage) -> str:
        return xml_text(item.title)

    def item_description(self, item: ContentPage) -> str:
        return xml_text(item.lead)

    def item_link(self, item: ContentPage) -> str:
        return item.get_full_url()

    def item_guid(self, item: ContentPage) -> str:
        return f"urn:uuid:{item.translation_key}"

    def item_pubdate(self, item: ContentPage) -> datetime | None:
        return item.first_published_at

    def item_updateddate(self, item: ContentPage) -> datetime | None:
        return item.edited_on or item.last_published_at

    def item_categories(self, item: ContentPage) -> list[str]:
        return [xml_text(theme.label()) for theme in item.themes.all()]

    def item_author_name(self, item: ContentPage) -> str | None:
        return xml_text(item.submitted_by.name) if item.submitted_by else None


class HubFeed(ContentFeed):
    """Everything under a hub's theme."""

    def get_object(self, request: HttpRequest, slug: str) -> ThematicHubPage:
        hubs = ThematicHubPage.objects.for_readers(get_language() or "").select_related("theme")
        return get_object_or_404(hubs, slug=slug)

    def subtitle(self, hub: ThematicHubPage) -> str:
        return xml_text(hub.lead)

    def items(self, hub: ThematicHubPage) -> list[Any]:
        ids = Theme.objects.descendant_ids(*([hub.theme] if hub.theme else []))
        found: list[ContentPage] = []
        for model in content_models():
            pages = model.objects.for_readers(hub.language).with_theme_ids(ids).newest()
            pages = pages.select_related("submitted_by", "locale").prefetch_related("themes__labels").defer("body")
            found += pages[:FEED_SIZE]
        found.sort(key=lambda page: page.first_published_at or LONG_AGO, reverse=True)
        return [page for page in found if page.pk != hub.pk][:FEED_SIZE]
