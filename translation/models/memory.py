"""Texts that have been translated. See `translation.memory`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale
from wagtail_localize.models import TranslationContext


class MemoryImport(models.Model):
    """A TMX file whose units are in the memory until somebody takes it out again."""

    name = models.CharField(_("name of the file"), max_length=255)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("imported by")
    )
    imported_at = models.DateTimeField(_("imported on"), auto_now_add=True)
    position = models.BigIntegerField(default=0, editable=False)  # bytes of its checked pairs that are in the memory

    class Meta:
        verbose_name = _("imported memory")
        verbose_name_plural = _("imported memories")
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.name


class MemoryUnit(models.Model):
    """A text and its translation, both as wagtail-localize stores strings.

    Of publications there is one for each place (`context`) in each language, of imported files one for each pair.
    `source_hash` finds equal texts; `before` and `after` are the hashes of the texts beside it, 0 where there is none.
    """

    source_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    target_locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    source = models.TextField()
    target = models.TextField()
    source_hash = models.BigIntegerField()
    before = models.BigIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    context = models.ForeignKey(TranslationContext, null=True, on_delete=models.SET_NULL, related_name="+")
    imported = models.ForeignKey(MemoryImport, null=True, on_delete=models.CASCADE, related_name="units")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unit of the translation memory")
        verbose_name_plural = _("units of the translation memory")
        indexes = [
            models.Index(fields=["source_hash", "source_locale", "target_locale"]),
            models.Index(fields=["source_locale", "target_locale"]),
        ]

    def __str__(self) -> str:
        return self.source[:80]


class MemoryKey(models.Model):
    """One of the keys by which similar texts of the same two languages find each other."""

    unit = models.ForeignKey(MemoryUnit, on_delete=models.CASCADE, related_name="keys", db_index=False)
    value = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["value", "unit"]), models.Index(fields=["unit"])]

    def __str__(self) -> str:
        return str(self.value)
