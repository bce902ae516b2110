"""At the large size a web server, a worker and a node of Elasticsearch are killed while people read and publish."""

import os
import subprocess
import sys

import pytest

from .cluster import ROOT, missing

pytestmark = [pytest.mark.elasticsearch, pytest.mark.long]


def test_one_of_each_may_go_and_no_reader_sees_an_error(capfd):
    if reason := missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    command = [sys.executable, "-m", "tests.faults.cluster", "--seconds", os.environ.get("FAULTS_SECONDS", "0")]
    with capfd.disabled():
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
