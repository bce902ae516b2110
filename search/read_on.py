"""What to read after a page: what its editors picked, then works that are like it.

A page never waits for this: the engine gets LIMIT seconds, and after a failure is left alone for PAUSE seconds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from wagtail.models import Page

from hub.models import StandardPage
from hub.models.links import in_own_types, readable

from .engines import EngineUnavailable, get_engine
from .engines.protocol import Hit

logger = logging.getLogger(__name__)

MOST = 6
LIMIT = 0.25
PAUSE = 15.0

_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="similar")
_asked_again_at = 0.0


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
    hits = _ask(str(page.translation_key), language, limit + len(known))
    wanted = [hit.page_id for hit in hits if hit.key not in known and hit.kind != StandardPage.kind][:limit]
    if not wanted:
        return []
    found = {page.pk: page for page in in_own_types(readable(Page.objects.filter(pk__in=wanted)))}
    return [found[pk] for pk in wanted if pk in found]


def _ask(work: str, language: str, limit: int) -> list[Hit]:
    """What the engine says, nothing if it takes too long or cannot answer."""
    global _asked_again_at
    if time.monotonic() < _asked_again_at:
        return []
    try:
        return _threads.submit(get_engine().similar, work, language, limit).result(timeout=LIMIT)
    except (EngineUnavailable, TimeoutError) as error:
        _asked_again_at = time.monotonic() + PAUSE
        logger.warning("Pages do without similar works for %d seconds: %s", PAUSE, error or "no answer in time")
        return []
