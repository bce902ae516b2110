"""What follows from saving and publishing."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import Signal, receiver
from django.utils import timezone
from wagtail.models import Locale, ReferenceIndex
from wagtail.signals import page_published

from .language_trees import ensure_language_trees
from .models import ContentPage, HubDocument
from .redirects import WITH_PAGES, slug_before, slug_changed

# Sent within the transaction of a merge, when everything that used one concept uses the other.
# Arguments: sender (the kind of concept), source_pk (the one that is gone), target (the one that stays), user.
# Rows were moved in bulk, without signals of their own; the target is saved, and the source deleted, with signals.
concepts_merged = Signal()


@receiver(page_published)
def stamp_edited_on(instance: Any, **kwargs: Any) -> None:
    """Moves "edited on" only if what readers see has changed since the last publication."""
    # The signal is also sent when a publication is only scheduled.
    if not isinstance(instance, ContentPage) or not instance.live:
        return
    digest = instance.digest()
    if digest != instance.content_digest:
        instance.edited_on = timezone.now()
        instance.content_digest = digest
        type(instance).objects.filter(pk=instance.pk).update(edited_on=instance.edited_on, content_digest=digest)


@receiver(m2m_changed, sender=HubDocument.themes.through)
def index_references_of_document(instance: Any, action: str, reverse: bool, **kwargs: Any) -> None:
    if action.startswith("post_") and not reverse:
        ReferenceIndex.create_or_update_for_object(instance)


@receiver(post_save, sender=Locale)
def grow_trees_for_new_language(raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        transaction.on_commit(ensure_language_trees)


for concept in WITH_PAGES:
    pre_save.connect(slug_before, sender=concept)
    post_save.connect(slug_changed, sender=concept)
