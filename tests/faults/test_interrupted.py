"""What is interrupted is there whole or not at all, or whole once it is repeated."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The demonstration takes minutes: `python -m tests.faults.interrupted load_demo`.
NAMES = ("publish", "submit", "xliff", "po", "tmx", "tbx", "rebuild", "migrate")


@pytest.mark.long
def test_processes_that_are_killed_leave_nothing_half(migrated_database, capfd):
    command = [sys.executable, "-m", "tests.faults.interrupted", "--database", str(migrated_database)]
    command += ["--kills", os.environ.get("FAULTS_KILLS", "1"), *NAMES]
    with capfd.disabled():
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
