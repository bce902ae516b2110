"""Takes all published translations into the memory: those of pages that were closed to some and are open again."""

from typing import Any

from django.core.management.base import BaseCommand

from translation.memory import remember_all


class Command(BaseCommand):
    help = "Take all published translations into the memory. Safe to repeat."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"The memory has {remember_all()} new or other texts.")
