"""Makes the search index anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines import EngineUnavailable
from search.rebuild import RebuildRunning, needs_rebuild, rebuild


class Command(BaseCommand):
    help = "Makes the search index anew, while the old one serves, and switches to it at once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="only if there is no index of this database")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_missing"]:
            try:
                reason = needs_rebuild()
            except EngineUnavailable as error:
                self.stdout.write(f"{error} The worker looks after the index when the engine is back.")
                return
            if not reason:
                self.stdout.write("The search index is there.")
                return
            self.stdout.write(reason)
        try:
            self.stdout.write(f"The search index has {rebuild()} works.")
        except RebuildRunning as error:
            if not options["if_missing"]:
                raise CommandError(str(error)) from error
            self.stdout.write(str(error))
        except EngineUnavailable as error:
            raise CommandError(str(error)) from error
