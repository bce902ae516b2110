"""Times what readers wait for, over HTTP: `DATA_DIR=/somewhere python -m bench.readers`. Prints JSON.

DATA_DIR is what `python -m bench.site` has filled. A web server with one worker and the worker that brings changes
into the index are started for it; with ELASTICSEARCH_URL in the environment the index is there. Milliseconds.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.pages import free_port, hub

PORT = free_port()

os.environ |= {
    "DEBUG": "",
    "SECRET_KEY": uuid.uuid4().hex * 2,
    "BASE_URL": f"http://127.0.0.1:{PORT}",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SEARCHES_PER_MINUTE": "0",
    "SUGGESTIONS_PER_MINUTE": "0",
    "LANGUAGES": "en,bg,cs,da,de,el,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv",
}

import django

django.setup()

from django.core.management import call_command
from django.db.models import Max
from wagtail.models import Page

from bench.corpus import Corpus
from bench.search import spread
from news.models import NewsIndexPage, NewsPage
from search.engines import get_engine
from search.rebuild import needs_rebuild


def until(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit("Waited in vain.")
        time.sleep(0.005)


def get(connection: http.client.HTTPConnection, address: str) -> str:
    connection.request("GET", address)
    response = connection.getresponse()
    content = response.read().decode()
    if response.status != 200:
        raise SystemExit(f"{address} answers {response.status}: {content[:500]}")
    return content


def timed_get(connection: http.client.HTTPConnection, addresses: list[str]) -> dict[str, float]:
    times = []
    for address in addresses:
        start = time.perf_counter()
        get(connection, address)
        times.append(time.perf_counter() - start)
    return spread(times)


def publications(connection: http.client.HTTPConnection, number: int) -> dict[str, float]:
    """From the commit of a publication until a reader finds it."""
    index = NewsIndexPage.objects.get(locale__language_code="en")
    # `bench.site` writes no revisions and leaves treebeard's paths; only the next one must be free.
    last = Page.objects.child_of(index).aggregate(last=Max("path"))["last"]
    times = []
    for _ in range(number):
        last = NewsPage._inc_path(Page(path=last, depth=index.depth + 1))
        word = "".join(random.choices("bcdfghklmnprstvz", k=12))
        page = NewsPage(title=f"About {word}", lead="A lead.", slug=word, live=False, locale=index.locale)
        page.path, page.depth, page.url_path = last, index.depth + 1, f"{index.url_path}{word}/"
        page.save()
        page.save_revision().publish()
        start = time.perf_counter()
        until(lambda word=word: f"/{word}/" in get(connection, f"/en/search/?q={word}&exact=1"), 30)
        times.append(time.perf_counter() - start)
    return spread(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--publications", type=int, default=100)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if needs_rebuild():
        call_command("search_rebuild", verbosity=0)
    typed = Corpus().typed(options.queries)
    pages = [f"/{code}/search/?{urlencode({'q': text, 'exact': 1})}" for text, code in typed]
    corrected = [f"/{code}/search/?{urlencode({'q': text})}" for text, code in typed]
    suggestions = [f"/{code}/search/suggest?{urlencode({'q': text.split()[0][:4]})}" for text, code in typed]
    status = get_engine().status()
    figures: dict[str, Any] = {"engine": status.name, "works": status.documents}
    with hub(PORT, 1):
        connection = http.client.HTTPConnection("127.0.0.1", PORT)
        timed_get(connection, pages[:50])
        figures["results page"] = timed_get(connection, pages)
        figures["results page, with corrections"] = timed_get(connection, corrected)
        figures["suggestions"] = timed_get(connection, suggestions)
        figures["publication until found"] = publications(connection, options.publications)
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
