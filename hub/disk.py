"""A disk that is full: how it shows, and how much room there is."""

from __future__ import annotations

import errno
import shutil
import sqlite3
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage

# Bytes that uploads leave to database, index and logs.
RESERVE = 100 * 2**20
# Also of a quota, or of a file system that holds no larger files.
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# https://www.postgresql.org/docs/current/errcodes-appendix.html, disk_full
POSTGRESQL_FULL = "53100"


def is_full(error: BaseException | None) -> bool:
    """Whether something failed because a disk is full: the hub's, or that of its database."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            return True
        # SQLite then ends the transaction by itself, and who met the error may have told nobody.
        if isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such savepoint"):
            return True
        if getattr(error, "sqlstate", None) == POSTGRESQL_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def free(folder: Path) -> int:
    """Bytes that may be written into a folder, which need not be there yet."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def has_room_for(size: int) -> bool:
    """Whether an upload of so many bytes may be kept. A bucket has room for any."""
    return not isinstance(default_storage, FileSystemStorage) or free(Path(settings.DATA_DIR)) >= size + RESERVE
