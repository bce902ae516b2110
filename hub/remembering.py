"""Facts that many pages show, read once by each process for each version of all content (`ContentChange`).

Only while a page is rendered that every reader gets, see `hub.page_cache`: everything else reads anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.utils.translation import get_language

# Facts in the memory of a process. With more, it begins anew.
MOST = 6_000

_version: ContextVar[str] = ContextVar("version", default="")
_kept: tuple[str, dict[Hashable, Any]] = "", {}


@contextmanager
def remembering(version: str) -> Iterator[None]:
    """Let what is `remembered` under this version stand for the database."""
    token = _version.set(version)
    try:
        yield
    finally:
        _version.reset(token)


def facts() -> dict[Hashable, Any] | None:
    """What is remembered for the page that is being rendered; None where nothing may be."""
    global _kept
    wanted = _version.get()
    if not wanted:
        return None
    version, kept = _kept
    if version != wanted or len(kept) > MOST:
        kept = {}
        _kept = wanted, kept
    return kept


def remembered[**P, T](read: Callable[P, T]) -> Callable[P, T]:
    """What a function reads for its arguments and the active language. Nobody may change what it returns."""

    @wraps(read)
    def call(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = facts()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, get_language(), args, *kwargs.items())
        if key not in kept:
            kept[key] = read(*args, **kwargs)
        found: T = kept[key]
        return found

    return call


def remembered_rows(
    kind: Hashable, ids: Collection[int], read: Callable[[list[int]], Iterable[Any]]
) -> dict[int, Any]:
    """Rows of a kind by their primary keys, in the order of `ids`, those that exist.

    `read` gets the keys of those that are not remembered, if there are any. Nobody may change a row.
    """
    kept = facts()
    if kept is None:
        kept = {}
    if missing := [pk for pk in ids if (kind, pk) not in kept]:
        kept.update(((kind, row.pk), row) for row in read(missing))
    return {pk: kept[kind, pk] for pk in ids if (kind, pk) in kept}
