from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale


class OmittedBlock(models.Model):
    """A block of a work that one language does without. `block` is its id in the stream field."""

    work = models.UUIDField()
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    block = models.UUIDField()

    class Meta:
        verbose_name = _("block left out in a language")
        verbose_name_plural = _("blocks left out in a language")
        constraints = [models.UniqueConstraint(fields=["work", "locale", "block"], name="block_omitted_once")]

    def __str__(self) -> str:
        return str(self.block)
