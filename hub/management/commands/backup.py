from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.backup import BackupError, backup


class Command(BaseCommand):
    help = "Writes all rows, uploaded files and settings without secrets into one file, while the hub runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="for example hub.zip; it must not be there yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backup(options["file"], self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
