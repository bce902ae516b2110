"""The hub's rules for wagtail-localize: drafts first, no aliases, nothing half-translated in public."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page

from . import administration, glossary  # noqa: F401
from .dashboard import panels_for
from .deletion import warning_for
from .editor.views import edit, preview, stop
from .files.urls import localize_urls
from .publishing import translation_of
from .queue import hooks as queue_hooks  # noqa: F401
from .views import ReportView, TranslatePageView, UpdateView


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    """Some take the place of wagtail-localize's views: its addresses come after these."""
    return [
        path("translations/", include("translation.urls")),
        path("localize/submit/page/<int:page_id>/", TranslatePageView.as_view()),
        path("localize/reports/translations/", ReportView.as_view()),
        path("localize/reports/translations/results/", ReportView.as_view(results_only=True)),
        path("localize/update/<int:translation_source_id>/", UpdateView.as_view()),
        path("localize/page/<int:page_id>/convert_to_alias/", refuse),
        # What the desk does with its own rules.
        path("localize/translate/<int:translation_id>/strings/<int:string_segment_id>/edit/", refuse),
        path("localize/translate/<int:translation_id>/overrides/<int:overridable_segment_id>/edit/", refuse),
        path("localize/translate/<int:translation_id>/machine_translate/", refuse),
        *localize_urls,
        path("localize/translate/<int:translation_id>/preview/", preview),
        path("localize/translate/<int:translation_id>/preview/<str:mode>/", preview),
        path("localize/translate/<int:translation_id>/disable/", stop),
    ]


def refuse(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise PermissionDenied


# Before wagtail-localize's, which shows its own editor.
@hooks.register("before_edit_page", order=-1)
def edit_translation_at_the_desk(request: HttpRequest, page: Page) -> HttpResponse | None:
    translation = translation_of(page)
    return edit(request, translation, page) if translation else None


@hooks.register("before_bulk_action")
def publish_translations_one_by_one(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The draft in the database lacks what has been translated since it was made; the translation editor adds it."""
    if action_type != "publish":
        return None
    pages = [page for page in objects if isinstance(page, Page)]
    if request.method == "POST" and request.POST.get("include_descendants"):
        pages += [draft for page in pages for draft in page.get_descendants().not_live()]
    names = {str(page) for page in pages if translation_of(page)}
    if not names:
        return None
    messages.error(
        request,
        _("Publish translations one by one, from their own editor: %(pages)s") % {"pages": ", ".join(sorted(names))},
    )
    return redirect(request.get_full_path())


@hooks.register("before_delete_page")
def say_what_becomes_of_translations(request: HttpRequest, page: Page) -> None:
    if request.method == "GET" and (sentence := warning_for([page])):
        messages.warning(request, sentence)


@hooks.register("before_bulk_action")
def say_what_becomes_of_translations_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any
) -> None:
    pages = [page for page in objects if isinstance(page, Page)]
    if action_type == "delete" and request.method == "GET" and (sentence := warning_for(pages)):
        messages.warning(request, sentence)


@hooks.register("construct_homepage_panels")
def translations_on_the_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    panels += panels_for(request.user)


@hooks.register("construct_page_action_menu")
def offer_no_alias(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    menu_items[:] = [item for item in menu_items if item.name != "localize-convert-to-alias"]


@hooks.register("insert_global_admin_css")
def hide_alias_button() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("translation/admin.css"))
