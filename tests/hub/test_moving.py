"""A small hub becomes a large one: SQLite and folders become PostgreSQL and a bucket, and all of it comes along."""

import json
import os
import re
import subprocess
import sys
import uuid
import zipfile
from collections import Counter

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer
from psycopg import sql

from tests.migrated import ROOT

# A bit of everything, by what the editors' pages call.
MADE_THERE = """
from datetime import timedelta
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, Page, PageViewRestriction, Workflow
from wagtail.models import Comment
from wagtail.rich_text import RichText
from hub.models import HubDocument, HubImage
from tests import content
from tests.accounts.people import give_app, log_in, person
from tests.translation import desk
from translation.models import Job, TranslatorLanguage
from translation.requests import ask

call_command("sync_languages")
anna = person("anna")
give_app(anna)
RecoveryCodes.activate(anna)
tom = person("tom", "Translators")
TranslatorLanguage.objects.create(user=tom, locale=Locale.objects.get(language_code="fr"))
log_in(Client(SERVER_NAME="127.0.0.1"), "tom")

picture = HubImage.objects.create(title="Brücke", file=get_test_image_file(filename="Brücke a.png", size=(900, 600)))
picture.get_rendition("width-100")
document = HubDocument.objects.create(title="Plan", file=ContentFile(b"words of the plan", "plan.txt"))
post = content.post(
    "Wasser – für alle", language="de", image=picture, themes=[content.theme("water", de="Wasser")], slug="wasser",
    body=[{"type": "text", "value": f'<p>Der <a linktype="document" id="{document.pk}">Plan</a>.</p>'}],
)
translation = desk.start(post, "fr", "it")
desk.fill(translation, title="L’eau pour tous")
translation.save_target(user=tom, publish=True)
desk.republish(post, lead="Neu.")
draft = content.post("Entwurf", language="de", live=False)
draft.go_live_at = timezone.now() + timedelta(days=9)
draft.save_revision(user=anna).publish()
Comment.objects.create(page=draft, user=anna, text="Noch nicht", contentpath="title")
waiting = content.post("Zur Durchsicht", language="de", live=False)
Workflow.objects.first().start(waiting, anna)
closed = content.plain_page("Intern", slug="intern")
PageViewRestriction.objects.create(page=closed, restriction_type="login")
content.event("Messe", recurrence="FREQ=WEEKLY;COUNT=3")
Redirect.add_redirect("/alt", redirect_to=post)
call_command("worker", once=True)
EmailMessage("Hallo", "Da.", to=["anna@example.org"]).send()
job = Job.objects.create(kind=Job.Kind.EXPORT, user=tom, finished_at=timezone.now())
job.result.save("files.zip", ContentFile(b"PK of translators"))
# Nobody works here: however long the moving takes, what waits is not late.
DBTaskResult.objects.update(enqueued_at=timezone.now() + timedelta(hours=1))
"""

# What there must be some of, as all of it is compared.
WANTED = {
    "auth_user", "auth_user_groups", "django_tasks_database_dbtaskresult", "events_occurrence", "hub_hubdocument",
    "hub_hubimage", "hub_themelabel", "mfa_authenticator", "news_newspage", "translation_job",
    "translation_languageversion", "translation_memoryunit", "translation_translatorlanguage", "wagtailcore_comment",
    "wagtailcore_modellogentry", "wagtailcore_page", "wagtailcore_pagelogentry", "wagtailcore_pageviewrestriction",
    "wagtailcore_referenceindex", "wagtailcore_revision", "wagtailcore_taskstate", "wagtailcore_workflowstate",
    "wagtail_localize_stringsegment", "wagtail_localize_stringtranslation", "wagtail_localize_translation",
    "wagtail_localize_translationlog", "wagtail_localize_translationsource", "wagtailredirects_redirect",
}  # fmt: skip

DONE_HERE = """
import re
from django.contrib.auth.models import User
from django.test import Client
from hub.models import HubDocument, HubImage
from news.models import NewsPage
from search.engines import get_engine
from search.query import SearchQuery
from tests import content
from tests.accounts.people import code, is_logged_in, log_in
from translation.models import Job

reader = Client(SERVER_NAME="127.0.0.1")
german = NewsPage.objects.get(locale__language_code="de", slug="wasser")
french = NewsPage.objects.get(locale__language_code="fr", translation_key=german.translation_key)
assert (french.title, french.live) == ("L’eau pour tous", True)
assert german.get_latest_revision_as_object().lead == "Neu."
page = reader.get("/de/news/wasser/").text
picture = re.search(r'src="(/pictures/[^"]+)"', page)[1].replace("&amp;", "&")
made = b"".join(reader.get(picture).streaming_content)
assert made[8:12] == b"WEBP", made[:20]
assert b"".join(reader.get(HubDocument.objects.get().url).streaming_content) == b"words of the plan"
assert Job.objects.get().result.read() == b"PK of translators"
moved = reader.get("/alt/")
assert (moved.status_code, moved.url) == (301, "/de/news/wasser/"), (moved.status_code, moved.get("Location"))
assert reader.get("/en/intern/").status_code == 302
anna = Client(SERVER_NAME="127.0.0.1")
answer = log_in(anna, "anna")
answer = anna.post(answer.url, {"code": code()})
assert is_logged_in(anna), (answer.status_code, answer.get("Location"))
assert get_engine().search(SearchQuery(text="eau", language="fr")).total == 1
after = content.post("Danach", language="de")
assert after.pk > max(german.pk, french.pk)
after.copy_for_translation(french.locale).save_revision().publish()
"""


@pytest.fixture
def bucket():
    """The environment of a hub whose files lie in an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    found = boto3.resource("s3", endpoint_url=url, region_name="eu-central-1", **keys).Bucket("hub")
    found.create(CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield {"MEDIA_STORAGE": f"s3://hub?endpoint={url}&region=eu-central-1"} | {
        name.upper(): value for name, value in keys.items()
    }
    server.stop()


@pytest.fixture
def database():
    """The address of an empty PostgreSQL database."""
    server = os.environ["TEST_DATABASE_URL"]
    name = f"moved_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def documented():
    """The commands that docs/operations.md tells to give."""
    section = (ROOT / "docs/operations.md").read_text().partition("## From small to large")[2].partition("\n## ")[0]
    return [line.split() for line in re.findall(r"^    python (manage\.py [^#\n]+)", section, re.MULTILINE)]


def rows(archive):
    """The rows of a backup, by table. Databases order keys of JSON as they like."""
    found = {}
    for name in archive.namelist():
        if name.startswith("tables/"):
            lines = archive.read(name).decode().splitlines()
            table = name.removeprefix("tables/").removesuffix(".jsonl")
            found[table] = Counter(json.dumps(json.loads(line), sort_keys=True) for line in lines)
    return found


def files(archive):
    return {name: archive.read(name) for name in archive.namelist() if name.startswith(("media/", "private/"))}


def sequences_behind(url):
    """Tables whose next number was given already."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)"
            " FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'"
        ).fetchall()
        assert len(columns) > 50
        behind = set()
        for table, column, sequence in columns:
            (highest,) = connection.execute(
                sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(table))
            ).fetchone()
            (following,) = connection.execute("SELECT nextval(%s)", [sequence]).fetchone()
            if following <= (highest or 0):
                behind.add(table)
        return behind


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.skipif(os.environ.get("TEST_DATABASE_URL", "") == "", reason="moves from SQLite to PostgreSQL")
def test_a_small_hub_becomes_a_large_one_by_the_documented_commands(tmp_path, migrated_database, bucket, database):
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    (small / "hub.sqlite3").write_bytes(migrated_database.read_bytes())
    shared = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "1", "SECRET_KEY": "k" * 50}
    before = shared | {"DATA_DIR": str(small), "DATABASE_URL": ""}
    after = shared | {"DATA_DIR": str(large), "DATABASE_URL": database} | bucket

    def manage(environment, *arguments):
        command = [sys.executable, ROOT / "manage.py", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    manage(before, "shell", "--no-imports", "-c", MADE_THERE)
    first, *others = documented()
    assert (first[1:], others[-1][1:]) == (["backup", "hub.zip"], ["doctor"])
    manage(before, *first[1:])
    for command in others:
        said = manage(after, *command[1:])
    assert "Nothing is wrong." in said
    behind = sequences_behind(database)
    manage(after, "backup", "again.zip")
    with zipfile.ZipFile(tmp_path / "hub.zip") as there, zipfile.ZipFile(tmp_path / "again.zip") as here:
        assert files(here) == files(there)
        assert {name.split("/")[0] for name in files(there)} == {"media", "private"}
        moved, left = rows(here), rows(there)
    assert {table for table in WANTED if len(left.get(table, ())) < 2} == set(), "the first line names columns"
    assert moved.keys() == left.keys()
    assert behind & left.keys() == set()
    for table in left:
        assert moved[table] == left[table], table
    manage(after, "shell", "--no-imports", "-c", DONE_HERE)
    manage(after, "doctor")
