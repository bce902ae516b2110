"""What to read after a page: what its editors picked, then works that are like it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any

from hub.memory import Memory
from hub.models import StandardPage
from hub.models.links import remembered_pages
from hub.remembering import facts

from .beside import beside
from .engines import get_engine
from .plan import OneOf

MOST = 6
# Seconds until the engine is asked again what is like a page: that takes a fifth of the time to make the page.
ALIKE_FOR = 60
alike = Memory(20 * 2**20)


def works_to_read_on(page: Any, picks: Sequence[Any], shown: Sequence[Any] = ()) -> list[Any]:
    """The picks and, up to MOST in all, works like the page, which are neither picked nor shown on it already."""
    return [*picks, *similar_works(page, [*picks, *shown], MOST - len(picks))]


def similar_works(page: Any, shown: Iterable[Any], limit: int = MOST) -> list[Any]:
    """Live pages that everybody may read, at most `limit`, in the page's language where there are such versions.

    Never the page, a translation of it, or a work that is `shown` already. One query. On pages that are kept, what is
    new in the index may be missing for ALIKE_FOR seconds; none is shown that readers may not see any more.
    """
    language = page.locale.language_code
    if limit < 1:
        return []
    known = tuple(sorted({str(each.translation_key) for each in shown}))
    key = (page.translation_key, page.live_revision_id, language, limit, known)
    ids = alike.get(key, time.time()) if facts() is not None else None
    if ids is None:
        without = (OneOf("key", known), OneOf("kind", (StandardPage.kind,)))
        hits = beside(get_engine().similar, str(page.translation_key), language, limit, without) or []
        ids = [hit.page_id for hit in hits]
        # A page that is alone is perhaps not in the index yet.
        if ids:
            alike.set(key, ids, time.time() + ALIKE_FOR)
    return [found for found in remembered_pages(ids) if found.live and not found.is_restricted]
