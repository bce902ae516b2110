"""Takes all published translations into the memory. Needed once, where there were publications before the memory."""

from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page
from wagtail_localize.models import Translation

from translation.memory import remember


class Command(BaseCommand):
    help = "Take all published translations into the memory. Safe to repeat."

    def handle(self, **options: Any) -> None:
        texts = 0
        for translation in Translation.objects.filter(enabled=True).select_related("source__locale", "target_locale"):
            is_live = Page.objects.filter(
                translation_key=translation.source.object_id, locale=translation.target_locale, live=True
            ).exists()
            if is_live:
                texts += remember(translation)
        self.stdout.write(f"The memory has {texts} new or other texts.")
