"""Fills an empty database with posts of the corpus: `DATA_DIR=/somewhere python -m bench.site --works 100000`.

The rows are written at once, without what saving a page does; searching, listing and editing find them as any others.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LANGUAGES", "en,bg,cs,da,de,el,es,et,fi,fr,ga,hr,hu,it,lt,lv,mt,nl,pl,pt,ro,sk,sl,sv")

import django

django.setup()

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from wagtail.models import Locale, Page

from bench.corpus import PLACES, THEMES, Corpus
from hub.language_trees import ensure_language_trees
from hub.models import HubIndexPage, Place, ThematicHubPage, Theme, ThemeLabel
from news.models import NewsIndexPage, NewsPage
from search.works import WorkDocument, WorkText

BATCH = 2_000
COUNTRIES = tuple("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split())


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Rows of one table only, the child's of a multi-table model, which `bulk_create` refuses."""
    fields = model._meta.local_concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [[field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", values)


def concepts() -> tuple[dict[str, Theme], dict[str, Place]]:
    groups = [Theme(slug=f"theme-{number}-group") for number in range(-(-THEMES // 6))]
    Theme.objects.bulk_create(groups)
    themes = [Theme(slug=f"theme-{number}", parent=groups[number // 6]) for number in range(THEMES)]
    Theme.objects.bulk_create(themes)
    ThemeLabel.objects.bulk_create(
        ThemeLabel(theme=theme, language="en", label=theme.slug.replace("-", " ").capitalize())
        for theme in (*groups, *themes)
    )
    places = [
        Place(slug=f"city-{number}", name=f"City {number}", kind="city", country=COUNTRIES[number // 15 % 27])
        for number in range(PLACES)
    ]
    Place.objects.bulk_create(places)
    return {theme.slug: theme for theme in themes}, {place.slug: place for place in places}


def page_of(work: WorkDocument, text: WorkText, index: NewsIndexPage, place: int, locale: Locale) -> NewsPage:
    body = [{"type": "text", "value": f"<p>{text.body}</p>", "id": str(uuid.UUID(int=place))}]
    return NewsPage(
        path=NewsPage._get_path(index.path, index.depth + 1, place),
        depth=index.depth + 1,
        translation_key=uuid.UUID(work.key),
        locale=locale,
        live=True,
        first_published_at=work.published,
        last_published_at=work.published,
        latest_revision_created_at=work.published,
        title=text.title,
        draft_title=text.title,
        slug=f"post-{place}",
        url_path=f"{index.url_path}post-{place}/",
        translated_from="" if text is work.texts[0] else work.texts[0].language,
        lead=text.lead,
        body=json.dumps(body),
        news_kind=work.kind if work.kind in ("news", "article") else "news",
        edited_on=work.published,
    )


def add_hub(theme: Theme) -> None:
    hub = ThematicHubPage(title="A hub", slug="a-hub", lead="All of one theme.", theme=theme)
    hub.locale = (index := HubIndexPage.objects.get(locale__language_code="en")).locale
    index.add_child(instance=hub)
    hub.themes.set([theme])
    hub.save_revision().publish()


def batches(works: Iterable[WorkDocument]) -> Iterator[list[WorkDocument]]:
    remaining = iter(works)
    while batch := list(itertools.islice(remaining, BATCH)):
        yield batch


def fill(number: int) -> None:
    call_command("migrate", verbosity=0)
    ensure_language_trees()
    themes, places = concepts()
    indexes = {index.locale.language_code: index for index in NewsIndexPage.objects.select_related("locale")}
    used = dict.fromkeys(indexes, 0)
    content_type = ContentType.objects.get_for_model(NewsPage)
    links: dict[str, Any] = {
        name: NewsPage._meta.get_field(name).remote_field.through for name in ("themes", "places")
    }
    next_id = (Page.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1
    for batch in batches(Corpus().works(number)):
        pages: list[NewsPage] = []
        rows: dict[str, list[Any]] = {name: [] for name in links}
        for work in batch:
            for text in work.texts:
                used[text.language] += 1
                index = indexes[text.language]
                page = page_of(work, text, index, used[text.language], index.locale)
                page.pk = page.id = page.page_ptr_id = next_id
                page.content_type = content_type
                next_id += 1
                pages.append(page)
                rows["themes"].append(links["themes"](newspage_id=page.pk, theme=themes[work.own_themes[0]]))
                rows["places"].append(links["places"](newspage_id=page.pk, place=places[work.places[0]]))
        with transaction.atomic():
            insert(Page, pages)
            insert(NewsPage, pages)
            for name, through in links.items():
                through.objects.bulk_create(rows[name])
    for code, index in indexes.items():
        Page.objects.filter(pk=index.pk).update(numchild=used[code])
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Page]):
            cursor.execute(sql)
        # As PostgreSQL does by itself within minutes.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    add_hub(themes["theme-0"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=10_000)
    fill(parser.parse_args().works)
