"""Suggestions while a reader types: themes and places by any of their names, and titles."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from hub.languages import country_name, language_name
from hub.limits import limited

from .analysis import clean, folded_words
from .database import public_page_ids
from .engines import EngineUnavailable, get_engine
from .finding import count
from .names import Name, current_names
from .query import SearchQuery
from .vocabulary import kind_labels

logger = logging.getLogger(__name__)

MOST = 8
MOST_THEMES = 3
MOST_PLACES = 2
LONGEST = 200
# Seconds. A title that is withdrawn is suggested no longer than this.
FRESH = 30

short_cache: Callable[[Any], Any] = cache_control(public=True, max_age=FRESH)


@limited("SUGGESTIONS_PER_MINUTE")
@require_safe
@short_cache
def suggest(request: HttpRequest) -> JsonResponse:
    """What the search boxes offer for `q`, a way to all results after a full list, and how many that is in words."""
    typed = request.GET.get("q", "")
    found = suggestions(typed, get_language() or settings.LANGUAGE_CODE)
    if len(found) == MOST:
        found += _results(typed)
    number = len(found)
    said = ngettext("%(number)d suggestion", "%(number)d suggestions", number) if number else _("No suggestions")
    return JsonResponse({"suggestions": found, "said": said % {"number": number} if number else said})


@limited("SUGGESTIONS_PER_MINUTE")
@require_safe
@short_cache
def completions(request: HttpRequest) -> JsonResponse:
    """The same for a browser's own search field (OpenSearch suggestions)."""
    typed = request.GET.get("q", "")
    found = suggestions(typed, get_language() or settings.LANGUAGE_CODE)
    rows = [
        typed,
        [each["label"] for each in found],
        [each["kind"] for each in found],
        [settings.BASE_URL + each["url"] for each in found],
    ]
    return JsonResponse(rows, safe=False, content_type="application/x-suggestions+json")


def suggestions(typed: str, language: str) -> list[dict[str, str]]:
    """At most MOST things whose name has the typed words, the last one as a beginning.

    Each has a `label`, a `url` and a `kind`. `language` names the language of a label that is not the reader's, `lang`
    is its code. `also` is the name that was typed if the label is another one, `alsoLang` its language. `mark` is the
    drawing of a theme.
    """
    typed = _cleaned(typed)
    if not typed:
        return []
    names = current_names()
    themes = [_theme(name, language) for name in names.themes.find(typed, language)[:MOST_THEMES]]
    places = [_place(name, language) for name in _with_works(names.places.find(typed, language), language)]
    titles = _titles(typed, language, MOST - len(themes) - len(places))
    return [*themes, *titles, *places]


def _results(typed: str) -> list[dict[str, str]]:
    """The way to everything that has the typed words, if the last one can be looked for as a beginning."""
    query = SearchQuery(text=_cleaned(typed), typing=True)
    if not (query.terms and query.terms[-1].prefix):
        return []
    return [{"label": f"{query.text}…", "url": reverse("search") + query.address, "kind": _("All results")}]


def _cleaned(typed: str) -> str:
    return " ".join(clean(typed)[:LONGEST].split())


def _theme(name: Name, language: str) -> dict[str, str]:
    concept = name.concept
    drawing = format_html(
        '<svg class="mark theme-{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        concept.colour,
        mark_safe(concept.drawing),  # our own
    )
    url = reverse("theme", args=[concept.slug])
    return {"label": concept.label(language), "url": url, "kind": _("Theme"), "mark": drawing} | _also(name, language)


def _place(name: Name, language: str) -> dict[str, str]:
    concept = name.concept
    kind = _("Country") if concept.is_country else country_name(concept.country, language)
    query = SearchQuery(filters={"place": (concept.slug,)})
    url = reverse("search") + query.address
    return {"label": concept.label(language), "url": url, "kind": kind} | _also(name, language)


def _also(name: Name, language: str) -> dict[str, str]:
    """The name that was found, where the label does not say it."""
    if set(name.words).issubset(folded_words(name.concept.label(language))):
        return {}
    return {"also": name.text} | ({"alsoLang": name.language} if name.language not in ("", language) else {})


def _with_works(found: list[Name], language: str) -> list[Name]:
    """The first places that lead to a result."""
    kept: list[Name] = []
    try:
        for name in found[: 2 * MOST_PLACES]:
            query = SearchQuery(language=language, filters={"place": (name.concept.slug,)})
            if len(kept) < MOST_PLACES and count(query):
                kept.append(name)
    except EngineUnavailable as error:
        logger.warning("Places are suggested without the index: %s", error)
        return found[:MOST_PLACES]
    return kept


def _titles(typed: str, language: str, limit: int) -> list[dict[str, str]]:
    """Titles of works that everybody may read now, whatever the index still says. One query."""
    try:
        found = get_engine().suggest(typed, language, limit)
    except EngineUnavailable as error:
        logger.warning("Titles are not suggested without the index: %s", error)
        return []
    kinds = kind_labels()
    public = public_page_ids(each.page_id for each in found)
    return [
        {"label": each.title, "url": each.url, "kind": str(kinds.get(each.kind, each.kind))}
        | ({"language": language_name(each.language), "lang": each.language} if each.language != language else {})
        for each in found
        if each.page_id in public
    ]
