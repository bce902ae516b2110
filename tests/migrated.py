"""An SQLite database with all migrations, made once and kept between runs: migrating takes a process 12 seconds.

Only migrations, settings and packages are looked at. After a change of something else that a migration calls, remove
`.pytest_cache/d/migrated`.
"""

import fcntl
import hashlib
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def migrated(folder: Path) -> Path:
    """The database, made in `folder` if it is not there for these migrations and packages."""
    files = [ROOT / "requirements.txt", ROOT / "config/settings.py", *sorted(ROOT.glob("*/migrations/*.py"))]
    digest = hashlib.sha256(platform.python_version().encode())
    for file in files:
        digest.update(f"{file.relative_to(ROOT)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    database = folder / f"{digest.hexdigest()[:16]}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not database.exists():
            for old in folder.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(prefix="hub-migrated-") as data:
                variables = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": data, "DEBUG": "1"}
                variables |= {"DATABASE_URL": "", "LANGUAGES": ""}
                command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
                subprocess.run(command, cwd=ROOT, env=variables, check=True)
                copy(Path(data) / "hub.sqlite3", str(database.with_suffix(".new"))).close()
            database.with_suffix(".new").rename(database)
    return database


def copy(source: Path, target: str) -> sqlite3.Connection:
    """Copy a database to a path or `file:` address; one in memory lives as long as the returned connection."""
    copied = sqlite3.connect(target, uri=True, check_same_thread=False)
    original = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    original.backup(copied)
    original.close()
    return copied
