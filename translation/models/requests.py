from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hub.languages import language_name

from .versions import LanguageVersion


class TranslationRequest(models.Model):
    """What an editor asks translators for. Its state per language follows from the versions asked for."""

    title = models.CharField(_("what for"), max_length=255)
    message = models.TextField(_("message"), blank=True, help_text=_("What translators should know."))
    due = models.DateField(_("due"), null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("asked by")
    )
    created_at = models.DateTimeField(_("asked on"), auto_now_add=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("translation request")
        verbose_name_plural = _("translation requests")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class RequestedVersion(models.Model):
    """A work in a language that a request asks for. While it is open no other request has the same."""

    request = models.ForeignKey(TranslationRequest, on_delete=models.CASCADE, related_name="versions")
    version = models.ForeignKey(LanguageVersion, on_delete=models.CASCADE, related_name="requested")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "version"], name="version_once_in_request"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(done_at=None), name="one_open_request_for_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request}: {self.version}"


class Fate(models.TextChoices):
    """What becomes of a version when its original is deleted, as the log of a request tells it."""

    KEPT = "kept", _("%(page)s (%(language)s): what was translated stays, as a page of its own.")
    DELETED = "deleted", _("%(page)s (%(language)s): nothing was translated, and the draft is deleted too.")
    NEVER_BEGUN = "never_begun", "%(page)s (%(language)s)"

    def words(self, page: str, language: str) -> str:
        """`page` is a title, "" if not everybody may see it; `language` is a code."""
        title = page or gettext("A page that not everybody may see")
        return str(self.label) % {"page": title, "language": language_name(language)}


class RequestEvent(models.Model):
    """A line of a request's log. Who joined a request is told with the one who asked first."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("asked")
        JOINED = "joined", _("asked too")
        ASSIGNED = "assigned", _("assigned")
        DUE = "due", _("date changed")
        SOURCE_CHANGED = "source_changed", _("original changed")
        ORIGINAL_DELETED = "deleted", _("original deleted")
        DONE = "done", _("published")
        CLOSED = "closed", _("closed")

    request = models.ForeignKey(TranslationRequest, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    at = models.DateTimeField(auto_now_add=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.ForeignKey(LanguageVersion, null=True, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    # Of an original that was deleted: the arguments of `Fate.words`, and `fate`.
    deleted: Any = models.JSONField(null=True, editable=False)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.request}: {self.get_kind_display()}"

    @property
    def words(self) -> str:
        """Its text, and what has another one in each language as the reader's has it."""
        if self.deleted:
            return Fate(self.deleted["fate"]).words(self.deleted["page"], self.deleted["language"])
        return date_format(date.fromisoformat(self.text)) if self.kind == self.Kind.DUE else self.text
