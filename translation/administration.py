"""Pages of the administration for who translates into what, and for what is out of step between languages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel
from wagtail.admin.viewsets.model import ModelViewSet

from hub.permissions import EDIT_ORIGINALS

from .integrity import differences
from .models import TranslatorLanguage

# Differences on one page of the report.
PAGE = 50


class TranslatorLanguageViewSet(ModelViewSet):
    """Who has the permissions of the model may use it: nobody but administrators, unless they say otherwise."""

    model = TranslatorLanguage
    name = "translator_languages"
    icon = "wagtail-localize-language"
    menu_label = gettext_lazy("Languages of translators")
    add_to_settings_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ["__str__", "user", "group", "locale"]
    list_filter = ["locale", "group"]
    panels = [FieldPanel("user"), FieldPanel("group"), FieldPanel("locale")]


@hooks.register("register_admin_viewset")
def languages_of_translators() -> Any:
    return TranslatorLanguageViewSet("translator_languages", url_prefix="translations/languages")


class TreesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EDIT_ORIGINALS)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [path("reports/language-trees/", trees, name="language_trees")]


@hooks.register("register_reports_menu_item")
def trees_menu_item() -> MenuItem:
    return TreesMenuItem(_("Language trees"), reverse("language_trees"), icon_name="site", order=9100)


def trees(request: HttpRequest) -> HttpResponse:
    """What is out of step between languages, as it is now."""
    if not request.user.has_perm(EDIT_ORIGINALS):
        raise PermissionDenied
    found = Paginator(list(differences()), PAGE).get_page(request.GET.get("p"))
    context = {
        "page_obj": found,
        "header_title": _("Language trees"),
        "header_icon": "site",
        "breadcrumbs_items": [{"url": "", "label": _("Language trees")}],
    }
    return render(request, "translation/trees.html", context)
