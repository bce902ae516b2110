"""The version of all that readers see."""

from __future__ import annotations

from typing import ClassVar

from django.db import models, transaction
from django.db.models import Count, Max


class ContentChangeManager(models.Manager["ContentChange"]):
    def note(self) -> None:
        """Moves the version, in the transaction that changes something, once in each."""
        connection = transaction.get_connection(self.db)
        # What is rolled back, also to a savepoint, leaves this list and the table alike.
        if any(call is _changed for _savepoints, call, _robust in connection.run_on_commit):
            return
        self.create()
        transaction.on_commit(_changed, using=self.db)

    def version(self) -> str:
        """The version that is committed. One query.

        Transactions end in another order than their rows are numbered: the greatest number alone would miss some.
        """
        row = self.aggregate(number=Count("pk"), last=Max("pk"))
        return f"{row['last'] or 0}-{row['number']}"

    def tidy(self) -> None:
        """Leaves one row, with a number that was never there: no version comes again."""
        with transaction.atomic(using=self.db):
            last = self.create().pk
            self.filter(pk__lt=last).delete()


class ContentChange(models.Model):
    """Something that readers see has changed."""

    objects: ClassVar[ContentChangeManager] = ContentChangeManager()

    def __str__(self) -> str:
        return str(self.pk)


def _changed() -> None:
    from ..current_version import current_version

    current_version.forget()
