"""No drift, whatever is killed: see tests/search/torture, which can also run for hours."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from tests.elasticsearch.server import missing
from tests.search.torture.__main__ import ROOT


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the torture has an SQLite database of its own")
@pytest.mark.parametrize("engine", ["embedded", pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)])
def test_index_and_database_agree_after_everything_has_been_killed(engine, tmp_path, capfd):
    if engine == "elasticsearch" and (reason := missing()):
        pytest.skip(reason)
    # What a backup would wait for: this test's own transaction.
    (tmp_path / "empty.sqlite3").write_bytes(connection.connection.serialize())
    command = [sys.executable, "-m", "tests.search.torture", "--engine", engine]
    command += ["--database", str(tmp_path / "empty.sqlite3")]
    command += ["--operations", os.environ.get("TORTURE_OPERATIONS", "2000")]
    command += ["--kills", os.environ.get("TORTURE_KILLS", "40")]
    with capfd.disabled():
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        print(f"\n{done.stdout.splitlines()[0]}", flush=True)
    assert done.returncode == 0, done.stdout + done.stderr
