"""Everything under a theme or from a place, type by type."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When
from wagtail.models import CollectionViewRestriction

from .models.content import Section, content_models
from .models.links import beginning
from .models.media import HubDocument
from .models.themes import Theme


def sections_for(
    theme: Theme | None = None,
    theme_ids: set[int] | None = None,
    *,
    language: str,
    size: int,
    exclude: UUID | None = None,
    index_slug: str = "",
) -> list[Section]:
    """What exists in `language` under `theme` (everywhere if None), without empty sections.

    `theme_ids` are those of the theme and everything below it; `index_slug` asks for one type of content.

    Each type of content says by its `sections` method which sections it fills; the order is that of `section_order`.
    """
    found: list[Section] = []
    models = [model for model in content_models() if index_slug in ("", model.index_slug)]
    for model in sorted(models, key=lambda model: model.section_order):
        pages = model.objects.for_readers(language)
        if theme_ids is not None:
            pages = pages.with_theme_ids(theme_ids)
        if exclude:
            pages = pages.exclude(translation_key=exclude)
        found += model.sections(pages, size=size, query=f"?theme={theme.slug}" if theme else "", language=language)
    return [section for section in found if section.pages]


def sections_from(place_ids: Collection[int], slugs: Iterable[str], *, language: str, size: int) -> list[Section]:
    """What exists in `language` from any of these places, without empty sections.

    Each section leads to the search for all of it, by the `slugs` of the places.
    """
    found: list[Section] = []
    for model in sorted(content_models(), key=lambda model: model.section_order):
        pages = model.objects.for_readers(language).from_places(place_ids)
        asked = {"place": list(slugs), "kind": list(model.kind_labels), "language": [language]}
        for section in model.sections(pages, size=size, query=f"?{urlencode(asked, doseq=True)}", language=language):
            when = {"when": section.name} if section.name in ("upcoming", "past") else {}
            found.append(replace(section, more_url=f"/{language}/search/?{urlencode(asked | when, doseq=True)}"))
    return [section for section in found if section.pages]


def documents_for(theme_ids: set[int], *, language: str, size: int = 8) -> list[HubDocument]:
    """Documents with these themes that everybody may read, those in `language` first, then the newest."""
    path = beginning(OuterRef("collection__path"), "collection__path")
    restricted = Exists(CollectionViewRestriction.objects.filter(collection__path=path))
    own_language_first = Case(When(language=language, then=Value(0)), default=Value(1), output_field=IntegerField())
    through = HubDocument.themes.through.objects.filter(theme_id__in=theme_ids)
    documents = HubDocument.objects.filter(~restricted, pk__in=through.values("hubdocument_id"))
    return list(documents.order_by(own_language_first, "-created_at", "pk")[:size])
