from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from demo.loader import is_empty, load
from demo.reading import ContentError


class Command(BaseCommand):
    help = (
        "Fills the hub with the demonstration. What is there already is left as it is; a second run changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing if anybody has put anything into the hub."
        )

    def handle(self, *, if_empty: bool, **options: Any) -> None:
        if if_empty and not is_empty():
            return
        try:
            works = load()
        except ContentError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"The demonstration is loaded: {works} new works.")
