"""A backup of the whole hub as one ZIP: every row, every uploaded file, and the settings that are no secrets.

Rows are written as the fields hold them and not as a database does, so a backup of SQLite can be restored into
PostgreSQL and the other way round: that is also how a hub moves from one to the other.

    about.json                 when, by which release (its migrations), from which database, how many rows
    tables/<table>.jsonl       the names of the columns, then a row a line
    media/...                  uploaded files
    private/...                files that go to and come from translators

What follows from the rest is left out: the search index, sessions, caches and pictures in the sizes of pages.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import storages
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.fields import StreamField

from . import mail
from .disk import is_full
from .models import ContentChange

FORMAT = 1
LEFT_OUT = frozenset(
    {
        "hub.contentchange", "hub.hubrendition", "search.indexchange", "search.indexstate", "sessions.session",
        "wagtailadmin.editingsession", "wagtailimages.rendition",
    }
)  # fmt: skip
LEFT_OUT_APPS = frozenset({"axes", "wagtailsearch"})
# Storages (hub/storages.py), by the folder of the archive that has their files.
FOLDERS = {"media": "default", "private": "private"}
# Folders of the media storage that are made again.
DERIVED_FOLDERS = frozenset({"media/images", "media/share"})
SETTINGS = ("BASE_URL", "LANGUAGES", "TIME_ZONE", "WAGTAIL_SITE_NAME", "DEFAULT_FROM_EMAIL", "ELASTICSEARCH_INDEX")
ROWS_AT_ONCE = 500
# Mails are tried for about a day.
MAILS_WAIT = timedelta(days=1)
Say = Callable[[str], None]


class BackupError(Exception):
    """A backup cannot be made or restored; the message says why and what to do."""


# What is in it


def kept_models() -> list[type[models.Model]]:
    """In an order that is the same on every machine."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in LEFT_OUT_APPS
        and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of the model's own table."""
    return list(model._meta.local_concrete_fields)


def migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def kept_rows(model: type[models.Model]) -> models.QuerySet[Any]:
    """All rows but mails that were given up: they may hold links to new passwords, and nobody waits for them."""
    rows: models.QuerySet[Any] = model._base_manager.all()
    if model is DBTaskResult:
        return rows.exclude(status=TaskResultStatus.FAILED, task_path=mail.send.module_path)
    return rows


def storable(value: Any) -> Any:
    """What JSON has no type for, as text."""
    if isinstance(value, bytes | memoryview):
        return b64encode(bytes(value)).decode()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if hasattr(value, "isoformat"):
        # With microseconds, which Django's own encoder leaves out.
        return value.isoformat()
    return DjangoJSONEncoder().default(value)


def restored(field: models.Field[Any, Any], value: Any) -> Any:
    """A value from a backup as the database takes it."""
    if value is None or isinstance(field, StreamField | models.JSONField):
        prepared = value
    elif isinstance(field, models.BinaryField):
        prepared = b64decode(value)
    elif isinstance(field, models.DurationField):
        prepared = timedelta(seconds=value)
    else:
        prepared = field.to_python(value)
    return field.get_db_prep_save(prepared, connection)


# Backup


def backup(target: Path, say: Say = print) -> None:
    """Write a backup into the file `target`, while the hub runs. It appears under its name when it is whole.

    Rows are those of one moment. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} is there already: name another file, or delete it first.")
    try:
        descriptor, name = tempfile.mkstemp(prefix=target.name, suffix=".part", dir=target.parent)
    except OSError as error:
        raise BackupError(f"Nothing can be written into {target.parent}: {error.strerror}.") from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with snapshot():
                rows = {model._meta.db_table: write_table(archive, model) for model in kept_models()}
                made = migrations()
            about = {
                "format": FORMAT,
                "made": timezone.now().isoformat(),
                "database": connection.vendor,
                "migrations": made,
                "rows": rows,
                "files": write_files(archive, say),
                "settings": {name: getattr(settings, name, None) for name in SETTINGS},
            }
            archive.writestr("about.json", json.dumps(about, ensure_ascii=False, indent=1, default=str))
        part.replace(target)
    except OSError as error:
        raise BackupError(f"The backup cannot be written: {error.strerror or error}.") from error
    finally:
        part.unlink(missing_ok=True)
    say(f"{sum(rows.values())} rows and {about['files']} files are in {target} ({target.stat().st_size} bytes).")


@contextmanager
def snapshot() -> Iterator[None]:
    """All that is read inside is of one moment, and nobody who writes has to wait."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Django's own transactions would take the right to write.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        else:
            with transaction.atomic():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                yield


def write_table(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    """Write the rows of a table, and return how many there are."""
    fields = columns(model)
    count = 0
    with archive.open(f"tables/{model._meta.db_table}.jsonl", "w", force_zip64=True) as file:
        file.write(line([field.column for field in fields]))
        # In parts by the key, and not by a cursor of the server: these are the same in every database.
        last = None
        rows = kept_rows(model).order_by("pk")
        key = [field.attname for field in fields].index(model._meta.pk.attname)
        while True:
            some = rows if last is None else rows.filter(pk__gt=last)
            part = list(some.values_list(*(field.attname for field in fields))[:ROWS_AT_ONCE])
            for row in part:
                file.write(line([field.get_prep_value(value) for field, value in zip(fields, row, strict=True)]))
            count += len(part)
            if len(part) < ROWS_AT_ONCE:
                return count
            last = part[-1][key]


def line(values: list[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=storable).encode() + b"\n"


def write_files(archive: zipfile.ZipFile, say: Say) -> int:
    """Write the files, and return how many there are. One that goes meanwhile is said and left out."""
    count = 0
    for folder, alias in FOLDERS.items():
        for name in stored_files(folder):
            try:
                with (
                    storages[alias].open(name.removeprefix(f"{folder}/")) as source,
                    archive.open(name, "w", force_zip64=True) as copy,
                ):
                    shutil.copyfileobj(source, copy)
            except FileNotFoundError:
                say(f"The file {name} was deleted meanwhile, and is left out.")
                continue
            count += 1
    return count


def stored_files(folder: str) -> Iterator[str]:
    """The files of a folder of the archive, by their names in it."""
    top, _, path = folder.partition("/")
    try:
        folders, files = storages[FOLDERS[top]].listdir(path)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}"
    for name in sorted(folders):
        if f"{folder}/{name}" not in DERIVED_FOLDERS:
            yield from stored_files(f"{folder}/{name}")


# Restore


def restore(source: Path, say: Say = print) -> None:
    """Put a backup into an empty hub: a database that was just migrated, and no uploaded files. Raises BackupError.

    Everything is checked before anything is changed, and rows come in one transaction.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            about = read_about(archive, source)
            check_place(about)
            broken = archive.testzip()
            if broken:
                raise BackupError(f"{source} is damaged: {broken} cannot be read.")
            with ExitStack() as stored:
                with transaction.atomic():
                    read_tables(archive, about)
                    mails = waiting_mails(about)
                    ContentChange.objects.note()
                    read_files(archive, stored)
                stored.pop_all()
    except (OSError, zipfile.BadZipFile, EOFError, DatabaseError) as error:
        if is_full(error):
            raise BackupError("The disk is full: there is no room for the backup. Nothing was changed.") from error
        if isinstance(error, DatabaseError):
            raise BackupError(f"The database did not take the backup: {error}. Nothing was changed.") from error
        raise BackupError(f"{source} cannot be read as a backup: {error}.") from error
    say(f"{sum(about['rows'].values())} rows and {about['files']} files of {about['made']} are restored.")
    if mails:
        say(f"Mails that waited: {mails}")
    say("Make the search index anew: manage.py search_rebuild")


def read_about(archive: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads(archive.read("about.json"))
        if about["format"] != FORMAT:
            raise BackupError(f"{source} is of another kind of backup ({about['format']}, and not {FORMAT}).")
    except (KeyError, TypeError, ValueError):
        raise BackupError(f"{source} is no backup of a hub: it does not say what is in it.") from None
    return about


def check_place(about: dict[str, Any]) -> None:
    """Whether this is a place for the backup: the same release, and nothing that would be lost."""
    there, here = set(about["migrations"]), set(migrations())
    if there != here:
        other = sorted(there ^ here)
        raise BackupError(
            "The backup was made by another release: restore it with that one, and update then. "
            f"They differ in {', '.join(other[:3])}{' and others' if len(other) > 3 else ''}."
        )
    languages = {code for code, _name in about["settings"]["LANGUAGES"]}
    if missing := languages - {code for code, _name in settings.LANGUAGES}:
        raise BackupError(f"The setting LANGUAGES lacks languages of the backup: {', '.join(sorted(missing))}.")
    users = apps.get_model(settings.AUTH_USER_MODEL)
    if users._base_manager.exists() or any(next(stored_files(folder), None) for folder in FOLDERS):
        raise BackupError("This hub has users or files already. Restore into an empty database and DATA_DIR.")


def read_tables(archive: zipfile.ZipFile, about: dict[str, Any]) -> None:
    """Replace what migrations and the language trees have made by the rows of the backup."""
    known = kept_models()
    # Keys between tables are checked at the end of the transaction.
    with connection.cursor() as cursor:
        for model in known:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - our table
        for model in known:
            count = read_table(archive, model)
            if count != about["rows"].get(model._meta.db_table, 0):
                raise BackupError(f"The table {model._meta.db_table} is not whole in the backup. Nothing was changed.")
        for statement in connection.ops.sequence_reset_sql(no_style(), known):
            cursor.execute(statement)
    connection.check_constraints()


def read_table(archive: zipfile.ZipFile, model: type[models.Model]) -> int:
    """Insert the rows of a table, and return how many there are."""
    table = model._meta.db_table
    try:
        file = archive.open(f"tables/{table}.jsonl")
    except KeyError:
        return 0
    with file:
        by_column = {field.column: field for field in columns(model)}
        fields = [by_column[name] for name in json.loads(file.readline())]
        names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        statement = f"INSERT INTO {connection.ops.quote_name(table)} ({names}) VALUES ({marks})"  # noqa: S608 - our table
        count = 0
        with connection.cursor() as cursor:
            for lines in batched(file, ROWS_AT_ONCE):
                rows = [
                    [restored(field, value) for field, value in zip(fields, json.loads(text), strict=True)]
                    for text in lines
                ]
                cursor.executemany(statement, rows)
                count += len(rows)
    return count


def waiting_mails(about: dict[str, Any]) -> str:
    """A sentence about the mails that waited when the backup was made, if there were any.

    The hub that made it went on: after MAILS_WAIT it has sent them, or given them up.
    """
    mails = DBTaskResult.objects.filter(task_path=mail.send.module_path)
    if not (count := mails.count()):
        return ""
    if timezone.now() - datetime.fromisoformat(about["made"]) < MAILS_WAIT:
        return f"{count} are sent by the worker; those that have gone since go again, under the same Message-ID."
    mails.delete()
    return f"{count} are left out, as the backup is older than a day."


def read_files(archive: zipfile.ZipFile, stored: ExitStack) -> None:
    """Store the files; leaving `stored` deletes them again."""
    for info in archive.infolist():
        folder, _, name = info.filename.partition("/")
        if info.is_dir() or folder not in FOLDERS:
            continue
        if name.startswith("/") or ".." in name.split("/"):
            raise BackupError(f"The backup has a file that would leave its folder: {info.filename}")
        storage = storages[FOLDERS[folder]]
        with archive.open(info) as content:
            taken = storage.save(name, content)
        stored.callback(storage.delete, taken)
        # Rows have the names of files.
        if taken != name:
            raise BackupError(f"The file {info.filename} was stored as {taken}: it was there already.")
