"""Translations hear when something happens to their original."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, post_page_move

from hub.models import ContentPage

from .models import SharedRestriction
from .restrictions import share_restrictions, share_restrictions_below
from .sources import follow_original


@receiver(page_published)
def tell_translations(instance: Any, **kwargs: Any) -> None:
    if not isinstance(instance, ContentPage):
        return
    if instance.translated_from:
        share_restrictions([instance.translation_key])
    else:
        follow_original(instance)


@receiver(post_delete)
def translations_become_originals(instance: Any, **kwargs: Any) -> None:
    """Nothing else could bring translations up to date once their original is gone."""
    if isinstance(instance, ContentPage) and not instance.translated_from:
        type(instance).objects.filter(
            translation_key=instance.translation_key, translated_from=instance.language
        ).update(translated_from="")


@receiver(post_page_move)
def restrict_translations_of_moved(instance: Page, **kwargs: Any) -> None:
    share_restrictions_below(instance)


@receiver(post_save, sender=PageViewRestriction)
@receiver(m2m_changed, sender=PageViewRestriction.groups.through)
def restrict_translations(
    instance: Any, raw: bool = False, reverse: bool = False, action: str = "post", **kwargs: Any
) -> None:
    if raw or reverse or not action.startswith("post") or _follows_original(instance):
        return
    # Somebody has set it: if it came from an original, it does no longer.
    SharedRestriction.objects.filter(restriction=instance).delete()
    share_restrictions_below(instance.page)


@receiver(post_delete, sender=PageViewRestriction)
def open_translations(instance: PageViewRestriction, origin: Any = None, **kwargs: Any) -> None:
    """Not if the restriction goes with its page: translations of a deleted original stay as they are."""
    if getattr(origin, "model", type(origin)) is PageViewRestriction and not _follows_original(instance):
        share_restrictions_below(instance.page)


def _follows_original(restriction: PageViewRestriction) -> bool:
    """Whether it is just being written by `restrictions`."""
    return getattr(restriction, "follows_original", False)
