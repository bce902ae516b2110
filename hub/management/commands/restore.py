from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from hub.backup import BackupError, restore


class Command(BaseCommand):
    help = "Puts a backup into an empty hub, whose database may be another one than that of the backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="what `manage.py backup` has written")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restore(options["file"], self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
