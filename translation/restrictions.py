"""Translations are read by no more people than their original, wherever each of them stands.

What a moderator has set for a translation itself is only ever tightened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from hub.models import ContentPage, content_models

from .memory import forget_pages
from .models import SharedRestriction

STRICTNESS = [
    PageViewRestriction.NONE,
    PageViewRestriction.LOGIN,
    PageViewRestriction.PASSWORD,
    PageViewRestriction.GROUPS,
]


@transaction.atomic
def share_restrictions(works: Iterable[UUID] | Any) -> None:
    """Gives translations of these works (translation keys) what holds for their originals. What not everybody may read
    goes out of the memory. Safe to repeat."""
    restrictions = list(
        PageViewRestriction.objects.select_related("page", "shared").prefetch_related("groups").order_by("pk")
    )
    if not restrictions:
        return
    for model in content_models():
        versions: dict[UUID, dict[str, ContentPage]] = defaultdict(dict)
        pages = (
            model.objects.filter(translation_key__in=works)
            .select_related("locale")
            .defer_streamfields()
            .order_by("pk")
        )
        for page in pages:
            versions[page.translation_key][page.language] = page
        for work in versions.values():
            for page in work.values():
                original = work.get(page.translated_from)
                if original:
                    _share(original, page, restrictions)
        closed = tuple(row.page.path for row in restrictions)
        forget_pages(page for work in versions.values() for page in work.values() if page.path.startswith(closed))


def share_restrictions_below(page: Page) -> None:
    """The same for all works with a version at or below a page."""
    share_restrictions(Page.objects.filter(path__startswith=page.path).values("translation_key"))


def _share(original: ContentPage, page: ContentPage, restrictions: list[PageViewRestriction]) -> None:
    wanted = _strictest(row for row in restrictions if original.path.startswith(row.page.path))
    shared = next((row for row in restrictions if row.page_id == page.pk and hasattr(row, "shared")), None)
    own = _strictest(row for row in restrictions if page.path.startswith(row.page.path) and row is not shared)
    if wanted is None:
        if shared:
            shared.follows_original = True
            shared.delete()
            # A translation may itself be an original: what comes after it must not follow what is gone.
            restrictions.remove(shared)
    elif shared:
        _write(shared, wanted)
        SharedRestriction.objects.get_or_create(restriction=shared)
    elif own is None or _strictness(own) < _strictness(wanted) or _waits_for_groups(own, page, wanted):
        at_page = next((row for row in restrictions if row.page_id == page.pk), None)
        row = _write(at_page or PageViewRestriction(page=page), wanted)
        if not at_page:
            SharedRestriction.objects.create(restriction=row)
            restrictions.append(row)


def _waits_for_groups(own: PageViewRestriction, page: ContentPage, wanted: PageViewRestriction) -> bool:
    """Groups are set after the restriction itself: of the translation's own, tightened a moment ago, too."""
    groups = PageViewRestriction.GROUPS
    return (
        own.page_id == page.pk and own.restriction_type == wanted.restriction_type == groups and not own.groups.all()
    )


def _write(row: PageViewRestriction, wanted: PageViewRestriction) -> PageViewRestriction:
    row.follows_original = True
    if (row.restriction_type, row.password) != (wanted.restriction_type, wanted.password) or row.pk is None:
        row.restriction_type, row.password = wanted.restriction_type, wanted.password
        row.save()
    row.groups.set(wanted.groups.all())
    return row


def _strictest(restrictions: Iterable[PageViewRestriction]) -> PageViewRestriction | None:
    """The one that lets the fewest in; of several of a kind, the one nearest to the page."""
    return max(restrictions, key=lambda row: (_strictness(row), row.page.depth), default=None)


def _strictness(restriction: PageViewRestriction) -> int:
    return STRICTNESS.index(restriction.restriction_type)
