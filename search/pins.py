"""Works that editors recommend for words: Wagtail's promoted search results, shown above the others.

Words count in any case and with or without diacritics. A page is shown in the reader's language where there is such a
version, as long as it is public; what does not take a reader to a public page is left out. Pins have their place above
the best matches for the words alone: a reader who filters or sorts has asked for something else.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.html import conditional_escape
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page

from hub.models.links import in_own_types, restricted

from .analysis import folded_words
from .database import hit_of, shown_version
from .engines.protocol import Hit
from .query import SearchQuery, Sort


@dataclass(frozen=True, slots=True)
class ExternalPin:
    """A recommended address outside the hub."""

    url: str
    title: str
    description: str


@dataclass(frozen=True)
class Pins:
    """What is pinned to the words of a query. `query_ids` are Wagtail's rows of the words."""

    hits: tuple[Hit, ...] = ()
    external: tuple[ExternalPin, ...] = ()
    query_ids: frozenset[int] = field(default_factory=frozenset)

    def __len__(self) -> int:
        return len(self.hits) + len(self.external)

    def without_pinned(self, hits: Iterable[Hit]) -> list[Hit]:
        pinned = {hit.key for hit in self.hits}
        return [hit for hit in hits if hit.key not in pinned]


def pins_for(query: SearchQuery) -> Pins:
    """What editors pinned to the words of the query. One query of the database, and a few more where something is."""
    words = _words(query.text)
    if not words or query.excluded or query.is_filtered or query.sort != Sort.RELEVANCE or query.typing:
        return Pins()
    pinned = [
        row
        for row in SearchPromotion.objects.order_by("query_id", "sort_order", "pk").values(
            "query_id",
            "query__query_string",
            "page_id",
            "page__translation_key",
            "external_link_url",
            "external_link_text",
            "description",
        )
        if _words(row["query__query_string"]) == words
    ]
    if not pinned:
        return Pins()
    versions = _public_versions({row["page__translation_key"] for row in pinned if row["page_id"]})
    hits: dict[str, Hit] = {}
    for row in pinned:
        pages = versions.get(row["page__translation_key"])
        if pages:
            shown = shown_version(pages, query.language)
            hit = hit_of(shown, pages, query)
            if row["description"] and shown.pk == row["page_id"]:
                # Written for this page, and most likely in its language.
                hit = replace(hit, passage=conditional_escape(row["description"]))
            hits.setdefault(hit.key, hit)
    external = tuple(
        ExternalPin(
            row["external_link_url"], row["external_link_text"] or row["external_link_url"], row["description"]
        )
        for row in pinned
        if row["external_link_url"] and not row["page_id"]
    )
    return Pins(tuple(hits.values()), external, frozenset(row["query_id"] for row in pinned))


def _public_versions(keys: set[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    """The live pages of some works that everybody may read, the originals first."""
    pages = Page.objects.filter(
        translation_key__in=keys, live=True, locale__language_code__in=[code for code, _name in settings.LANGUAGES]
    ).exclude(restricted())
    found: dict[uuid.UUID, list[Any]] = {}
    for page in in_own_types(pages.order_by("path")):
        found.setdefault(page.translation_key, []).append(page)
    return found


@lru_cache(maxsize=1_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(folded_words(text))
