"""Times what editors wait for: `DATA_DIR=/somewhere python -m bench.editors`. Prints JSON, in milliseconds.

DATA_DIR is what `python -m bench.site` has filled. Exploring is the explorer's first page of the index that a post is
in. Saving is the request that saves a draft or publishes in the page editor, searching the one of the explorer's
search. All are without the network. The first request of each kind only warms up.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LANGUAGES", "en,bg,cs,da,de,el,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv")

import django
from django.conf import settings

django.setup()
settings.DEBUG = False
settings.ALLOWED_HOSTS = ["testserver"]

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, rich_text, streamfield

from bench.corpus import Corpus
from bench.search import spread
from news.models import NewsPage


def timed(client: Client, method: str, address: str, data: Any = None) -> float:
    start = time.perf_counter()
    response = getattr(client, method)(address, data)
    seconds = time.perf_counter() - start
    if response.status_code not in (200, 302) or (method == "post" and response.status_code != 302):
        raise SystemExit(f"{address} answers {response.status_code}: {response.content.decode()[:500]}")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    user, _created = get_user_model().objects.get_or_create(username="bench", defaults={"is_superuser": True})
    client = Client()
    client.force_login(user)
    # Other benchmarks may have left posts without a text.
    found = NewsPage.objects.order_by("?")[: 2 * options.times + 1]
    pages = [page for page in found if page.body][: options.times + 1]
    names = ("exploring", "opening a page", "saving a draft", "publishing", "searching")
    times: dict[str, list[float]] = {name: [] for name in names}
    for page in pages:
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        explorer = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
        times["exploring"].append(timed(client, "get", explorer))
        times["opening a page"].append(timed(client, "get", address))
        data = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
        data["title"] = f"{page.title} again"
        # The block editor puts its fields together in the browser.
        text = rich_text(page.body.raw_data[0]["value"])
        data.update(nested_form_data({"body": streamfield([("text", text)])}))
        times["saving a draft"].append(timed(client, "post", address, dict(data.lists())))
        data["action-publish"] = "action-publish"
        times["publishing"].append(timed(client, "post", address, dict(data.lists())))
    for text, _language in Corpus().typed(options.times + 1):
        times["searching"].append(timed(client, "get", reverse("wagtailadmin_pages:search"), {"q": text}))
    figures: dict[str, Any] = {"pages": NewsPage.objects.count()}
    print(json.dumps(figures | {name: spread(measured[1:]) for name, measured in times.items()}, indent=1))


if __name__ == "__main__":
    main()
