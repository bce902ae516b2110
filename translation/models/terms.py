"""The glossary: concepts, and the words for them. Labels of themes are terms too, without rows here."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Locale


class Concept(ClusterableModel):
    domain = models.CharField(_("domain"), max_length=120, blank=True, help_text=_("The field it belongs to."))
    note = models.TextField(_("note"), blank=True, help_text=_("A definition, or advice for translators."))
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("concept of the glossary")
        verbose_name_plural = _("concepts of the glossary")

    def __str__(self) -> str:
        return " · ".join(term.text for term in self.terms.all()[:3])


class Term(models.Model):
    class Status(models.TextChoices):
        PREFERRED = "preferred", _("preferred")
        ADMITTED = "admitted", _("admitted")
        FORBIDDEN = "forbidden", _("forbidden")

    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="terms")
    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+", verbose_name=_("language"))
    text = models.CharField(_("term"), max_length=255)
    status = models.CharField(_("status"), max_length=20, choices=Status.choices, default=Status.PREFERRED)
    note = models.CharField(_("note"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        constraints = [models.UniqueConstraint(fields=["concept", "locale", "text"], name="term_once_in_concept")]

    def __str__(self) -> str:
        return self.text


class GlossaryVersion(models.Model):
    """One row, whose `version` changes with every term and every name of a theme, so that who keeps them knows."""

    version = models.UUIDField()

    def __str__(self) -> str:
        return str(self.version)

    @classmethod
    def current(cls) -> uuid.UUID | None:
        return cls.objects.filter(pk=1).values_list("version", flat=True).first()

    @classmethod
    def changed(cls) -> None:
        """Part of the transaction that changed a term."""
        version = uuid.uuid4()
        if not cls.objects.filter(pk=1).update(version=version):
            cls.objects.update_or_create(pk=1, defaults={"version": version})
