"""Pages of the administration for who translates into what, and for what is out of step between languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from hub.languages import language_name
from hub.permissions import EDIT_ORIGINALS

from .integrity import differences
from .models import TranslatorLanguage
from .publishing import NotReady
from .queue.navigation import desk_tabs
from .source_language import check, make_original, may_change

# Differences on one page of the report.
PAGE = 50


class TranslatorLanguageForm(WagtailAdminModelForm):
    """Calls people by their names, as the desk does everywhere."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].label_from_instance = get_user_display_name


class TranslatorLanguageViewSet(ModelViewSet):
    """Who has the permissions of the model may use it: nobody but administrators, unless they say otherwise."""

    model = TranslatorLanguage
    name = "translator_languages"
    icon = "wagtail-localize-language"
    menu_label = gettext_lazy("Languages of translators")
    add_to_settings_menu = True
    copy_view_enabled = False
    inspect_view_enabled = False
    list_display = ["__str__"]
    list_filter = ["locale", "group"]
    edit_handler = ObjectList(
        [FieldPanel("user"), FieldPanel("group"), FieldPanel("locale")], base_form_class=TranslatorLanguageForm
    )

    def get_index_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        rows = TranslatorLanguage.objects.select_related("user", "group", "locale")
        return super().get_index_view_kwargs(**kwargs) | {"queryset": rows}


@hooks.register("register_admin_viewset")
def languages_of_translators() -> Any:
    return TranslatorLanguageViewSet("translator_languages", url_prefix="translations/languages")


class TreesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(EDIT_ORIGINALS)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("reports/language-trees/", trees, name="language_trees"),
        path("translations/source/<int:page_id>/", make_page_original, name="make_original"),
    ]


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
        "desk_tabs": desk_tabs(request),
    }
    return render(request, "translation/trees.html", context)


@hooks.register("register_page_header_buttons")
@hooks.register("register_page_listing_more_buttons")
def source_language_button(page: Page, user: Any, next_url: str | None = None, **kwargs: Any) -> Iterator[Button]:
    """For moderators, on translations."""
    if getattr(page, "translated_from", "") and may_change(user, page):
        yield Button(
            _("Make it the original"),
            reverse("make_original", args=[page.pk]),
            icon_name="wagtail-localize-language",
            priority=70,
        )


def make_page_original(request: HttpRequest, page_id: int) -> HttpResponse:
    """Asks, and then lets a translation and its original change places."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not may_change(request.user, page):
        raise PermissionDenied
    context: dict[str, Any] = {
        "page": page,
        "header_title": _("Source language"),
        "header_icon": "site",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_pages:edit", args=[page.pk]), "label": page.get_admin_display_title()},
            {"url": "", "label": _("Source language")},
        ],
        "desk_tabs": desk_tabs(request),
    }
    try:
        context["original"] = check(page)
        if request.method == "POST":
            make_original(page, user=request.user)
            messages.success(
                request,
                _("%(language)s is the source language of “%(page)s” now.")
                % {"language": language_name(page.language), "page": page},
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
    except NotReady as reason:
        context["reason"] = str(reason)
    return render(request, "translation/make_original.html", context)


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    @actions.register_action("translation.make_original")
    class MadeOriginal(LogFormatter):
        label = gettext_lazy("Make the original")

        def format_message(self, log_entry: Any) -> str:
            return _("Made the original of the work; before, it was the page in %(language)s") % {
                "language": language_name(log_entry.data["before"])
            }
