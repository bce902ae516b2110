"""Translations hear when their original is published."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import PageViewRestriction
from wagtail.signals import page_published

from hub.models import ContentPage

from .sources import follow_original, share_restrictions


@receiver(page_published)
def tell_translations(instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage) and not instance.translated_from:
        follow_original(instance)


@receiver(post_save, sender=PageViewRestriction)
@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def restrict_translations(instance: Any, raw: bool = False, reverse: bool = False, **kwargs: Any) -> None:
    if not (raw or reverse):
        _share_restrictions(instance)


@receiver(post_delete, sender=PageViewRestriction)
def open_translations(instance: PageViewRestriction, origin: Any = None, **kwargs: Any) -> None:
    """Not if the restriction goes with its page: translations of a deleted original stay as they are."""
    if getattr(origin, "model", type(origin)) is PageViewRestriction:
        _share_restrictions(instance)


def _share_restrictions(restriction: PageViewRestriction) -> None:
    page = restriction.page.specific
    if isinstance(page, ContentPage) and not page.translated_from:
        share_restrictions(page)
