"""Compares the trees of all languages."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from translation.integrity import differences, repair


class Command(BaseCommand):
    help = "Compares the trees of all languages. Ends with an error if they are out of step and that was not repaired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="put right what follows from the originals")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(differences())
        for difference in found:
            self.stdout.write(str(difference))
        if not found:
            self.stdout.write("The trees of all languages are in step.")
        elif not options["repair"]:
            raise CommandError(
                f"{len(found)} pages are out of step. Repair them with: manage.py translation_check --repair"
            )
        else:
            left = repair(found)
            self.stdout.write(f"{len(found) - len(left)} pages repaired.")
            if left:
                raise CommandError(f"{len(left)} pages are left for people to decide on.")
