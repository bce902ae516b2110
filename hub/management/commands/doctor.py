from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string


class Command(BaseCommand):
    help = "Says in sentences what is wrong, and with --mend puts right what can be put right without losing anything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mend", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, and so ends with status 1, while something is left to do."""
        left = 0
        for name in settings.DOCTOR_CHECKS:
            try:
                problems = list(import_string(name)())
            except Exception as error:  # noqa: BLE001 - what fails is a finding too
                self.stdout.write(f"{name} could not look: {error}")
                left += 1
                continue
            for problem in problems:
                self.stdout.write(problem.sentence)
                if options["mend"] and problem.mend:
                    problem.mend()
                    self.stdout.write("  Mended.")
                    continue
                left += 1
                if problem.mend:
                    self.stdout.write("  manage.py doctor --mend puts it right.")
                elif problem.advice:
                    self.stdout.write(f"  {problem.advice}")
        if left:
            raise CommandError(f"{left} {'thing is' if left == 1 else 'things are'} wrong.")
        self.stdout.write("Nothing else is wrong." if options["mend"] else "Nothing is wrong.")
