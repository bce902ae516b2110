"""What machine translation may cost, and has cost."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, HelpPanel, InlinePanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Locale


def this_month() -> date:
    """Its first day (UTC)."""
    return timezone.now().date().replace(day=1)


@register_setting(icon="wagtail-localize-language")
class TranslationSettings(ClusterableModel, BaseGenericSetting):
    tell_readers = models.BooleanField(
        _("tell readers"),
        default=True,
        help_text=_("Published pages say if a machine has translated parts of them and nobody has checked these."),
    )

    panels = [
        HelpPanel(template="translation/machine_use.html", heading=_("This month")),
        FieldPanel("tell_readers"),
        InlinePanel("budgets", heading=_("Monthly budgets"), label=_("Budget")),
    ]

    class Meta:
        verbose_name = _("machine translation")

    @property
    def machine(self) -> Any:
        """What translates, if anything does."""
        from ..machine import provider

        return provider()

    @property
    def uses(self) -> models.QuerySet[MachineUse]:
        """What was sent this month."""
        return MachineUse.objects.filter(month=this_month()).select_related("locale").order_by("locale__language_code")


class MachineBudget(models.Model):
    settings = ParentalKey(TranslationSettings, on_delete=models.CASCADE, related_name="budgets")
    locale = models.OneToOneField(Locale, on_delete=models.CASCADE, related_name="+", verbose_name=_("language"))
    characters = models.PositiveIntegerField(
        _("characters a month"),
        help_text=_("Of originals, into this language. Languages without a row have no limit."),
    )

    class Meta:
        verbose_name = _("monthly budget of a language")
        verbose_name_plural = _("monthly budgets of languages")

    def __str__(self) -> str:
        return f"{self.locale}: {self.characters}"


class MachineUse(models.Model):
    """Characters of originals that were sent to a machine in a month, whose first day `month` is (UTC)."""

    locale = models.ForeignKey(Locale, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    characters = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["locale", "month"], name="machine_use_once_a_month")]

    def __str__(self) -> str:
        return f"{self.locale} {self.month:%Y-%m}: {self.characters}"
