"""How far each work is in each language. See `translation.progress`, which writes these rows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page


class State(models.TextChoices):
    MISSING = "missing", _("Missing")
    IN_PROGRESS = "in_progress", _("In progress")
    OUTDATED = "outdated", _("Outdated")
    COMPLETE = "complete", _("Complete, not published")
    PUBLISHED = "published", _("Published")


class LanguageVersion(models.Model):
    """A work in one language that is not its original's.

    Everything but who has it and when it is due follows from pages, segments and translations. Words are those of the
    original that wait in this language: `new` ones, `fuzzy` ones of texts that have changed since they were
    translated, and `repeated` ones of texts that stand elsewhere in the work or in the memory. All others are done;
    `machine` says how many of these a machine has translated and nobody has touched.
    """

    work = models.UUIDField()
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+", verbose_name=_("language"))
    source_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    original = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL, related_name="+")
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("title"), max_length=255)
    state = models.CharField(_("state"), max_length=20, choices=State.choices)
    in_review = models.BooleanField(_("in review"), default=False)
    words = models.PositiveIntegerField(_("words"), default=0)
    words_new = models.PositiveIntegerField(_("new words"), default=0)
    words_fuzzy = models.PositiveIntegerField(_("changed words"), default=0)
    words_repeated = models.PositiveIntegerField(_("repeated words"), default=0)
    words_machine = models.PositiveIntegerField(_("machine-translated words"), default=0)
    changed_at = models.DateTimeField(_("changed"), help_text=_("The original's texts, or this translation."))
    translator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("translator"),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    waits_for_links = models.BooleanField(
        _("publish only with the works it links to"),
        default=False,
        help_text=_("Until these are public in the same language, this one stays a draft."),
    )

    released = models.BooleanField(
        default=False, help_text=_("It was published or approved, and goes live as soon as those it waits for do.")
    )

    class Meta:
        verbose_name = _("version in a language")
        verbose_name_plural = _("versions in languages")
        constraints = [models.UniqueConstraint(fields=["work", "locale"], name="one_version_per_language")]
        indexes = [
            models.Index(fields=["locale", "state", "-changed_at"]),
            models.Index(fields=["-changed_at"]),
            models.Index(fields=["due"]),
            models.Index(fields=["title"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.locale.language_code})"

    @property
    def words_to_do(self) -> int:
        return self.words_new + self.words_fuzzy + self.words_repeated


class StaleWork(models.Model):
    """A work whose versions are to be counted again. Written in the transaction that changed something of it."""

    work = models.UUIDField()

    def __str__(self) -> str:
        return str(self.work)
