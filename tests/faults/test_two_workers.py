"""Workers that look for tasks at the same moment: each task is done once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
TASKS, WORKERS = 60, 3

# Processes that are forked from one, so that all begin at once and setting up is paid for once.
WORK = f"""
import os, sys
import django
django.setup()
from django.db import connection
from django_tasks_db.models import DBTaskResult
from hub.management.commands.worker import TaskWorker
from tests.faults.tasks import note

def apart():
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()

for number in range({TASKS}):
    note.enqueue(sys.argv[1], str(number))
apart()
waiting, begin = os.pipe()
workers = []
for _number in range({WORKERS}):
    worker = os.fork()
    if not worker:
        os.close(begin)
        os.read(waiting, 1)  # until all are there
        TaskWorker(batch=True).run()
        os._exit(0)
    workers.append(worker)
os.close(begin)
statuses = [os.waitpid(worker, 0)[1] for worker in workers]
tasks = list(DBTaskResult.objects.values_list("status", "worker_ids"))
DBTaskResult.objects.all().delete()
print(statuses, {{status for status, _workers in tasks}}, {{len(workers) for _status, workers in tasks}},
      len({{worker for _status, workers in tasks for worker in workers}}) > 1)
"""


@pytest.mark.django_db
@pytest.mark.postgresql
def test_each_task_is_done_once(tmp_path, request):
    if connection.vendor == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_database"), tmp_path / "hub.sqlite3")
        address = ""
    else:
        place = connection.settings_dict
        address = f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": address, "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", WORK, str(tmp_path / "done")]
    run = subprocess.run(command, cwd=ROOT, env=os.environ | settings, check=False, capture_output=True, text=True)
    assert run.stdout.strip() == f"{[0] * WORKERS} {{'SUCCESSFUL'}} {{1}} True", run.stdout + run.stderr
    done = (tmp_path / "done").read_text().split()
    assert sorted(done, key=int) == [str(number) for number in range(TASKS)]
