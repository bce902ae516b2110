"""What a listing or a calendar of events is narrowed by, beside their themes."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hub.collation import sort_key
from hub.languages import country_name, language_name
from hub.listings import Filter
from hub.models import Place
from hub.models.places import local_name

from .models import EventPage

PARAMETERS = ("theme", "place", "format", "language")


def event_filters(events: Any) -> list[Filter]:
    """Places, formats and spoken languages that `events`, a query, have. One query."""
    named = events.order_by().annotate(local_place=Subquery(local_name(OuterRef("place"))))
    rows = named.values_list(
        "pk", "format", "event_languages", "place__slug", "local_place", "place__name", "place__kind", "place__country"
    )
    places: dict[str, set[int]] = {}
    names: dict[str, str] = {}
    formats: dict[str, set[int]] = {}
    languages: dict[str, set[int]] = {}
    for pk, format_, codes, slug, local, name, kind, country in rows:
        formats.setdefault(format_, set()).add(pk)
        for code in codes or []:
            languages.setdefault(code, set()).add(pk)
        if slug:
            places.setdefault(slug, set()).add(pk)
            names[slug] = local or (country_name(country) if kind == Place.Kind.COUNTRY else name)
    language = get_language() or ""
    spoken = {code: language_name(code) for code in languages}
    return [
        Filter("place", _("Places"), _by_label(names, language), places),
        Filter("format", _("Format"), {value: str(label) for value, label in EventPage.Format.choices}, formats),
        Filter("language", _("Languages spoken"), _by_label(spoken, language), languages),
    ]


def _by_label(labels: dict[str, str], language: str) -> dict[str, str]:
    return dict(sorted(labels.items(), key=lambda item: sort_key(item[1], language)))
