"""Times the hub's search beside Wagtail's own, in turns: `DATA_DIR=/somewhere python -m bench.wagtail_search`.

DATA_DIR is what `python -m bench.site` has filled. Both give the same page of results: ten hits of the words in title
and lead, their number, and one facet; the hub's also looks into the text, and marks the words. Of made queries those
count for which Wagtail's finds as many as `--hits`: it finds no other forms of a word, and nothing is soon found.
Wagtail's is its search in the database, after ANALYZE; with ELASTICSEARCH_URL in the environment both are there
(it needs a whole server: the one of the tests lacks the tokenizers that Wagtail's index asks for).
Prints JSON, times in milliseconds.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LANGUAGES", "en,bg,cs,da,de,el,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv")

import django
from django.conf import settings

THEIRS = {"BACKEND": "wagtail.search.backends.database"}
if url := os.environ.get("ELASTICSEARCH_URL"):
    THEIRS = {"BACKEND": "wagtail.search.backends.elasticsearch9", "URLS": [url], "INDEX": "wagtail-bench"}
settings.WAGTAILSEARCH_BACKENDS |= {"theirs": THEIRS}
django.setup()
settings.DEBUG = False

from django.core.management import call_command
from django.db import connection

from bench.corpus import Corpus
from bench.search import spread
from news.models import NewsPage
from search.engines import get_engine
from search.query import SearchQuery
from search.rebuild import needs_rebuild


def ours(text: str, language: str) -> int:
    return get_engine().search(SearchQuery(text=text, language=language, counted=("language",))).total


def theirs(text: str, _language: str) -> int:
    found = NewsPage.objects.filter(live=True).search(text, backend="theirs")
    list(found[:10])
    found.facet("locale_id")
    return found.count()


def measure(call: Callable[[str, str], int], typed: tuple[str, str]) -> float:
    start = time.perf_counter()
    call(*typed)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--hits", type=int, default=10)
    options = parser.parse_args()
    if needs_rebuild():
        call_command("search_rebuild", verbosity=0)
    if url or not theirs("city", "en"):
        call_command("update_index", backend_name="theirs", verbosity=0)
    if connection.vendor == "sqlite" and not url:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    made = Corpus().typed(20 * options.queries)
    typed = list(itertools.islice((each for each in made if theirs(*each) >= options.hits), options.queries))
    for each in typed[:10]:
        ours(*each)
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for each in typed:
        times["ours"].append(measure(ours, each))
        times["theirs"].append(measure(theirs, each))
    figures: dict[str, Any] = {"works": get_engine().status().documents, "pages": NewsPage.objects.count()}
    figures |= {"queries": len(typed), "of": made.index(typed[-1]) + 1}
    figures |= {name: spread(found) for name, found in times.items()}
    figures["theirs over ours, p50"] = round(figures["theirs"]["p50"] / figures["ours"]["p50"], 1)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
