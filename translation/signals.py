"""Translations hear when their original is published."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from wagtail.signals import page_published

from hub.models import ContentPage

from .sources import follow_original


@receiver(page_published)
def tell_translations(instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, ContentPage) and not instance.translated_from:
        follow_original(instance)
