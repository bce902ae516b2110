"""Writes works into the outbox when what readers find has changed: in the same transaction, and nothing but keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from itertools import batched
from typing import Any

from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Cast, StrIndex
from django.db.models.lookups import GreaterThan
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.fields import StreamField
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)

from events.models import Occurrence
from hub.content_changes import is_draft_only
from hub.models import (
    ContentPage,
    HubDocument,
    Organisation,
    Person,
    Place,
    PlaceName,
    Theme,
    ThemeLabel,
    content_models,
)

from .models import IndexChange

CONCEPTS = (Theme, ThemeLabel, Place, PlaceName, Organisation, Person)


def connect() -> None:
    """Called once, when the app is ready."""
    pre_save.connect(remember_address)
    post_save.connect(page_saved)
    pre_delete.connect(page_deleted, sender=Page)
    pre_delete.connect(dates_changed, sender=Occurrence)
    for signal in (pre_save, post_save, post_delete):
        signal.connect(restriction_changed, sender=PageViewRestriction)
    for signal in (post_save, pre_delete):
        for concept in (Theme, Place, Organisation, Person):
            signal.connect(concept_changed, sender=concept)
        signal.connect(label_changed, sender=ThemeLabel)
        signal.connect(label_changed, sender=PlaceName)
        signal.connect(document_changed, sender=HubDocument)
        signal.connect(collection_changed, sender=Collection)
        signal.connect(collection_restriction_changed, sender=CollectionViewRestriction)
    for model in content_models():
        for field in model._meta.many_to_many:
            m2m_changed.connect(links_changed, sender=field.remote_field.through)
    for signal in (post_save, post_delete):
        signal.connect(everything_changed, sender=Site)
        signal.connect(everything_changed, sender=Locale)
    restrictions = (PageViewRestriction, CollectionViewRestriction)
    for saved in (*CONCEPTS, HubDocument, Collection, *restrictions, Site, Locale):
        _save_in_one_transaction(saved)


def _save_in_one_transaction(model: type[models.Model]) -> None:
    """Django sends `post_save` after it has committed, and of these models Wagtail's views save some outside of a
    transaction: a crash in between would lose the row in the outbox. Pages and many-to-many fields do without.
    """
    setattr(model, "save_base", transaction.atomic(model.save_base))  # noqa: B010


# Pages


def remember_address(sender: type[models.Model], instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Keeps what the database says about a page's address and work until it is saved."""
    if isinstance(instance, Page) and not is_draft_only(update_fields):
        instance._search_before = (
            Page.objects.filter(pk=instance.pk).values_list("url_path", "translation_key").first()
            if instance.pk
            else None
        )


def page_saved(sender: type[models.Model], instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """A page was published, unpublished, edited, moved or given another address: then so were those below."""
    if not isinstance(instance, Page) or is_draft_only(update_fields):
        return
    address, key = instance.__dict__.pop("_search_before", None) or (instance.url_path, instance.translation_key)
    keys = {key, instance.translation_key} if issubclass(instance.specific_class or Page, ContentPage) else set()
    if address != instance.url_path:
        keys.update(_keys_below(instance.path))
    IndexChange.objects.touch(keys)


def page_deleted(instance: Page, **kwargs: Any) -> None:
    IndexChange.objects.touch([instance.translation_key])


def dates_changed(instance: Occurrence, **kwargs: Any) -> None:
    """The dates of a repeating event were written anew, without saving the event."""
    IndexChange.objects.touch(
        Page.objects.filter(pk=instance.event_id, live=True).values_list("translation_key", flat=True)
    )


def restriction_changed(instance: PageViewRestriction, **kwargs: Any) -> None:
    """A restriction holds for the page and everything below it; before it is saved, perhaps for another one."""
    stored = PageViewRestriction.objects.filter(pk=instance.pk).values("page")
    for path in Page.objects.filter(Q(pk=instance.page_id) | Q(pk__in=stored)).values_list("path", flat=True):
        IndexChange.objects.touch(_keys_below(path))


def _keys_below(path: str) -> list[uuid.UUID]:
    pages = Page.objects.filter(path__startswith=path).order_by()
    return list(pages.values_list("translation_key", flat=True).distinct())


# Concepts and documents


def concept_changed(instance: models.Model, **kwargs: Any) -> None:
    """A concept was renamed, moved in its tree, merged into another or deleted."""
    _touch_concepts(type(instance), [instance.pk])


def label_changed(instance: ThemeLabel | PlaceName, **kwargs: Any) -> None:
    if isinstance(instance, ThemeLabel):
        _touch_concepts(Theme, [instance.theme_id])
    else:
        _touch_concepts(Place, [instance.place_id])


def _touch_concepts(concept: type[models.Model], ids: Iterable[int]) -> None:
    """Touches the works that have one of these concepts: with a theme those below it, with a country its cities."""
    wanted = set(ids)
    if concept is Theme:
        wanted |= Theme.objects.descendant_ids(*wanted)
    elif concept is Place:
        countries = Place.objects.filter(pk__in=wanted, kind=Place.Kind.COUNTRY).values("country")
        wanted.update(Place.objects.filter(country__in=countries).values_list("pk", flat=True))
    keys: set[uuid.UUID] = set()
    for model in content_models():
        condition = Q()
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is concept:
                condition |= Q(**{f"{field.name}__in": wanted})
        if condition:
            keys.update(model._default_manager.filter(condition).values_list("translation_key", flat=True))
    if concept is Person:
        keys.update(_keys_with_blocks_of(wanted))
    # At once, and so in one order: see `touch`.
    IndexChange.objects.touch(keys)


def links_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None = None, **kwargs: Any) -> None:
    """Concepts were given to a page, or taken from it, without saving it."""
    if not action.startswith("post_"):
        return
    if not reverse:
        IndexChange.objects.touch([instance.translation_key])
    elif pk_set:
        IndexChange.objects.touch(Page.objects.filter(pk__in=pk_set).values_list("translation_key", flat=True))


def document_changed(instance: Any, **kwargs: Any) -> None:
    IndexChange.objects.touch(_keys_with_blocks_of([instance.pk]))


def _keys_with_blocks_of(ids: Iterable[int]) -> set[uuid.UUID]:
    """The works with a block that names one of these people or documents, and perhaps some more.

    Wagtail's reference index would know, but a background task writes it: what was published a moment ago, or while
    that task was killed, is not in it.
    """
    keys: set[uuid.UUID] = set()
    for some in batched(ids, 50):
        # A block's value as JSON: a number after a name. Numbers of other things may be the same.
        written = [f'": {id_}{end}' for id_ in some for end in ",}"]
        for model in content_models():
            for field in model._meta.local_fields:
                if isinstance(field, StreamField):
                    stored = Cast(field.name, models.TextField())
                    has_one = Q()
                    for text in written:
                        has_one |= Q(GreaterThan(StrIndex(stored, Value(text)), 0))
                    keys.update(model._default_manager.filter(has_one).values_list("translation_key", flat=True))
    return keys


def collection_changed(instance: Collection, **kwargs: Any) -> None:
    """A collection was moved, perhaps under a restriction or out of one."""
    documents = HubDocument.objects.filter(collection__path__startswith=instance.path)
    IndexChange.objects.touch(_keys_with_blocks_of(documents.values_list("pk", flat=True)))


def collection_restriction_changed(instance: CollectionViewRestriction, **kwargs: Any) -> None:
    collection = Collection.objects.filter(pk=instance.collection_id).first()
    if collection:
        collection_changed(collection)


def everything_changed(**kwargs: Any) -> None:
    """Addresses of all pages depend on sites and languages."""
    IndexChange.objects.touch(Page.objects.filter(depth__gt=1).order_by().values_list("translation_key", flat=True))
