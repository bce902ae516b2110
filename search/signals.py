"""Writes works into the outbox when what readers find has changed: in the same transaction, and nothing but keys."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
)

from events.models import Occurrence
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

# What Wagtail writes when it keeps a draft, a schedule or a lock: readers see nothing of it.
DRAFT_FIELDS = frozenset(
    {
        "draft_title", "expire_at", "go_live_at", "has_unpublished_changes", "latest_revision",
        "latest_revision_created_at", "locked", "locked_at", "locked_by",
    }
)  # fmt: skip


def connect() -> None:
    """Called once, when the app is ready."""
    pre_save.connect(remember_address)
    post_save.connect(page_saved)
    pre_delete.connect(page_deleted, sender=Page)
    pre_delete.connect(dates_changed, sender=Occurrence)
    # Saving a restriction is no transaction: the row is there before it, so that a crash in between loses nothing.
    for signal in (pre_save, post_save, post_delete):
        signal.connect(restriction_changed, sender=PageViewRestriction)
    pre_save.connect(collection_restriction_changed, sender=CollectionViewRestriction)
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


# Pages


def remember_address(sender: type[models.Model], instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Keeps what the database says about a page's address and work until it is saved."""
    if isinstance(instance, Page) and not _is_draft_only(update_fields):
        instance._search_before = (
            Page.objects.filter(pk=instance.pk).values_list("url_path", "translation_key").first()
            if instance.pk
            else None
        )


def page_saved(sender: type[models.Model], instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """A page was published, unpublished, edited, moved or given another address: then so were those below."""
    if not isinstance(instance, Page) or _is_draft_only(update_fields):
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
    """A restriction holds for the page and everything below it."""
    path = Page.objects.filter(pk=instance.page_id).values_list("path", flat=True).first()
    if path:
        IndexChange.objects.touch(_keys_below(path))


def _is_draft_only(update_fields: Iterable[str] | None) -> bool:
    return bool(update_fields) and DRAFT_FIELDS.issuperset(update_fields or ())


def _keys_below(path: str) -> Iterator[uuid.UUID]:
    pages = Page.objects.filter(path__startswith=path).order_by()
    return pages.values_list("translation_key", flat=True).distinct().iterator(chunk_size=1000)


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
    for model in content_models():
        condition = Q()
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and field.related_model is concept:
                condition |= Q(**{f"{field.name}__in": wanted})
        if condition:
            IndexChange.objects.touch(
                model._default_manager.filter(condition).order_by().values_list("translation_key", flat=True)
            )
    if concept is Person:
        for person in Person.objects.filter(pk__in=wanted):
            _touch_referring_to(person)


def links_changed(instance: Any, action: str, reverse: bool, pk_set: set[int] | None = None, **kwargs: Any) -> None:
    """Concepts were given to a page, or taken from it, without saving it."""
    if not action.startswith("post_"):
        return
    if not reverse:
        IndexChange.objects.touch([instance.translation_key])
    elif pk_set:
        IndexChange.objects.touch(Page.objects.filter(pk__in=pk_set).values_list("translation_key", flat=True))


def document_changed(instance: Any, **kwargs: Any) -> None:
    _touch_referring_to(instance)


def _touch_referring_to(target: models.Model) -> None:
    """Touches the works whose text refers to an object."""
    references = ReferenceIndex.get_references_to(target)
    pages = {int(pk) for pk in references.values_list("object_id", flat=True) if str(pk).isdigit()}
    IndexChange.objects.touch(Page.objects.filter(pk__in=pages).values_list("translation_key", flat=True))


def collection_changed(instance: Collection, **kwargs: Any) -> None:
    """A collection was moved, perhaps under a restriction or out of one."""
    for document in HubDocument.objects.filter(collection__path__startswith=instance.path):
        _touch_referring_to(document)


def collection_restriction_changed(instance: CollectionViewRestriction, **kwargs: Any) -> None:
    collection = Collection.objects.filter(pk=instance.collection_id).first()
    if collection:
        collection_changed(collection)


def everything_changed(**kwargs: Any) -> None:
    """Addresses of all pages depend on sites and languages."""
    IndexChange.objects.touch(Page.objects.filter(depth__gt=1).order_by().values_list("translation_key", flat=True))
