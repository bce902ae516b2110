"""A task whose every run can be seen."""

from pathlib import Path

from django.tasks import task


@task()
def note(path: str, word: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
