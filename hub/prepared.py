"""Queries whose SQL is built once: for a page that is rendered anew, building takes longer than running."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.expressions import Expression
from django.db.models.query import get_related_populators
from django.utils.translation import get_language

# Keys of one prepared query whose SQL is kept.
MOST = 500


class Parameter(Expression):
    """Stands in a prepared query for a value that is known when it is run. It is converted as a value of its field.

    With `at` it stands for one of several values.
    """

    def __init__(self, name: str, field: models.Field[Any, Any], at: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.at = at

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def value(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name] if self.at is None else values[self.name][self.at]
        return self.output_field.get_db_prep_value(value, connection)


def several(name: str, field: models.Field[Any, Any], count: int) -> list[Parameter]:
    """What stands for `count` values."""
    return [Parameter(name, field, at) for at in range(count)]


def padded(values: Collection[Any]) -> list[Any]:
    """The values with the last one repeated, up to a power of two: so a query is built for few numbers of values."""
    found = list(values)
    return found + found[-1:] * ((1 << (len(found) - 1).bit_length()) - len(found)) if found else []


class Prepared:
    """The SQL of the query that `build` makes for a key and the active language, built when it is first needed.

    `build` has a `Parameter` wherever the query differs for the same key, and looks at nothing else.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._written = lru_cache(maxsize=MOST)(lambda language, *key: Written(build(*key)))

    def rows(self, *key: Any, **values: Any) -> list[Any]:
        """What the database answers, as tuples."""
        return self._written(get_language(), *key).run(values)

    def objects(self, *key: Any, **values: Any) -> list[Any]:
        """What the database answers, as objects with what `select_related` and `annotate` gave them."""
        written = self._written(get_language(), *key)
        return list(written.objects(written.run(values)))


class Written:
    """A query with its SQL, and with what `django.db.models.query.ModelIterable` looks up to make objects of rows."""

    def __init__(self, query: models.QuerySet[Any, Any]) -> None:
        compiler = query.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        self.converters = list(compiler.get_converters(columns).items())
        self.annotations = compiler.annotation_col_map or {}
        if compiler.klass_info:
            fields, mode = compiler.klass_info["select_fields"], query._fetch_mode  # type: ignore[attr-defined]
            self.model = compiler.klass_info["model"]
            self.own = slice(fields[0], fields[-1] + 1)
            self.names = [column.target.attname for column in columns[self.own]]
            self.related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS, mode)
            self.mode = mode

    def run(self, values: Mapping[str, Any]) -> list[Any]:
        parameters = [each.value(values) if isinstance(each, Parameter) else each for each in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = cursor.fetchall()
        return [self._converted(row) for row in rows] if self.converters else rows

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        row = list(row)
        for at, (converters, column) in self.converters:
            for convert in converters:
                row[at] = convert(row[at], column, connection)
        return row

    def objects(self, rows: Iterable[Sequence[Any]]) -> Iterator[Any]:
        for row in rows:
            found = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.own], fetch_mode=self.mode)
            for related in self.related:
                related.populate(row, found)
            for name, at in self.annotations.items():
                setattr(found, name, row[at])
            yield found
