"""Telling readers that a machine has translated what they read, and nobody has checked it.

Pages carry it as a field, so that showing them costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.tasks import task
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation

from hub.models import ContentPage, content_models

from .models import TranslationSettings
from .segments import omitted_blocks


def marking(ingest: Callable[..., None]) -> Callable[..., None]:
    """wagtail-localize's function that puts segments into a page, noting whether readers are to be told."""

    def ingest_and_mark(original: Any, translated: Any, source: Locale, target: Locale, segments: list[Any]) -> None:
        ingest(original, translated, source, target, segments)
        if isinstance(translated, ContentPage):
            told = TranslationSettings.load().tell_readers
            translated.machine_translated = told and shows_machine(translated.translation_key, target.pk)

    return ingest_and_mark


@task()
def mark_again() -> None:
    """Note it on all pages anew: the network wants it otherwise now."""
    machine = StringTranslation.objects.filter(translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE)
    pairs = set(machine.values_list("context__object_id", "locale_id"))
    told = TranslationSettings.load().tell_readers
    shown = {(work, locale) for work, locale in pairs if told and shows_machine(work, locale)}
    for model in content_models():
        translations = model.objects.exclude(translated_from="")
        marked = set(translations.filter(machine_translated=True).values_list("translation_key", "locale_id"))
        for work, locale in marked ^ shown:
            translations.filter(translation_key=work, locale=locale).update(machine_translated=(work, locale) in shown)


def shows_machine(work: UUID, locale: int) -> bool:
    """Whether texts of a work stand in a language as a machine left them."""
    in_use = StringSegment.objects.filter(
        source__object_id=work, string=OuterRef("translation_of"), context=OuterRef("context")
    )
    paths = StringTranslation.objects.filter(
        Exists(in_use),
        context__object_id=work,
        locale=locale,
        translation_type=StringTranslation.TRANSLATION_TYPE_MACHINE,
        has_error=False,
    ).values_list("context__path", flat=True)
    left_out = omitted_blocks(work, locale)
    return any(left_out.isdisjoint(path.split(".")[1:]) for path in paths)
