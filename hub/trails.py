"""Breadcrumbs: the way from the home page down to what is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from .addresses import address
from .models.base import HubPage, IndexPage


class Crumb(NamedTuple):
    """A step of the way: what it is called in the active language, and its address on this site."""

    title: str
    url: str


# The rooms of the site by the part of the address that leads to them.
ROOMS = {
    "news": gettext_noop("News"),
    "events": gettext_noop("Events"),
    "hubs": gettext_noop("Hubs"),
    "platforms": gettext_noop("Platforms"),
    "themes": gettext_noop("Themes"),
    "places": gettext_noop("Places"),
    "people": gettext_noop("People"),
    "organisations": gettext_noop("Organisations"),
    "a-z": gettext_noop("A to Z"),
}


def room(slug: str) -> Crumb:
    return Crumb(_(ROOMS[slug]), f"/{get_language()}/{slug}/")


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
