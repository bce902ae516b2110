"""SQLite as the settings open it: many write at once, nobody is told that the database is locked, nothing is lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from config import environment as env

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")

START = """
import os, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.db import connection, connections, models, transaction
from django.db.models import functions
"""
# Threads that each read and then write in one transaction, write without one, and write several tables.
WRITING = f"""{START}
from django.contrib.auth.models import Group, User
from django.contrib.sessions.models import Session
from django.utils import timezone
from hub.models import ContentChange

failures = []

def write():
    try:
        for number in range(ROUNDS):
            with transaction.atomic():
                group = Group.objects.get(name__startswith="count ")
                group.name = f"count {{int(group.name.split()[1]) + 1}}"
                group.save()
            longer = functions.Concat("last_name", models.Value("x"))
            User.objects.filter(username="counter").update(last_name=longer)
            with transaction.atomic():
                ContentChange.objects.note()
                Session.objects.create(
                    session_key=f"{{os.getpid()}}-{{threading.get_ident()}}-{{number}}", expire_date=timezone.now()
                )
    except Exception as error:
        failures.append(error)
    finally:
        connections.close_all()

threads = [threading.Thread(target=write) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit("; ".join(map(repr, failures)) or 0)
"""
PROCESSES, THREADS, ROUNDS = 3, 3, 20

# What goes through many rows and writes, while somebody else writes between any two of them.
LONG_READING = f"""{START}
from django.db.models import QuerySet
from tests import content
from events.upkeep import extend_occurrences
from search.signals import _keys_below
from search.models import IndexChange
from translation import progress
from translation.models import LanguageVersion
from hub.language_trees import ensure_language_trees

ensure_language_trees()
for number in range(3):
    content.event(f"Fair {{number}}", recurrence="FREQ=WEEKLY;COUNT=3")
    content.post(f"Water {{number}}")
from events.models.sequence import CalendarSequence
CalendarSequence.objects.all().delete()
LanguageVersion.objects.all().delete()

# As if there were more rows than are read at once, and writers who never pause.
original, begin, other = QuerySet.iterator, connection._start_transaction_under_autocommit, connection.copy()
QuerySet.iterator = lambda rows, chunk_size=None: original(rows, chunk_size=1)

def begin_late():
    with other.cursor() as cursor:
        cursor.execute("UPDATE hub_contentchange SET id = id + 1 WHERE id = (SELECT max(id) FROM hub_contentchange)")
        assert cursor.rowcount
    begin()

connection._start_transaction_under_autocommit = begin_late
progress.BATCH = 1
extend_occurrences()
assert CalendarSequence.objects.count() == 3
progress.check_versions()
assert LanguageVersion.objects.values("work").distinct().count() >= 6
IndexChange.objects.touch(_keys_below(""))
"""


@pytest.fixture
def data(migrated_database, tmp_path):
    """A folder with the database of a new hub."""
    shutil.copy(migrated_database, tmp_path / "hub.sqlite3")
    with sqlite3.connect(tmp_path / "hub.sqlite3") as database:
        database.execute("INSERT INTO auth_group (name) VALUES ('count 0')")
        database.execute(
            "INSERT INTO auth_user (username, last_name, first_name, email, password, is_active, is_staff,"
            " is_superuser, date_joined) VALUES ('counter', '', '', '', '', 1, 0, 0, '2026-01-01')"
        )
    database.close()
    return tmp_path


def start(code, data):
    environment = os.environ | {"DATA_DIR": str(data), "DATABASE_URL": "", "PYTHONPATH": str(Path.cwd())}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True)


def test_many_writers_at_once_lose_nothing_and_are_never_told_that_it_is_locked(data):
    code = WRITING.replace("ROUNDS", str(ROUNDS)).replace("THREADS", str(THREADS))
    processes = [start(code, data) for _ in range(PROCESSES)]
    assert [process.communicate()[1] for process in processes] == [""] * PROCESSES
    with sqlite3.connect(data / "hub.sqlite3") as database:
        count = database.execute("SELECT name FROM auth_group WHERE name LIKE 'count %'").fetchone()[0]
        length = database.execute("SELECT length(last_name) FROM auth_user WHERE username = 'counter'").fetchone()[0]
        sessions = database.execute("SELECT count(*) FROM django_session").fetchone()[0]
    database.close()
    written = PROCESSES * THREADS * ROUNDS
    assert (count, length, sessions) == (f"count {written}", written, written)


def test_work_on_many_rows_may_write_while_others_do(data):
    process = start(LONG_READING, data)
    said = process.communicate()[1]
    assert process.returncode == 0, said
    assert "locked" not in said


def test_what_is_committed_is_logged_ahead_and_survives_a_killed_process(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    config = env.database("DATABASE_URL", default=tmp_path / "hub.sqlite3")
    database = sqlite3.connect(config["NAME"])
    database.executescript(config["OPTIONS"]["init_command"])
    found = {name: database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 1}
