"""Work on many versions at once, done in the background. See `translation.jobs`."""

from __future__ import annotations

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from .versions import LanguageVersion


def private_files() -> Storage:
    """Where results lie: beside the public files, so that no address but the view of the job leads to them."""
    return storages["private"]


class Job(models.Model):
    """`held_until` keeps others from a job that somebody works on; when it has passed, that one was killed.

    `failure` says why nothing came of the job as a whole. A job has steps, or counts its parts itself.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("Ask for translations")
        ASSIGN = "assign", _("Assign")
        MACHINE = "machine", _("Translate by machine")
        EXPORT = "export", _("Export files")
        PUBLISH = "publish", _("Publish")
        IMPORT = "import", _("Upload translated files")

    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    options = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    held_until = models.DateTimeField(null=True, editable=False)
    result = models.FileField(upload_to="translation-jobs/", storage=private_files, blank=True)
    failure = models.TextField(blank=True)
    parts = models.PositiveIntegerField(default=0)
    parts_done = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def waits_for_approval(self) -> bool:
        """Whether it is an import that is read, and that nobody has approved yet."""
        return bool(
            self.kind == self.Kind.IMPORT and self.finished_at and not self.failure and not self.options["approved"]
        )

    @property
    def has_report(self) -> bool:
        """Whether it is an import that is read, and no longer at work."""
        is_import = self.kind == self.Kind.IMPORT and self.finished_at is not None
        return is_import and (not self.failure or self.options["approved"])


class JobStep(models.Model):
    """One version of a job: not yet done, done, or failed with a sentence that says why."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    version = models.ForeignKey(LanguageVersion, on_delete=models.CASCADE, related_name="+")
    done_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "version"], name="version_once_in_job")]

    def __str__(self) -> str:
        return f"{self.job}: {self.version}"


class ImportedText(models.Model):
    """What becomes of one text of a large file: a line of its report. See `translation.files.background`."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="texts")
    number = models.PositiveIntegerField()
    file = models.TextField()
    outcome = models.CharField(max_length=20)
    reason = models.TextField()
    place = models.TextField()
    source = models.TextField()
    current = models.TextField()
    new = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="number_once_in_job")]
        indexes = [models.Index(fields=["job", "outcome", "number"])]

    def __str__(self) -> str:
        return f"{self.job}: {self.number}"
