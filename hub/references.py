"""Where concepts are used, read from the data itself.

Wagtail's reference index answers the same question but is written by a background task, so it may lag behind by a
moment. `catch_up` brings it up to date for one concept; after that, Wagtail's own usage and deletion views are right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models.functions import Cast
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import DraftStateMixin, ReferenceIndex, Revision

# (id of the content type, primary key as text) of something that refers to a concept.
Holder = tuple[int, str]


def relations(concept: type[models.Model]) -> list[Any]:
    """Foreign keys and many-to-many fields of other models, seen from the concept. Its own child rows are left out."""
    fields: Any = concept._meta.get_fields(include_hidden=True)
    return [
        relation
        for relation in fields
        if relation.auto_created
        and not relation.concrete
        and not isinstance(relation.field, ParentalKey)
        and not relation.related_model._meta.auto_created
    ]


def stream_fields(concept: type[models.Model]) -> list[StreamField]:
    """Stream fields whose blocks can choose a concept of this kind."""
    return [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, StreamField) and concept in _chosen(field.stream_block)
    ]


def _children(block: blocks.Block) -> Iterable[blocks.Block]:
    return [block.child_block] if isinstance(block, blocks.ListBlock) else getattr(block, "child_blocks", {}).values()


def _chosen(block: blocks.Block) -> set[type[models.Model]]:
    if isinstance(block, blocks.ChooserBlock):
        return {block.target_model}
    return {model for child in _children(block) for model in _chosen(child)}


def holders(concept: type[models.Model], pks: Iterable[int]) -> dict[int, set[Holder]]:
    """What refers to each of the concepts: from fields as they are now, from blocks as the reference index has it.

    The number of queries depends on the kind of concept only.
    """
    found: dict[int, set[Holder]] = {pk: set() for pk in pks}
    for relation in relations(concept):
        content_type = ContentType.objects.get_for_model(relation.related_model).pk
        for pk, holder in _pairs(relation, found):
            found[pk].add((content_type, str(holder)))
    references = ReferenceIndex.objects.filter(
        to_content_type=ContentType.objects.get_for_model(concept), to_object_id__in=[str(pk) for pk in found]
    )
    in_blocks = models.Q(pk=None)
    for field in stream_fields(concept):
        content_type_of_field = ContentType.objects.get_for_model(field.model)
        in_blocks |= models.Q(content_type=content_type_of_field, model_path__startswith=f"{field.name}.")
    for pk, *holder in references.filter(in_blocks).values_list("to_object_id", "content_type_id", "object_id"):
        found[int(pk)].add(tuple(holder))
    return found


def _pairs(relation: Any, pks: Iterable[int]) -> Iterable[tuple[int, Any]]:
    field = relation.field
    if relation.many_to_many:
        rows = relation.through._base_manager.filter(**{f"{field.m2m_reverse_field_name()}__in": list(pks)})
        return rows.values_list(f"{field.m2m_reverse_field_name()}_id", f"{field.m2m_field_name()}_id")
    rows = relation.related_model._base_manager.filter(**{f"{field.name}__in": list(pks)})
    return rows.values_list(field.attname, "pk")


def in_blocks(concept: models.Model) -> Iterator[tuple[StreamField, models.Model]]:
    """Every (stream field, object) that refers to the concept, read from the blocks."""
    model = type(concept)
    for field in stream_fields(model):
        rows = field.model._base_manager.annotate(_raw=Cast(field.name, models.TextField()))
        for holder in rows.filter(_raw__contains=str(concept.pk)):
            references = field.extract_references(field.value_from_object(holder))
            if any(target is model and pk == str(concept.pk) for target, pk, *_path in references):
                yield field, holder


def catch_up(concept: models.Model) -> None:
    """Brings the reference index up to date for what refers to the concept, or no longer does."""
    real = holders(type(concept), [concept.pk])[concept.pk]
    real |= {(ContentType.objects.get_for_model(holder).pk, str(holder.pk)) for _field, holder in in_blocks(concept)}
    indexed = set(ReferenceIndex.get_references_to(concept).values_list("content_type_id", "object_id"))
    with transaction.atomic():
        for content_type, pk in real ^ indexed:
            model = ContentType.objects.get_for_id(content_type).model_class()
            holder = model._base_manager.filter(pk=pk).first() if model else None
            if holder is not None:
                ReferenceIndex.create_or_update_for_object(holder)
            else:
                ReferenceIndex.get_references_to(concept).filter(content_type=content_type, object_id=pk).delete()


# Stored content: revisions, and the snapshots that translations are made from


def concept_fields(model: type[models.Model], concept: type[models.Model]) -> list[Any]:
    """The fields of a model whose stored content may hold keys of this kind of concept."""
    return [
        field
        for field in [*model._meta.concrete_fields, *model._meta.many_to_many]
        if (isinstance(field, StreamField) and concept in _chosen(field.stream_block))
        or (field.is_relation and field.related_model is concept)
    ]


def replaced(content: dict[str, Any], fields: Iterable[Any], concept: models.Model, new: int | None) -> dict[str, Any]:
    """The entries of a stored content that name the concept, with `new` in its place (removed if None)."""
    changes: dict[str, Any] = {}
    for field in fields:
        value = content.get(field.name)
        if not value:
            continue
        if isinstance(field, StreamField):
            raw = json.loads(value) if isinstance(value, str) else value
            changed = _replaced_in_block(field.stream_block, raw, concept, new)
            if changed != raw:
                changes[field.name] = json.dumps(changed) if isinstance(value, str) else changed
        elif field.many_to_many and concept.pk in value:
            kept = dict.fromkeys(new if pk == concept.pk else pk for pk in value)
            changes[field.name] = [pk for pk in kept if pk is not None]
        elif value == concept.pk and not field.many_to_many:
            changes[field.name] = new
    return changes


def _replaced_in_block(block: blocks.Block, value: Any, concept: models.Model, new: int | None) -> Any:
    if isinstance(block, blocks.ChooserBlock):
        return new if block.target_model is type(concept) and value == concept.pk else value
    if isinstance(block, blocks.StructBlock) and isinstance(value, dict):
        known = block.child_blocks
        return {k: _replaced_in_block(known[k], v, concept, new) if k in known else v for k, v in value.items()}
    if isinstance(block, blocks.BaseStreamBlock) and isinstance(value, list):
        known = block.child_blocks
        return [
            {**item, "value": _replaced_in_block(known[item["type"]], item["value"], concept, new)}
            if item.get("type") in known
            else item
            for item in value
        ]
    if isinstance(block, blocks.ListBlock) and isinstance(value, list):
        return [
            {**item, "value": _replaced_in_block(block.child_block, item["value"], concept, new)}
            if isinstance(item, dict) and "value" in item
            else _replaced_in_block(block.child_block, item, concept, new)
            for item in value
        ]
    return value


def revisions_naming(
    concept: models.Model, new: int | None = None, *, pending_only: bool = False
) -> Iterator[tuple[Revision, dict[str, Any]]]:
    """Every stored revision that names the concept, with the entries of its content where `new` takes its place.

    With `pending_only` just the latest of each object and those that are scheduled.
    """
    for model in apps.get_models():
        fields = concept_fields(model, type(concept)) if issubclass(model, DraftStateMixin) else []
        if fields:
            content_type = ContentType.objects.get_for_model(model)
            # Whatever way a database writes JSON, the digits of the key are in it: few other revisions are read.
            revisions = Revision.objects.filter(content_type=content_type)
            if pending_only:
                latest = model._base_manager.values("latest_revision")
                revisions = revisions.filter(models.Q(approved_go_live_at__isnull=False) | models.Q(pk__in=latest))
            revisions = revisions.annotate(_raw=Cast("content", models.TextField()))
            for revision in revisions.filter(_raw__contains=str(concept.pk)).iterator():
                if changes := replaced(revision.content, fields, concept, new):
                    yield revision, changes


def drafts_naming(concept: models.Model) -> list[models.Model]:
    """What names the concept in a draft or in a scheduled version, and not in what is live."""
    live = holders(type(concept), [concept.pk])[concept.pk]
    live |= {(ContentType.objects.get_for_model(holder).pk, str(holder.pk)) for _field, holder in in_blocks(concept)}
    found: dict[Holder, models.Model] = {}
    for revision, _changes in revisions_naming(concept, pending_only=True):
        key = (revision.content_type_id, revision.object_id)
        holder = revision.content_object
        if key in live or key in found or holder is None:
            continue
        if revision.approved_go_live_at or holder.latest_revision_id == revision.pk:
            found[key] = holder
    return list(found.values())


def forget(concept: models.Model) -> None:
    """Removes a concept that is no longer used from earlier revisions, which could not be opened otherwise."""
    for revision, changes in revisions_naming(concept):
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, **changes})
