"""Times the translators' queue and matrix: `DATA_DIR=/somewhere python -m bench.desk --works 20000`. Prints JSON, in
milliseconds, of whole requests without the network; `cpu_` is what they take of a processor, on a machine that does
other things too.

DATA_DIR must be empty, or what this program has filled. The rows of works are written at once, without their texts;
lists find them as any others.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import Any

os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The original's language and six others: so each work has six versions.
os.environ.setdefault("LANGUAGES", "en,de,fr,es,it,pl,nl")

from django.conf import settings

import config.wsgi  # noqa: F401 - sets up as the web server does

settings.DEBUG = False
settings.ALLOWED_HOSTS = ["testserver"]

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Locale, Page

from bench.search import spread
from bench.site import concepts, insert
from events.models import EventIndexPage, EventPage
from hub.language_trees import ensure_language_trees
from hub.models import HubIndexPage, ThematicHubPage
from hub.roles import EDITORS, TRANSLATORS
from news.models import NewsIndexPage, NewsPage
from translation.models import LanguageVersion, RequestedVersion, State, TranslationRequest, TranslatorLanguage

WORDS = "city climate street market river school garden budget energy mobility Ärzte Brücke data water youth".split()
SHARES = {
    State.MISSING: 45,
    State.IN_PROGRESS: 5,
    State.OUTDATED: 10,
    State.COMPLETE: 5,
    State.PUBLISHED: 35,
}


def fill(works: int) -> None:
    call_command("migrate", verbosity=0)
    if LanguageVersion.objects.exists():
        return
    ensure_language_trees()
    chance = random.Random(5)
    themes, _places = concepts()
    people = [
        get_user_model().objects.create_user(f"translator-{number}", f"t{number}@example.org", "x")
        for number in range(12)
    ]
    for person in people:
        person.groups.add(Group.objects.get(name=TRANSLATORS))
    locales = list(Locale.objects.all())
    english = Locale.objects.get(language_code="en")
    for theme in list(themes.values())[:20]:
        hub = ThematicHubPage(title=f"Hub {theme.slug}", lead="A lead.", theme=theme, locale=english, themes=[theme])
        HubIndexPage.objects.get(locale=english).add_child(instance=hub)
    next_id = Page.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    now = datetime(2026, 11, 1, tzinfo=UTC)
    request = TranslationRequest.objects.create(title="Everything about rivers")
    numbers = range(works)
    for batch in batched(numbers, 2_000):
        pages: dict[type, list[Any]] = {NewsPage: [], EventPage: []}
        versions, links = [], {NewsPage: [], EventPage: []}
        for number in batch:
            model, index_model = (EventPage, EventIndexPage) if number % 4 == 0 else (NewsPage, NewsIndexPage)
            source = locales[number % len(locales)]
            index = index_model.objects.get(locale=source)
            title = " ".join(chance.choices(WORDS, k=6)).capitalize()
            at = now - timedelta(minutes=number)
            page = model(
                path=model._get_path(index.path, index.depth + 1, number + 1), depth=index.depth + 1,
                translation_key=uuid.UUID(int=chance.getrandbits(128)), locale=source, live=True,
                first_published_at=at, last_published_at=at, latest_revision_created_at=at, title=title,
                draft_title=title, slug=f"work-{number}", url_path=f"{index.url_path}work-{number}/", lead="A lead.",
                **({"start": at, "end": at} if model is EventPage else {}),
            )  # fmt: skip
            page.pk = page.id = page.page_ptr_id = next_id
            page.content_type = ContentType.objects.get_for_model(model)
            next_id += 1
            pages[model].append(page)
            column = f"{model._meta.model_name}_id"
            through = model._meta.get_field("themes").remote_field.through
            own = chance.sample(list(themes.values()), k=chance.choice([1, 1, 2]))
            links[model] += [through(**{column: page.pk}, theme=theme) for theme in own]
            for locale in locales:
                if locale == source:
                    continue
                state = chance.choices(list(SHARES), weights=list(SHARES.values()))[0]
                words = chance.randint(80, 900)
                waiting = state in (State.MISSING, State.IN_PROGRESS, State.OUTDATED)
                versions.append(
                    LanguageVersion(
                        work=page.translation_key,
                        locale=locale,
                        source_locale=source,
                        original_id=page.pk,
                        page_id=None if state == State.MISSING else page.pk,
                        content_type=page.content_type,
                        title=title,
                        state=state,
                        words=words,
                        words_new=words // 2 if waiting else 0,
                        words_fuzzy=words // 8 if state == State.OUTDATED else 0,
                        words_repeated=words // 10 if waiting else 0,
                        changed_at=at,
                        translator=chance.choice(people) if chance.random() < 0.2 else None,
                        due=now.date() + timedelta(days=chance.randint(-20, 60)) if chance.random() < 0.3 else None,
                    )
                )
        with transaction.atomic():
            for model, rows in pages.items():
                insert(Page, rows)
                insert(model, rows)
                model._meta.get_field("themes").remote_field.through.objects.bulk_create(links[model])
            LanguageVersion.objects.bulk_create(versions)
            RequestedVersion.objects.bulk_create(
                RequestedVersion(request=request, version=version) for version in versions[:200]
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def person(name: str, role: str, *languages: str, below: Page | None = None) -> Client:
    """Somebody who is logged in; `below` limits a role to one tree."""
    user, is_new = get_user_model().objects.get_or_create(username=name)
    if is_new:
        group = Group.objects.get(name=role)
        if below:
            narrow = Group.objects.create(name=f"{role} below {below}")
            narrow.permissions.set(group.permissions.all())
            for permission in GroupPagePermission.objects.filter(group=group):
                GroupPagePermission.objects.create(group=narrow, page=below, permission=permission.permission)
            group = narrow
        user.groups.add(group)
        for locale in Locale.objects.filter(language_code__in=languages):
            TranslatorLanguage.objects.create(user=user, locale=locale)
    client = Client()
    client.force_login(user)
    return client


def timed(client: Client, address: str, times: int, *, fresh: bool = False) -> dict[str, float]:
    found, worked = [], []
    for _number in range(times + 2):
        if fresh:
            cache.clear()
        start, begun = time.perf_counter(), time.process_time()
        response = client.get(address)
        found.append(time.perf_counter() - start)
        worked.append(time.process_time() - begun)
        if response.status_code != 200:
            raise SystemExit(f"{address} answers {response.status_code}")
    return spread(found[2:]) | {f"cpu_{name}": value for name, value in spread(worked[2:]).items() if name != "mean"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--works", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=100)
    options = parser.parse_args()
    fill(options.works)
    editor = person("bench-editor", EDITORS)
    translator = person("bench-translator", TRANSLATORS, "fr")
    french = Page.objects.get(depth=2, locale__language_code="fr")
    narrow = person("bench-narrow", TRANSLATORS, "fr", below=french)
    hub = ThematicHubPage.objects.values_list("translation_key", flat=True)[0]
    kind = ContentType.objects.get_for_model(EventPage).pk
    queue, matrix = reverse("translation_desk:queue"), reverse("translation_desk:matrix")
    asked = {
        "queue": (editor, queue),
        "queue, page 2000": (editor, f"{queue}?p=2000"),
        "queue by title": (editor, f"{queue}?ordering=title"),
        "queue by words": (editor, f"{queue}?ordering=-words"),
        "queue by state": (editor, f"{queue}?ordering=state"),
        "queue by translator": (editor, f"{queue}?ordering=translator"),
        "queue by due date": (editor, f"{queue}?ordering=due"),
        "queue in French, missing": (editor, f"{queue}?locale=fr&state=missing"),
        "queue with words": (editor, f"{queue}?q=brücke+market"),
        "queue of a hub": (editor, f"{queue}?hub={hub}"),
        "queue of a theme": (editor, f"{queue}?theme=theme-0-group"),
        "queue overdue": (editor, f"{queue}?due=overdue&ordering=due"),
        "queue of a kind, by words": (editor, f"{queue}?kind={kind}&ordering=-words"),
        "queue of a request": (editor, f"{queue}?request=any"),
        "queue of a translator": (translator, f"{queue}?locale=mine&state=missing&state=outdated&ordering=-words"),
        "queue of somebody with one tree": (narrow, queue),
        "matrix": (editor, matrix),
        "matrix by title": (editor, f"{matrix}?ordering=title"),
        "matrix, page 300": (editor, f"{matrix}?p=300"),
        "matrix of a theme, not published": (editor, f"{matrix}?theme=theme-0-group&lacking=fr"),
        "coverage": (editor, reverse("translation_desk:coverage")),
        "dashboard of a translator": (translator, reverse("wagtailadmin_home")),
    }  # fmt: skip
    figures: dict[str, Any] = {
        "works": LanguageVersion.objects.order_by().values("work").distinct().count(),
        "versions": LanguageVersion.objects.count(),
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    figures |= {name: timed(client, address, options.times) for name, (client, address) in asked.items()}
    coverage = reverse("translation_desk:coverage")
    figures["coverage, counted anew"] = timed(editor, coverage, max(options.times // 5, 5), fresh=True)
    print(json.dumps(figures, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
