"""Queries whose SQL is built once: for a page that is rendered anew, building takes longer than running."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.db import connection, models
from django.db.models.expressions import Expression


class Parameter(Expression):
    """Stands in a prepared query for a value that is known when it is run. It is converted as a value of its field."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def value(self, values: Mapping[str, Any]) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared:
    """The SQL of the query that `build` makes for a key, built when it is first needed.

    `build` has a `Parameter` wherever the query differs for the same key, and looks at nothing else.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._known: dict[Hashable, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, *key: Hashable, **values: Any) -> tuple[str, list[Any]]:
        """The SQL and its parameters."""
        if key not in self._known:
            self._known[key] = self._build(*key).query.sql_with_params()
        sql, parameters = self._known[key]
        return sql, [each.value(values) if isinstance(each, Parameter) else each for each in parameters]
