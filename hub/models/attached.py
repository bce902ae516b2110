"""What editors attach to a page: concepts and related works, read in one query whatever their kinds."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from django.db import connection, models
from django.utils.translation import get_language

from ..collation import sort_key
from ..prepared import Prepared, padded, several
from ..remembering import remembered_rows
from .concepts import ConceptsField


def attached_ids(page: Any) -> dict[str, list[int]]:
    """Ids by the names of the page's fields of concepts, and those of its `related_works` in their order."""
    fields = concept_fields(type(page))
    ids: dict[str, list[int]] = {field.name: [] for field in fields}
    if getattr(page, "_cluster_related_objects", None) or not page.pk:
        # A draft has them in memory.
        ids |= {field.name: [concept.pk for concept in getattr(page, field.name).all()] for field in fields}
        return ids | {"related_works": [row.work_id for row in page.related_works.all()]}
    ids["related_works"] = []
    with connection.cursor() as cursor:
        cursor.execute(_query(page.__class__), [page.pk] * (len(fields) + 1))
        for name, pk, _order in cursor.fetchall():
            ids[name].append(pk)
    return ids


def concept_fields(model: Any) -> list[Any]:
    return [field for field in model._meta.many_to_many if isinstance(field, ConceptsField)]


@cache
def _query(model: type[models.Model]) -> str:
    """SQL that lists the name of a field, an id, and a position for the primary key of a page, once for each field.

    It is written out, because building it anew for each page takes longer than running it.
    """
    rows: Any = model._meta.get_field("related_works").related_model
    columns = [
        (field.name, field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name(), "0")
        for field in concept_fields(model)
    ]
    columns.append(("related_works", rows._meta.db_table, "page_id", "work_id", "sort_order"))
    quote = connection.ops.quote_name
    parts = [
        f"SELECT '{name}', {quote(target)}, {order} FROM {quote(table)} WHERE {quote(page)} = %s"  # noqa: S608 - names of ours
        for name, table, page, target, order in columns
    ]
    return " UNION ALL ".join(parts) + " ORDER BY 3"


@Prepared
def _concepts(model: Any, count: int) -> Any:
    return model.objects.for_pages().filter(pk__in=several("ids", models.BigIntegerField(), count))


def shown_concepts(model: Any, ids: Collection[int]) -> list[Any]:
    """Concepts with what pages show of them, in the order of their type. A query for those that are not remembered."""

    def read(missing: list[int]) -> list[Any]:
        wanted = padded(missing)
        return _concepts.objects(model, len(wanted), ids=wanted)

    found = remembered_rows((model, get_language()), ids, read)
    names = model._meta.ordering

    def place(concept: Any) -> list[Any]:
        return [sort_key(getattr(concept, name), get_language() or "") for name in names]

    return sorted(found.values(), key=place)
