"""What a reader is shown who came to an address where nothing is: what the words in it find."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from wagtail.models import Page

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
    context = {"words": " ".join(words), "found": found_for(words, get_language() or "") if words else []}
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
    hits = beside_errors(_hits, words, language) or []
    wanted = [hit.page_id for hit in hits]
    pages = in_own_types(readable(Page.objects.filter(pk__in=wanted))) if wanted else []
    found = {page.pk: page for page in pages}
    return [found[pk] for pk in wanted if pk in found][:MOST_FOUND]


def _hits(words: list[str], language: str) -> list[Hit]:
    """Raises EngineUnavailable."""

    def search(text: str) -> tuple[Hit, ...]:
        query = SearchQuery(text=text, language=language, page_size=3 * MOST_FOUND, counted=())
        results = get_engine().search(query)
        totals[text] = results.total
        return results.hits

    totals: dict[str, int] = {}
    if together := search(" ".join(words)):
        return list(together)
    hits: dict[str, Hit] = {}
    scores: Counter[str] = Counter()
    for word in words:
        for hit in search(word):
            hits.setdefault(hit.key, hit)
            # A word that few works have says more than one that many have.
            scores[hit.key] += 1 / totals[word]  # type: ignore[assignment]
    return [hits[key] for key, _score in scores.most_common(2 * MOST_FOUND)]
