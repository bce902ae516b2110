"""What search adds to the admin, and what changes documents without a signal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.contrib.search_promotions.wagtail_hooks import SearchPicksMenuItem

from hub.models import HubDocument

from .reports import PinView, UnansweredView
from .signals import document_changed


@hooks.register("after_bulk_action")
def documents_moved(request: HttpRequest, action_type: str, objects: Iterable[Any], action: Any) -> None:
    """Documents were put into another collection, perhaps under a restriction or out of one."""
    if action_type == "add_to_collection":
        for document in objects:
            if isinstance(document, HubDocument):
                document_changed(document)


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [
        path("reports/searches/", UnansweredView.as_view(), name="search_unanswered"),
        path("reports/searches/results/", UnansweredView.as_view(results_only=True), name="search_unanswered_results"),
        path("searchpicks/words/", PinView.as_view(), name="search_pin"),
    ]


@hooks.register("register_reports_menu_item")
def unanswered_menu_item() -> Any:
    # Shown to those who may pin works to words.
    return SearchPicksMenuItem(
        _("Searches without result"), reverse("search_unanswered"), name="unanswered", icon_name="search", order=1300
    )


@hooks.register("construct_reports_menu")
def without_search_terms(request: HttpRequest, menu_items: list[Any]) -> None:
    """Wagtail's own list of searched words would show pinned words alone: no others are kept."""
    menu_items[:] = [item for item in menu_items if item.name != "search-terms"]
