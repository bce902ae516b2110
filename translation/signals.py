"""Translations hear when something happens to their original."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction, WorkflowState
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished, post_page_move
from wagtail_localize.models import StringTranslation, Translation, TranslationLog, TranslationSource

from hub.models import ContentPage

from .deletion import leave_translations
from .disclosure import mark_again
from .integrity import follow_move
from .memory import remember_published
from .models import OmittedBlock, SharedRestriction, TranslationSettings
from .progress import mark_stale, versions_changed
from .publishing import publish_released, translation_of
from .requests import follow_changes
from .restrictions import share_restrictions, share_restrictions_below
from .sources import follow_original

logger = logging.getLogger(__name__)


@receiver(versions_changed)
def tell_people(changes: Any, **kwargs: Any) -> None:
    follow_changes(changes)
    if any(change.is_published for change in changes):
        publish_released()


@receiver(page_published)
def tell_translations(instance: Any, **kwargs: Any) -> None:
    if not isinstance(instance, ContentPage):
        return
    if not instance.translated_from:
        follow_original(instance)
        return
    share_restrictions([instance.translation_key])


@receiver(page_published)
def remember_publication(instance: Any, **kwargs: Any) -> None:
    if not isinstance(instance, ContentPage) or not instance.translated_from or not instance.live:
        return
    if translation := translation_of(instance):
        remember_published.enqueue(translation.pk)


@receiver(pre_delete)
def keep_what_is_translated(instance: Any, origin: Any, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage) and not instance.translated_from:
        leave_translations(instance, origin)


@receiver(post_delete)
def translations_become_originals(instance: Any, **kwargs: Any) -> None:
    """Nothing else could bring translations up to date once their original is gone."""
    if isinstance(instance, ContentPage) and not instance.translated_from:
        type(instance).objects.filter(
            translation_key=instance.translation_key, translated_from=instance.language
        ).update(translated_from="")


@receiver(page_published)
@receiver(page_unpublished)
@receiver(post_delete)
def count_work_again(instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage):
        mark_stale([instance.translation_key])


@receiver([post_save, post_delete], sender=StringTranslation)
def count_translated_work_again(instance: StringTranslation, **kwargs: Any) -> None:
    if instance.context:
        mark_stale([instance.context.object_id])


@receiver([post_save, post_delete], sender=TranslationSource)
def count_source_again(instance: TranslationSource, **kwargs: Any) -> None:
    mark_stale([instance.object_id])


@receiver([post_save, post_delete], sender=Translation)
def count_started_work_again(instance: Translation, **kwargs: Any) -> None:
    mark_stale([instance.source.object_id])


@receiver(post_save, sender=TranslationLog)
def count_logged_work_again(instance: TranslationLog, **kwargs: Any) -> None:
    """wagtail-localize writes its log, which says how old a public translation is, only after it has published."""
    mark_stale([instance.source.object_id])


@receiver([post_save, post_delete], sender=OmittedBlock)
def count_shortened_work_again(instance: OmittedBlock, **kwargs: Any) -> None:
    mark_stale([instance.work])


@receiver(post_save, sender=TranslationSettings)
def tell_readers_or_not(instance: TranslationSettings, created: bool = False, **kwargs: Any) -> None:
    # Made at the first look, with what holds without it.
    if not created:
        mark_again.enqueue()


@receiver(post_save, sender=WorkflowState)
def count_reviewed_work_again(instance: WorkflowState, **kwargs: Any) -> None:
    page = instance.content_object
    if isinstance(page, Page):
        mark_stale([page.translation_key])


@receiver(post_page_move)
def move_translations(instance: Page, **kwargs: Any) -> None:
    for sentence in follow_move(instance):
        logger.warning("%s", sentence)


@receiver(copy_for_translation_done)
def share_copied_restrictions(target_obj: Any, **kwargs: Any) -> None:
    """What Wagtail copies to a new translation came from the original as well."""
    if isinstance(target_obj, ContentPage):
        SharedRestriction.objects.bulk_create(
            SharedRestriction(restriction=restriction)
            for restriction in target_obj.view_restrictions.filter(shared=None)
        )


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
