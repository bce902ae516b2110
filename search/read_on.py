"""What to read after a page: what its editors picked, then works that are like it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hub.models import StandardPage
from hub.models.links import remembered_pages

from .beside import beside
from .engines import get_engine

MOST = 6


def works_to_read_on(page: Any, picks: Sequence[Any], shown: Sequence[Any] = ()) -> list[Any]:
    """The picks and, up to MOST in all, works like the page, which are neither picked nor shown on it already."""
    return [*picks, *similar_works(page, [*picks, *shown], MOST - len(picks))]


def similar_works(page: Any, shown: Iterable[Any], limit: int = MOST) -> list[Any]:
    """Live pages that everybody may read, at most `limit`, in the page's language where there are such versions.

    Never the page, a translation of it, or a work that is `shown` already. One query.
    """
    language = page.locale.language_code
    known = {str(page.translation_key), *(str(each.translation_key) for each in shown)}
    if limit < 1:
        return []
    engine = get_engine()
    hits = beside(engine.similar, str(page.translation_key), language, limit + len(known)) or []
    wanted = [hit.page_id for hit in hits if hit.key not in known and hit.kind != StandardPage.kind][:limit]
    if not wanted:
        return []
    found = remembered_pages(wanted)
    return [page for page in found if page.live and not page.is_restricted]
