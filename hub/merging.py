"""Making one concept of two of the same kind. See docs/editors.md for what editors see of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail_localize.models import OverridableSegment, SegmentOverride, TranslationSource

from . import references
from .models import Concept, Place, PlaceName, Theme, ThemeLabel
from .redirects import redirect_concept
from .signals import concepts_merged


@dataclass
class Gains:
    """What the concept that stays takes over from the one that goes."""

    names: list[ThemeLabel | PlaceName] = field(default_factory=list)  # in languages it has no name in
    alternatives: dict[str, list[str]] = field(default_factory=dict)  # language: further words for it
    values: list[tuple[Any, Any]] = field(default_factory=list)  # (field, value) of fields that it has empty


def gains(source: Concept, target: Concept) -> Gains:
    """Labels, names and values of `source` that `target` lacks. Changes nothing."""
    found = Gains()
    if isinstance(source, Theme) and isinstance(target, Theme):
        own = {label.language: label for label in target.labels.all()}
        for label in source.labels.all():
            known = own.get(label.language)
            if known is None:
                found.names.append(label)
                continue
            taken = {word.casefold() for word in (known.label, *known.alternatives)}
            words = dict.fromkeys([label.label, *label.alternatives])
            if new := [word for word in words if word.casefold() not in taken]:
                found.alternatives[label.language] = new
    elif isinstance(source, Place) and isinstance(target, Place):
        named = {name.language for name in target.names.all()}
        found.names = [name for name in source.names.all() if name.language not in named]
    for model_field in source._meta.concrete_fields:
        value = getattr(source, model_field.name)
        if model_field.name not in ("id", "parent") and value and getattr(target, model_field.name) in (None, ""):
            found.values.append((model_field, value))
    return found


@transaction.atomic
def merge_concepts(*, source: Concept, target: Concept, user: Any = None) -> int:
    """Lets `target` take the place of `source` everywhere, and deletes `source`. Returns how many uses moved.

    Everywhere is: fields and blocks of pages, documents and other concepts, all stored revisions, and the snapshots
    that translations are made from. Raises ValueError if the two are not different concepts of one kind.
    """
    if type(source) is not type(target) or source.pk == target.pk:
        raise ValueError("Only two different concepts of the same kind can be merged.")
    references.catch_up(source)
    moved = len(references.holders(type(source), [source.pk])[source.pk])
    found = gains(source, target)
    title, source_pk, address = source.label(), source.pk, source.slug

    if isinstance(source, Theme) and isinstance(target, Theme):
        _keep_tree(source, target)
    for relation in references.relations(type(source)):
        _move_relation(relation, source, target)
    for stream, holder in references.in_blocks(source):
        _rewrite(holder, [stream], source, target)
    for revision, changes in references.revisions_naming(source, target.pk):
        type(revision).objects.filter(pk=revision.pk).update(content={**revision.content, **changes})
    _rewrite_translations(source, target)
    _move_reference_index(source, target)

    log(instance=source, action="wagtail.delete", user=user, deleted=True)
    _release(source, found)
    source.delete()
    _give(target, found)
    target.save()
    redirect_concept(address, target)
    log(
        instance=target,
        action="hub.merge_concepts",
        user=user,
        content_changed=True,
        data={"title": title, "pk": source_pk, "slug": address, "uses": moved},
    )
    concepts_merged.send(sender=type(target), source_pk=source_pk, target=target, user=user)
    return moved


def _keep_tree(source: Theme, target: Theme) -> None:
    """A theme that is merged into one below it first hands down its own place, so that no circle arises."""
    if source.pk in Theme.objects.ancestor_ids(target):
        target.parent_id = source.parent_id
        Theme.objects.filter(pk=target.pk).update(parent=source.parent_id)


def _move_relation(relation: Any, source: Concept, target: Concept) -> None:
    model_field = relation.field
    if not relation.many_to_many:
        rows = relation.related_model._base_manager.filter(**{model_field.name: source.pk}).exclude(pk=target.pk)
        rows.update(**{model_field.name: target.pk})
        return
    through = relation.through._base_manager
    holder, concept = model_field.m2m_field_name(), model_field.m2m_reverse_field_name()
    have_both = through.filter(**{concept: target.pk}).values(f"{holder}_id")
    through.filter(
        **{concept: source.pk, f"{holder}__in": list(have_both.values_list(f"{holder}_id", flat=True))}
    ).delete()
    through.filter(**{concept: source.pk}).update(**{f"{concept}_id": target.pk})


def _rewrite(holder: models.Model, fields: list[Any], source: Concept, target: Concept) -> None:
    content = {stream.name: stream.value_from_object(holder).get_prep_value() for stream in fields}
    changes = references.replaced(content, fields, source, target.pk)
    fields_by_name = {stream.name: stream for stream in fields}
    values = {name: fields_by_name[name].to_python(json.dumps(value)) for name, value in changes.items()}
    type(holder)._base_manager.filter(pk=holder.pk).update(**values)


def _rewrite_translations(source: Concept, target: Concept) -> None:
    """Moves the references in what wagtail-localize has stored."""
    names: set[str] = set()
    for snapshot in TranslationSource.objects.select_related("specific_content_type").iterator():
        model = snapshot.specific_content_type.model_class()
        fields = references.concept_fields(model, type(source)) if model else []
        names.update(model_field.name for model_field in fields)
        content = json.loads(snapshot.content_json) if fields else {}
        if changes := references.replaced(content, fields, source, target.pk):
            stored = json.dumps({**content, **changes})
            TranslationSource.objects.filter(pk=snapshot.pk).update(content_json=stored)
    for model in (OverridableSegment, SegmentOverride):
        for segment in model.objects.filter(data_json=str(source.pk)).select_related("context"):
            if segment.context and _leads_to_concept(segment.context.path, names, type(source)):
                model.objects.filter(pk=segment.pk).update(data_json=str(target.pk))


def _leads_to_concept(path: str, names: set[str], concept: type[Concept]) -> bool:
    """Whether a content path such as `submitted_by` or `speakers.<id>.person` ends at a choice of a concept."""
    first, *rest = path.split(".")
    if not rest:
        return first in names
    choosers = {name for stream in references.stream_fields(concept) for name in _chooser_names(stream, concept)}
    return first in names and rest[-1] in choosers


def _chooser_names(stream: Any, concept: type[Concept]) -> set[str]:
    found: set[str] = set()

    def walk(block: Any, name: str) -> None:
        if getattr(block, "target_model", None) is concept:
            found.add(name)
        for child_name, child in getattr(block, "child_blocks", {}).items():
            walk(child, child_name)
        if hasattr(block, "child_block"):
            walk(block.child_block, name)

    walk(stream.stream_block, stream.name)
    return found


def _move_reference_index(source: Concept, target: Concept) -> None:
    """Rewrites the entries in one go: a concept may be used by thousands of pages."""
    entries = list(ReferenceIndex.get_references_to(source))
    for entry in entries:
        entry.pk, entry.to_object_id = None, str(target.pk)
        # The path of an entry from a many-to-many field ends with the key of the concept.
        if entry.model_path.endswith(".item") and entry.content_path.endswith(f".{source.pk}"):
            entry.content_path = f"{entry.content_path.removesuffix(str(source.pk))}{target.pk}"
        entry.content_path_hash = ReferenceIndex._get_content_path_hash(entry.content_path)
    ReferenceIndex.get_references_to(source).delete()
    ReferenceIndex.objects.bulk_create(entries, ignore_conflicts=True)


def _release(source: Concept, found: Gains) -> None:
    """Frees what only one concept may have, such as the log-in of a person."""
    unique = {model_field.name: None for model_field, _value in found.values if model_field.unique}
    if unique:
        type(source)._base_manager.filter(pk=source.pk).update(**unique)


def _give(target: Concept, found: Gains) -> None:
    for model_field, value in found.values:
        setattr(target, model_field.name, value)
    own: Any = target.labels if isinstance(target, Theme) else getattr(target, "names", None)
    for row in found.names:
        row.pk = None
        own.add(row)
    for language, words in found.alternatives.items():
        label = next(row for row in own.all() if row.language == language)
        label.alternative_labels = "\n".join([*label.alternatives, *words])
        own.add(label)
