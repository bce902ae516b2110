"""What machine translation may cost, and has cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Locale


@register_setting(icon="wagtail-localize-language")
class TranslationSettings(ClusterableModel, BaseGenericSetting):
    tell_readers = models.BooleanField(
        _("tell readers"),
        default=True,
        help_text=_("Published pages say if a machine has translated parts of them and nobody has checked these."),
    )

    class Meta:
        verbose_name = _("machine translation")


class MachineBudget(models.Model):
    settings = ParentalKey(TranslationSettings, on_delete=models.CASCADE, related_name="budgets")
    locale = models.OneToOneField(Locale, on_delete=models.CASCADE, related_name="+", verbose_name=_("language"))
    characters = models.PositiveIntegerField(
        _("characters a month"),
        help_text=_("Of originals, into this language. A language without a row has no limit."),
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
