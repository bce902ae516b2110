"""Names of kinds and facets in the active language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from events.models import EventPage
from hub.models import content_models

from .query import When

FACET_LABELS: dict[str, Any] = {
    "theme": _("Theme"),
    "kind": _("Kind"),
    "language": _("Language"),
    "place": _("Place"),
    "organisation": _("Organisation"),
    "when": _("Events"),
    "format": _("Event format"),
    "year": _("Year"),
    "period": _("Period"),
}

# One sentence for each parameter whose value means nothing; they are whole so that they can be translated.
UNKNOWN: dict[str, Any] = {
    "theme": _("There is no theme “%(value)s”."),
    "kind": _("There is no kind “%(value)s”."),
    "language": _("This site has no language “%(value)s”."),
    "place": _("There is no place “%(value)s”."),
    "organisation": _("There is no organisation “%(value)s”."),
    "when": _("Events can be upcoming or past, not “%(value)s”."),
    "format": _("There is no event format “%(value)s”."),
    "from": _("“%(value)s” is not a date. A period begins with a day such as 2026-01-31."),
    "to": _("“%(value)s” is not a date. A period ends with a day such as 2026-01-31."),
    "sort": _("Results cannot be sorted by “%(value)s”."),
    "page": _("There is no page “%(value)s”."),
    "size": _("A page can have 10, 20 or 50 results, not “%(value)s”."),
    "view": _("Results are shown as a list or as a map, not as “%(value)s”."),
    "exact": _("“exact” can only be 1, not “%(value)s”."),
    "typing": _("“typing” can only be 1, not “%(value)s”."),
}


def kind_labels() -> dict[str, Any]:
    """Every kind of content with its name, in the order of the sections of the hub."""
    models = sorted(content_models(), key=lambda model: model.section_order)
    return {str(kind): label for model in models for kind, label in model.kind_labels.items()}


def fixed_labels(facet: str) -> dict[str, Any]:
    """Names of the values of a facet that code defines, in their order."""
    if facet == "kind":
        return kind_labels()
    choices = {"when": When, "format": EventPage.Format}.get(facet)
    return dict(choices.choices) if choices else {}
