"""Pages of the administration for who translates into what, and what machines and trees are like."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from .models import TranslatorLanguage


class TranslatorLanguageViewSet(ModelViewSet):
    """Who has the permissions of the model may use it: nobody but administrators, unless they say otherwise."""

    model = TranslatorLanguage
    name = "translator_languages"
    icon = "wagtail-localize-language"
    menu_label = _("Languages of translators")
    add_to_settings_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ["__str__", "user", "group", "locale"]
    list_filter = ["locale", "group"]
    panels = [FieldPanel("user"), FieldPanel("group"), FieldPanel("locale")]


@hooks.register("register_admin_viewset")
def languages_of_translators() -> Any:
    return TranslatorLanguageViewSet("translator_languages", url_prefix="translations/languages")
