"""Minimal content for tests: each function makes one thing and publishes it unless told not to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from django.utils import timezone
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from events.models import EventIndexPage, EventPage
from hub.language_trees import ensure_language_trees
from hub.models import (
    ContentPage,
    HomePage,
    HubIndexPage,
    Place,
    PlatformIndexPage,
    PlatformPage,
    StandardPage,
    ThematicHubPage,
    Theme,
    ThemeLabel,
)
from news.models import NewsIndexPage, NewsPage


def theme(slug: str, parent: Theme | None = None, **labels: str) -> Theme:
    """A theme with labels by language, the slug as its English label if none are given."""
    made = Theme(slug=slug, parent=parent)
    made.labels = [
        ThemeLabel(language=language, label=label) for language, label in (labels or {"en": slug.capitalize()}).items()
    ]
    made.save()
    return made


def city(slug: str, country: str = "DE", name: str = "") -> Place:
    return Place.objects.create(slug=slug, kind=Place.Kind.CITY, country=country, name=name or slug.capitalize())


@contextmanager
def _not_indexed() -> Iterator[None]:
    """Saves enter nothing in Wagtail's search and reference index."""
    with disable_reference_index_auto_update(), patch("modelsearch.signal_handlers.insert_or_update_object_task"):
        yield


def _add(index: type, page: ContentPage, language: str, themes: list[Theme], live: bool) -> Any:
    if not index.objects.filter(locale__language_code=language).exists():
        ensure_language_trees()
    page.image_decorative = bool(page.image) and not page.image_alt
    page.locale = Locale.objects.get(language_code=language)
    page.themes = themes
    page.live = False
    # Each save would index the page anew: the last one does.
    with _not_indexed() if live else nullcontext():
        index.objects.get(locale=page.locale).add_child(instance=page)
        revision = page.save_revision()
    if live:
        revision.publish()
        page.refresh_from_db()
    return page


def post(
    title: str = "A post", *, language: str = "en", themes: list[Theme] | None = None, live: bool = True, **fields: Any
) -> NewsPage:
    page = NewsPage(title=title, **{"lead": "A lead."} | fields)
    return _add(NewsIndexPage, page, language, themes or [], live)


def event(
    title: str = "An event",
    *,
    start: datetime | None = None,
    language: str = "en",
    themes: list[Theme] | None = None,
    live: bool = True,
    **fields: Any,
) -> EventPage:
    """An event, tomorrow unless `start` says otherwise, two hours long unless `end` does."""
    start = start or timezone.now() + timedelta(days=1)
    defaults = {"lead": "A lead.", "event_languages": ["en"], "end": start + timedelta(hours=2)}
    if not (fields.get("format") == "online" or fields.get("place")):
        defaults["venue"] = "A hall"
    page = EventPage(title=title, start=start, **defaults | fields)
    return _add(EventIndexPage, page, language, themes or [], live)


def thematic_hub(theme: Theme, title: str = "A hub", *, language: str = "en", **fields: Any) -> ThematicHubPage:
    page = ThematicHubPage(title=title, theme=theme, **{"lead": "A lead."} | fields)
    return _add(HubIndexPage, page, language, [theme], True)


def platform(title: str = "A platform", *, language: str = "en", themes: list[Theme] | None = None) -> PlatformPage:
    page = PlatformPage(title=title, lead="A lead.", address="https://example.org/")
    return _add(PlatformIndexPage, page, language, themes or [], True)


def plain_page(title: str = "A page", *, language: str = "en", **fields: Any) -> StandardPage:
    return _add(HomePage, StandardPage(title=title, **{"lead": "A lead."} | fields), language, [], True)
