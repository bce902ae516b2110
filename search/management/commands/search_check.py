"""Compares the search index with the database."""

import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines import EngineUnavailable
from search.models import IndexChange
from search.outbox import drain
from search.rebuild import compare


class Command(BaseCommand):
    help = "Compares the search index with the database. Ends with an error if they differ and nothing was repaired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="bring the works that differ into the index again")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = compare()
        except EngineUnavailable as error:
            raise CommandError(f"{error} Make it anew with: manage.py search_rebuild") from error
        for label, keys in (("missing", found.missing), ("outdated", found.outdated), ("surplus", found.surplus)):
            for key in keys:
                self.stdout.write(f"{label} {key}")
        if not found.keys:
            self.stdout.write("Index and database agree.")
        elif options["repair"]:
            IndexChange.objects.touch(uuid.UUID(key) for key in found.keys)
            drain()
            self.stdout.write(f"{len(found.keys)} works repaired, or handed to the worker that has the index open.")
        else:
            raise CommandError(f"{len(found.keys)} works differ. Repair them with: manage.py search_check --repair")
