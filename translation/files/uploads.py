"""Files between upload and approval: beside the public files, and for the session of the one who sent them only."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from django.core.files import File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from hub.disk import has_room_for

from .exchange import FileError
from .limits import LARGEST_UPLOAD, MB

SESSION_KEY = "translation_uploads"
FOLDER = "translation-uploads"
KEPT = 24 * 60 * 60  # seconds
MOST_KEPT = 5  # by one session, and of large ones by one person
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}\Z")


@dataclass(frozen=True)
class Upload:
    token: str
    name: str
    only: int | None  # primary key of the translation it has to be of
    machine: bool  # a machine has translated it
    seen_at: datetime | None  # when its report was shown

    def open(self) -> IO[bytes]:
        return opened(self.token)


def store(file: UploadedFile) -> str:
    """Store a file, and return its token. Raises FileError if it is too large, or the disk is full."""
    if (file.size or 0) > LARGEST_UPLOAD:
        raise FileError(_("It is larger than %(size)s MB.") % {"size": LARGEST_UPLOAD // MB})
    if not has_room_for(file.size or 0):
        raise FileError(_("The disk of the hub is full. Please tell whoever looks after the hub."))
    token = secrets.token_urlsafe(24)
    _tidy()
    storages["private"].save(_path(token), file)
    return token


@contextmanager
def created() -> Iterator[tuple[str, IO[bytes]]]:
    """A token, and its file to write. It is stored at the end, unless something is raised."""
    token = secrets.token_urlsafe(24)
    with TemporaryFile() as target:
        yield token, target
        _tidy()
        storages["private"].save(_path(token), File(target))


def opened(token: str) -> IO[bytes]:
    """The file itself, without Django's wrapper, which reads from the beginning again where it is asked for lines.

    Raises FileNotFoundError.
    """
    return cast(IO[bytes], storages["private"].open(_path(token)).file)


def drop(token: str) -> None:
    storages["private"].delete(_path(token))


def keep(request: HttpRequest, file: UploadedFile, *, only: int | None = None, machine: bool = False) -> str:
    """Store a file for its report, and return the token by which this session finds it. Raises FileError."""
    token = store(file)
    kept = request.session.get(SESSION_KEY, {})
    while len(kept) >= MOST_KEPT:
        oldest = next(iter(kept))
        del kept[oldest]
        drop(oldest)
    kept[token] = {
        "name": Path(file.name or "").name[:200],
        "user": request.user.pk,
        "only": only,
        "machine": machine,
        "seen": None,
    }
    request.session[SESSION_KEY] = kept
    return token


def find(request: HttpRequest, token: str) -> Upload | None:
    """The file of a token, None if it is not this session's or is not there any more."""
    stored = request.session.get(SESSION_KEY, {}).get(token)
    if (
        not TOKEN.match(token)
        or not stored
        or stored["user"] != request.user.pk
        or not storages["private"].exists(_path(token))
    ):
        return None
    seen = datetime.fromisoformat(stored["seen"]) if stored["seen"] else None
    return Upload(token, stored["name"], stored["only"], stored["machine"], seen)


def mark_seen(request: HttpRequest, token: str, at: datetime) -> None:
    kept = request.session[SESSION_KEY]
    kept[token]["seen"] = at.isoformat()
    request.session[SESSION_KEY] = kept


def forget(request: HttpRequest, token: str) -> None:
    kept = request.session.get(SESSION_KEY, {})
    kept.pop(token, None)
    request.session[SESSION_KEY] = kept
    drop(token)


def _path(token: str) -> str:
    return f"{FOLDER}/{token}"


def _tidy() -> None:
    """Take away what nobody has come back for."""
    files = storages["private"]
    try:
        names = files.listdir(FOLDER)[1]
    except FileNotFoundError:
        return  # the first one
    for name in names:
        try:
            if files.get_modified_time(_path(name)).timestamp() < time.time() - KEPT:
                files.delete(_path(name))
        except FileNotFoundError:
            continue  # another process was faster
