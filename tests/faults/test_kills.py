"""Web server, worker and editor are killed while posts are published: nothing is lost, and nothing is there twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_kills_lose_nothing_and_double_nothing(migrated_database, capfd):
    command = [sys.executable, "-m", "tests.faults", "--database", str(migrated_database)]
    command += ["--kills", os.environ.get("FAULTS_KILLS", "12")]
    with capfd.disabled():
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
