"""Where readers may share what they read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

# Addresses that open a new post, as the services document them: {text} is title and address, {url} the address.
SERVICES = {
    "mastodon": ("Mastodon", "https://share.joinmastodon.org/#text={text}"),
    "bluesky": ("Bluesky", "https://bsky.app/intent/compose?text={text}"),
    "linkedin": ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url={url}"),
    "facebook": ("Facebook", "https://www.facebook.com/sharer/sharer.php?u={url}"),
    "whatsapp": ("WhatsApp", "https://wa.me/?text={text}"),
    "telegram": ("Telegram", "https://t.me/share/url?url={url}"),
}


def share_url(service: str, title: str, url: str) -> str:
    """The address at a service where a page can be shared."""
    return SERVICES[service][1].format(text=quote(f"{title} {url}", safe=""), url=quote(url, safe=""))


class ServicesField(models.JSONField):
    """Some of SERVICES, as a list of their names."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        return forms.MultipleChoiceField(
            choices=[(name, label) for name, (label, _url) in SERVICES.items()],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=self.verbose_name,
            help_text=self.help_text,
        )


@register_setting(icon="share", order=300)
class SharingSettings(BaseGenericSetting):
    services = ServicesField(
        _("services"),
        default=list,
        blank=True,
        help_text=_(
            "Readers find a plain link to each beside “By e-mail” and “Copy the address”. Nothing is sent to a "
            "service before a reader follows its link."
        ),
    )

    panels = [FieldPanel("services")]

    class Meta:
        verbose_name = _("sharing")
