"""Lists of the newest pages do not read all pages of the hub."""

import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate
from wagtail.models import Locale

from hub.apps import INDEXES
from hub.listings import offered_by
from news.models import NewsPage
from tests import content

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "sqlite", reason="plans are told in SQLite's words")
def test_the_newest_pages_are_found_in_their_order():
    plan = NewsPage.objects.for_readers("en").newest()[:3].explain()
    assert "hub_page_newest" in plan
    assert "B-TREE FOR ORDER BY" not in plan


def test_indexes_come_again_after_a_migration_of_wagtail_has_dropped_them():
    with connection.cursor() as cursor:
        for name in INDEXES:
            cursor.execute(f"DROP INDEX {name}")
    hub = apps.get_app_config("hub")
    post_migrate.send(sender=hub, app_config=hub, verbosity=0, interactive=False, using="default", plan=[], apps=apps)
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "wagtailcore_page")
    assert INDEXES.keys() <= found.keys()


def test_a_list_offers_what_readable_posts_of_its_language_have():
    climate, food = content.theme("climate", en="Climate"), content.theme("food", en="Food")
    content.post("Old", themes=[climate], first_published_at="2019-12-31T23:30:00Z")
    content.post("New", themes=[climate], first_published_at="2026-05-01T10:00:00Z")
    content.post("Draft", themes=[food], live=False)
    content.post("Neu", language="de", themes=[food])
    assert offered_by(NewsPage, Locale.objects.get(language_code="en").pk) == ({climate.pk}, {2020, 2026}, 2)


def test_migrating_other_apps_alone_needs_no_pages(tmp_path):
    settings = {
        "DATA_DIR": str(tmp_path),
        "DEBUG": "1",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "manage.py", "migrate", "contenttypes", "-v0"]
    done = subprocess.run(command, env=os.environ | settings, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
