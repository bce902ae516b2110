"""What translations share with their source, where wagtail-localize's own rules fall short."""

from __future__ import annotations

from copy import copy
from types import SimpleNamespace
from typing import Any

from wagtail_localize.fields import SynchronizedField


class Shared(SynchronizedField):
    """A field that is the same in all languages: translators cannot set another value."""

    def __init__(self, name: str) -> None:
        super().__init__(name, overridable=False)


class SharedConcepts(Shared):
    """All concepts of a page, through its property `concepts`.

    wagtail-localize copies many-to-many fields one by one and skips those that are empty: a translation would keep the
    theme that was taken off its source.
    """

    def __init__(self) -> None:
        super().__init__("concepts")

    def get_field(self, model: Any) -> Any:
        return SimpleNamespace(name="concepts", attname="concepts")


class Address(SynchronizedField):
    """The slug: translators may set it, but it is no text that waits for translation. See `HubPage.source_slug`."""

    def __init__(self) -> None:
        super().__init__("slug")

    def get_field(self, model: Any) -> Any:
        field = copy(super().get_field(model))
        field.attname = "source_slug"
        return field
