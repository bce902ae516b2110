from typing import Any

from django.core.management.base import BaseCommand

from hub.language_trees import ensure_language_trees


class Command(BaseCommand):
    help = "Creates locales, home pages and index pages for every language in LANGUAGES. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_language_trees()
