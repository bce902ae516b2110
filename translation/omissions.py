"""Blocks that a language does without: they are taken out whenever texts are put into a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wagtail.fields import StreamField
from wagtail.models import Locale

from .models import OmittedBlock


def without_omitted_blocks(ingest: Callable[..., None]) -> Callable[..., None]:
    """wagtail-localize's function that puts segments into a page, without what the language leaves out."""

    def ingest_and_omit(original: Any, translated: Any, source: Locale, target: Locale, segments: list[Any]) -> None:
        ingest(original, translated, source, target, segments)
        omit(translated, target)

    return ingest_and_omit


def omit(page: Any, locale: Locale) -> None:
    """Take the blocks out that the language leaves out."""
    rows = OmittedBlock.objects.filter(work=page.translation_key, locale=locale)
    omitted = set(map(str, rows.values_list("block", flat=True)))
    if not omitted:
        return
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            children = field.get_prep_value(field.value_from_object(page))
            kept = [child for child in children if child["id"] not in omitted]
            if len(kept) < len(children):
                setattr(page, field.name, field.to_python(kept))
