"""Breadcrumbs: the way from the home page down to what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .addresses import address
from .models.base import HubPage, IndexPage


class Crumb(NamedTuple):
    """A step of the way: what it is called in the active language, and its address on this site."""

    title: str
    url: str


def room_titles() -> dict[str, str]:
    """The rooms of the site in the active language, by the part of the address that leads to them."""
    return {
        "news": _("News"),
        "events": _("Events"),
        "hubs": _("Hubs"),
        "platforms": _("Platforms"),
        "themes": _("Themes"),
        "places": _("Places"),
        "people": _("People"),
        "organisations": _("Organisations"),
        "a-z": _("A to Z"),
    }


def room(slug: str) -> Crumb:
    return Crumb(room_titles()[slug], f"/{get_language()}/{slug}/")


def trail(context: Any) -> list[Crumb]:
    """The steps from the home page to what a template shows, both included. Empty on the home page and on errors.

    A view that shows no page says its steps below the home page as `trail` in the context, itself last. Of a page they
    follow from the page: no query, but one for a page that is deeper than an index or a home page.
    """
    steps: Iterable[Crumb] = context.get("trail") or ()
    page = context.get("page")
    if not steps and isinstance(page, HubPage) and page.depth > 2:
        steps = [*above(page), Crumb(page.title, address(page))]
    return [Crumb(_("Home"), f"/{get_language()}/"), *steps] if steps else []


def above(page: HubPage) -> list[Crumb]:
    """The steps between the home page and a page."""
    index = getattr(page, "index_slug", "")
    if page.depth == 3 or isinstance(page, IndexPage):
        return []
    if index and page.depth == 4:
        return [room(index)]
    return [Crumb(parent.title, address(parent)) for parent in page.readable_above]
