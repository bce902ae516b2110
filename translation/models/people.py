from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Locale


class TranslatorLanguage(models.Model):
    """A language into which somebody, or everybody in a group, may translate. See `translation.people`."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="translator_languages",
        verbose_name=_("person"),
    )
    group = models.ForeignKey(
        Group,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="translator_languages",
        verbose_name=_("group"),
    )
    locale = models.ForeignKey(
        Locale,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("language"),
        help_text=_("Leave empty for all languages."),
    )

    class Meta:
        verbose_name = _("language of translators")
        verbose_name_plural = _("languages of translators")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user=None) ^ models.Q(group=None),
                name="languages_of_a_person_or_a_group",
                violation_error_message=_("Choose a person or a group."),
            ),
        ]

    def __str__(self) -> str:
        return f"{get_user_display_name(self.user) if self.user else self.group}: {self.locale or _('all languages')}"
