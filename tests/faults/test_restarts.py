"""PostgreSQL ends and starts again under load: all come back by themselves, with nothing lost and nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.postgresql import tool

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL"),
]


@pytest.mark.django_db
def test_a_database_that_is_restarted_loses_and_doubles_nothing(tmp_path):
    place = connection.settings_dict
    migrated = f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    dump = tmp_path / "migrated"
    subprocess.run([tool("pg_dump"), "--format=custom", f"--file={dump}", migrated], check=True)
    command = [sys.executable, "-m", "tests.faults.restarts", "--dump", str(dump)]
    command += ["--kills", os.environ.get("FAULTS_KILLS", "2")]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
