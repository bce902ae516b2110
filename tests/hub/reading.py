"""What tests of readers' ways do: read pages, and make who is named there."""

import json
import re

from wagtail.models import Locale, PageViewRestriction

from hub.models import Organisation, Person


def read(client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    return re.sub(r"\s+", " ", response.content.decode())


def crumbs(html: str) -> list[str]:
    found = re.search(r'<nav class="crumbs.*?</nav>', html)
    return re.findall(r"<(?:a|span)[^>]*>([^<]+)", found[0]) if found else []


def main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def person(name: str, **fields) -> Person:
    return Person.objects.create(name=name, slug=name.lower(), **fields)


def organisation(name: str, **fields) -> Organisation:
    return Organisation.objects.create(name=name, slug=name.lower(), **fields)


def speaker(somebody: Person) -> str:
    return json.dumps([{"type": "speaker", "value": {"person": somebody.pk, "role": "talk", "topic": ""}}])


def version(page, language: str, **changes):
    copy = page.copy_for_translation(Locale.objects.get(language_code=language))
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save_revision().publish()
    return type(page).objects.get(pk=copy.pk)
