"""Any of the languages, any of them first; each page says which it is in and where its other versions are."""

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from wagtail.models import Locale

from config.catalogs import COMPLETE
from hub.index_titles import SLUGS, TITLES
from hub.language_trees import index_models
from hub.languages import EU_LANGUAGES
from tests import content

ROOT = Path(__file__).resolve().parent.parent.parent

# Builds the trees of a fresh hub, and looks at them as a reader without a preferred language.
FRESH_HUB = """
import json
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
call_command("sync_languages")
call_command("sync_languages")
from wagtail.models import Page
client = Client(SERVER_NAME="localhost")
pages = Page.objects.filter(depth__gt=1).order_by("path").select_related("locale")
print(json.dumps({
    "titles": {page.url_path: page.title for page in pages},
    "versions": {page.url_path: page.get_translations(inclusive=True).count() for page in pages},
    "root": client.get("/")["Location"],
    "answers": {page.url_path: client.get(page.url_path).status_code for page in pages},
}))
"""


def fresh_hub(folder, languages):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(folder), "DATABASE_URL": "",
        "LANGUAGES": languages, "DEBUG": "1",
    }  # fmt: skip
    command = [sys.executable, "-c", FRESH_HUB]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.long
def test_german_may_be_the_first_of_two_languages(tmp_path):
    hub = fresh_hub(tmp_path, "de,en")
    assert hub["root"] == "/de/"
    assert {path.split("/")[1] for path in hub["titles"]} == {"de", "en"}
    assert (hub["titles"]["/de/news/"], hub["titles"]["/en/news/"]) == ("Aktuelles", "News")
    assert set(hub["versions"].values()) == {2}
    assert set(hub["answers"].values()) == {200}


@pytest.mark.long
def test_all_languages_of_the_union_have_their_trees(tmp_path, migrated_database):
    shutil.copy(migrated_database, tmp_path / "hub.sqlite3")
    hub = fresh_hub(tmp_path, ",".join(EU_LANGUAGES))
    assert len(hub["titles"]) == 24 * (1 + len(SLUGS))
    assert set(hub["versions"].values()) == {24}
    assert set(hub["answers"].values()) == {200}
    assert (hub["titles"]["/el/events/"], hub["titles"]["/fr/events/"]) == ("Εκδηλώσεις", "Événements")


def test_every_language_has_titles_for_its_index_pages():
    assert {*TITLES, *COMPLETE, "en"} == set(EU_LANGUAGES)
    assert {model.index_slug for model in index_models()} == set(SLUGS)


class Head(HTMLParser):
    """What a page says about languages."""

    def __init__(self, html):
        super().__init__()
        self.lang, self.alternates, self.switcher = "", {}, {}
        self.in_switcher = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "html":
            self.lang = attrs["lang"]
        if tag == "link" and attrs.get("rel") == "alternate" and "hreflang" in attrs:
            self.alternates[attrs["hreflang"]] = attrs["href"]
        if tag == "nav":
            self.in_switcher = attrs.get("class") == "languages"
        if tag == "a" and self.in_switcher:
            assert attrs["hreflang"] == attrs["lang"]
            self.switcher[attrs["hreflang"]] = attrs["href"]

    def handle_endtag(self, tag):
        if tag == "nav":
            self.in_switcher = False


def look(client, page):
    response = client.get(page.url)
    assert response.status_code == 200
    return Head(response.content.decode())


def translated(page, language, title, *, live=True):
    version = page.copy_for_translation(Locale.objects.get(language_code=language))
    version.title, version.slug = title, ""
    revision = version.save_revision()
    if live:
        revision.publish()
        version.refresh_from_db()
    return version


@pytest.fixture
def versions(db):
    """A post in German and Polish, and a French draft of it."""
    page = content.post("Eins", language="de")
    polish = translated(page, "pl", "Jeden")
    translated(page, "fr", "Un", live=False)
    return {"de": page, "pl": polish}


def test_a_page_says_its_language(client, versions):
    assert {code: look(client, page).lang for code, page in versions.items()} == {"de": "de", "pl": "pl"}


def test_alternates_are_the_live_versions_and_the_original_for_everybody_else(client, versions):
    expected = {code: page.full_url for code, page in versions.items()}
    for page in versions.values():
        alternates = look(client, page).alternates
        assert alternates.pop("x-default") in expected.values()
        assert alternates == expected


def test_a_page_in_one_language_claims_no_other(client, db):
    alternates = look(client, content.post("Eins", language="de")).alternates
    assert set(alternates) <= {"de", "x-default"}


def test_the_switcher_leads_to_the_page_in_the_other_language_or_to_its_home(client, versions):
    switcher = look(client, versions["de"]).switcher
    assert {code: re.sub(r"^https?://[^/]+", "", url) for code, url in switcher.items()} == {
        "de": versions["de"].url,
        "pl": versions["pl"].url,
        **{code: f"/{code}/" for code in ("en", "es", "fr", "it")},
    }


def test_a_restricted_version_is_named_nowhere(client, versions):
    versions["pl"].view_restrictions.create(restriction_type="login")
    head = look(client, versions["de"])
    assert set(head.alternates) <= {"de", "x-default"}
    assert head.switcher["pl"].endswith("/pl/")


@pytest.mark.parametrize(("language", "month"), [("de", "März"), ("fr", "mars"), ("pl", "marca"), ("en", "March")])
def test_dates_are_written_in_the_language_of_the_page(client, db, language, month):
    page = content.post("Eins", language=language)
    type(page).objects.filter(pk=page.pk).update(first_published_at="2026-03-04T12:00:00Z")
    assert f" {month} 2026" in client.get(page.url).content.decode().replace("\xa0", " ")
