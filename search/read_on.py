"""What to read after a page: what its editors picked, then works that are like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub.models import StandardPage
from hub.models.links import remembered_pages

from .beside import beside
from .engines import get_engine
from .plan import OneOf

MOST = 6


def works_to_read_on(page: Any, picks: Sequence[Any], shown: Sequence[Any] = ()) -> list[Any]:
    """The picks and, up to MOST in all, works like the page, which are neither picked nor shown on it already."""
    return [*picks, *similar_works(page, [*picks, *shown], MOST - len(picks))]


def similar_works(page: Any, shown: Iterable[Any], limit: int = MOST) -> list[Any]:
    """Live pages that everybody may read, at most `limit`, in the page's language where there are such versions.

    Never the page, a translation of it, or a work that is `shown` already. One query.
    """
    language = page.locale.language_code
    if limit < 1:
        return []
    known = tuple({str(each.translation_key) for each in shown})
    without = (OneOf("key", known), OneOf("kind", (StandardPage.kind,)))
    hits = beside(get_engine().similar, str(page.translation_key), language, limit, without) or []
    found = remembered_pages(hit.page_id for hit in hits)
    return [page for page in found if page.live and not page.is_restricted]
