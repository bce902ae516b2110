"""What search keeps in the database: works waiting for the index, the state of the index, the text of
documents, searches without result."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.moments import passed

# A rebuild says every other second that it goes on.
ABANDONED_AFTER = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=5)


class IndexChangeQuerySet(models.QuerySet["IndexChange"]):
    def touch(self, keys: Iterable[uuid.UUID]) -> None:
        """Says that these works may have changed. Part of the transaction that changed them.

        It only adds rows, so transactions that touch the same works never wait for each other.
        """
        now = timezone.now()
        self.bulk_create([IndexChange(key=key, waiting_since=now) for key in set(keys)], batch_size=1000)

    def waiting(self) -> IndexChangeQuerySet:
        """Works that the index in use does not have as they are now."""
        return self.filter(applied=False)

    def unreadable(self) -> IndexChangeQuerySet:
        """Waiting works that could not be read, or that the index could not hold, when they were last tried."""
        return self.waiting().filter(failures__gt=0)

    def due(self, now: datetime) -> IndexChangeQuerySet:
        return self.waiting().filter(passed("retry_at", now, LONGEST_PAUSE)).order_by("waiting_since")

    def works(self) -> int:
        """How many works these rows name."""
        return self.values("key").distinct().count()


class IndexChange(models.Model):
    """A work that the index may not have as it is now: a row for each time that it was written.

    Who applies a work removes the rows that were there before it was read, and no others. `applied` marks works that
    the index in use has, but a new one under construction may not.
    """

    key = models.UUIDField(db_index=True)
    waiting_since = models.DateTimeField()
    applied = models.BooleanField(default=False)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    objects = IndexChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["applied", "waiting_since"], name="changes_by_age")]

    def __str__(self) -> str:
        return str(self.key)


class IndexStateQuerySet(models.QuerySet["IndexState"]):
    def current(self) -> IndexState:
        return self.get_or_create(pk=1)[0]

    def row(self) -> IndexStateQuerySet:
        return self.filter(pk=1)


class IndexState(models.Model):
    """What this database knows of its index: one row.

    `generation` is the index that holds this database's works; an index with another name is not ours. `rebuild`
    names the rebuild under way, whose process renews `rebuild_seen_at`. `moment` is the last that works were read at,
    see `outbox.next_moment`.
    """

    generation = models.CharField(max_length=100, blank=True, default="")
    rebuild = models.UUIDField(null=True)
    rebuild_seen_at = models.DateTimeField(null=True)
    drained_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    last_error_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    events_seen_at = models.DateTimeField(null=True)
    moment = models.DateTimeField(null=True)

    objects = IndexStateQuerySet.as_manager()

    def __str__(self) -> str:
        return self.generation

    def is_rebuilding(self, now: datetime) -> bool:
        seen = self.rebuild_seen_at
        return bool(self.rebuild and seen and abs(now - seen) < ABANDONED_AFTER)


class Vocabulary(models.Model):
    """One row, whose `version` changes with every name of a theme or a place, so that who keeps names knows."""

    version = models.UUIDField()

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def current(cls) -> uuid.UUID | None:
        return cls.objects.filter(pk=1).values_list("version", flat=True).first()

    @classmethod
    def changed(cls) -> None:
        """Part of the transaction that changed a name."""
        version = uuid.uuid4()
        if not cls.objects.filter(pk=1).update(version=version):
            cls.objects.update_or_create(pk=1, defaults={"version": version})


class DocumentText(models.Model):
    """The text of a document, read once per file."""

    document = models.OneToOneField(
        settings.WAGTAILDOCS_DOCUMENT_MODEL, on_delete=models.CASCADE, related_name="search_text", primary_key=True
    )
    file_hash = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    error = models.CharField(max_length=250, blank=True)
    read_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.document_id}: {len(self.text)} characters"


class UnansweredSearch(models.Model):
    """Words that found nothing: how often a day, and in which language's pages they were typed."""

    day = models.DateField(_("day"))
    language = models.CharField(_("language"), max_length=15)
    words = models.CharField(_("words"), max_length=80)
    times = models.PositiveIntegerField(_("times"), default=0)

    class Meta:
        verbose_name = _("search without result")
        verbose_name_plural = _("searches without result")
        constraints = [
            models.UniqueConstraint(fields=["day", "language", "words"], name="one_row_per_day_language_and_words")
        ]

    def __str__(self) -> str:
        return self.words


def pause_after(failures: int) -> timedelta:
    """How long to wait after the n-th failure in a row: 1, 2, 4 ... seconds, five minutes at most."""
    return min(LONGEST_PAUSE, timedelta(seconds=2 ** min(failures - 1, 12)))
