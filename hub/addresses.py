"""Where pages are."""

from __future__ import annotations

from django.utils.encoding import iri_to_uri
from wagtail.models import Page


def address(page: Page) -> str:
    """The address of a page, from the page alone: its language, and its path below the home page."""
    return iri_to_uri(f"/{page.locale.language_code}/{page.url_path.split('/', 2)[2]}")
