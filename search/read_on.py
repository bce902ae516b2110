"""What to read after a page: what its editors picked, then works that are like it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from hub.models import StandardPage
from hub.models.links import remembered_pages

from .beside import beside
from .engines import get_engine
from .plan import OneOf

MOST = 6
# Seconds until the engine is asked again what is like a page: that takes a fifth of the time to make the page.
ALIKE_FOR = 60


def works_to_read_on(page: Any, picks: Sequence[Any], shown: Sequence[Any] = ()) -> list[Any]:
    """The picks and, up to MOST in all, works like the page, which are neither picked nor shown on it already."""
    return [*picks, *similar_works(page, [*picks, *shown], MOST - len(picks))]


def similar_works(page: Any, shown: Iterable[Any], limit: int = MOST) -> list[Any]:
    """Live pages that everybody may read, at most `limit`, in the page's language where there are such versions.

    Never the page, a translation of it, or a work that is `shown` already. One query. A new work may be missing for
    ALIKE_FOR seconds; none is shown that readers may not see any more.
    """
    language = page.locale.language_code
    if limit < 1:
        return []
    known = tuple(sorted({str(each.translation_key) for each in shown}))
    # Not all pages begin anew at once.
    period = (time.time() + page.pk) // ALIKE_FOR
    state = page.live_revision_id, period
    ids = beside(ids_of_similar, str(page.translation_key), language, limit, known, state) or ()
    return [page for page in remembered_pages(ids) if page.live and not page.is_restricted]


@lru_cache(maxsize=10_000)
def ids_of_similar(work: str, language: str, limit: int, known: tuple[str, ...], state: tuple[Any, ...]) -> list[int]:
    """Ids of pages of the works that are most like one, in its `state`, without those that are known."""
    without = (OneOf("key", known), OneOf("kind", (StandardPage.kind,)))
    return [hit.page_id for hit in get_engine().similar(work, language, limit, without)]
