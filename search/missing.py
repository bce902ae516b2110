"""What a reader is shown who came to an address where nothing is: what the words in it find."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from wagtail.models import Page

from hub.limits import seconds_to_wait
from hub.models.links import in_own_types, readable
from hub.trails import ROOMS

from .analysis import clean
from .beside import beside_errors
from .engines import get_engine
from .engines.protocol import Hit
from .query import SearchQuery

MOST_FOUND = 4
MOST_WORDS = 8
LONGEST_WORD = 40
# Endings of addresses elsewhere, and parts that say nothing of a page.
NO_WORDS = {"html", "htm", "php", "asp", "aspx", "jsp", "index", "page", "node", "www", "https", "http"}
WORD = re.compile(r"[^\W\d_]{2,}|\d{4}")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The error page, in the language of the address. Nothing is noted of what could not be found."""
    words = words_in(request.path)
    searched = words and not seconds_to_wait(request, "SEARCHES_PER_MINUTE")
    context = {"words": " ".join(words), "found": found_for(words, get_language() or "") if searched else []}
    return render(request, "404.html", context, status=404)


def words_in(path: str) -> list[str]:
    """The words of an address below a language, without those that name a room of the site; else none."""
    language, _slash, rest = path.strip("/").partition("/")
    if language != get_language():
        return []
    rooms = ROOMS.keys()
    parts = [part for part in clean(unquote(rest))[:300].split("/") if part not in rooms]
    words = [word for part in parts for word in WORD.findall(part)]
    known = dict.fromkeys(word.lower() for word in words if len(word) <= LONGEST_WORD)
    return [word for word in known if word not in NO_WORDS][:MOST_WORDS]


def found_for(words: list[str], language: str) -> list[Any]:
    """Live pages that everybody may read with all the words, else with most of them. Two queries; none if the engine
    does not answer in time.
    """
    hits = beside_errors(_hits, words, language) or ()
    wanted = [hit.page_id for hit in hits]
    pages = in_own_types(readable(Page.objects.filter(pk__in=wanted))) if wanted else []
    found = {page.pk: page for page in pages}
    return [found[pk] for pk in wanted if pk in found][:MOST_FOUND]


def _hits(words: list[str], language: str) -> tuple[Hit, ...]:
    """Two searches at most. Raises EngineUnavailable."""
    query = SearchQuery(text=" ".join(words), language=language, page_size=2 * MOST_FOUND, counted=())
    return get_engine().search(query).hits or get_engine().search(replace(query, any_word=True)).hits
