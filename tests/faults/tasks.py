"""A task whose every run can be seen, and that takes as long as it takes others to look for the next."""

import time
from pathlib import Path

from django.tasks import task


@task()
def note(path: str, word: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
    time.sleep(0.02)
