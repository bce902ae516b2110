"""What may be wrong with the search index: see hub/doctor.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from hub.doctor import Problem, counted

from .engines import EngineUnavailable, get_engine
from .models import IndexChange
from .outbox import oldest_waiting
from .rebuild import compare, needs_rebuild, rebuild


def index() -> Iterator[Problem]:
    status = get_engine().status()
    if status.error:
        yield Problem(
            f"The search engine ({status.name}) does not answer: {status.error}",
            advice="Until it does, the results page answers from titles.",
        )
        return
    if needs_rebuild():
        yield Problem("There is no search index of this database.", mend=rebuild)
        return
    try:
        differences = compare()
    except EngineUnavailable as error:
        yield Problem(f"The search index cannot be compared: {error}")
        return
    if keys := differences.keys:
        yield Problem(
            f"{counted(len(keys), 'work is', 'works are')} not in the search index as stored in the database.",
            mend=lambda: IndexChange.objects.touch(UUID(key) for key in keys),
        )


def outbox() -> Iterator[Problem]:
    age = timedelta(seconds=round(oldest_waiting(timezone.now())))
    if age.total_seconds() > settings.SEARCH_OUTBOX_MAX_AGE:
        yield Problem(
            f"Changes have waited for the search index for {age}.", advice="Start the worker: manage.py worker."
        )
    if number := IndexChange.objects.unreadable().works():
        yield Problem(
            f"{counted(number, 'work', 'works')} could not be brought into the search index.",
            advice="The log of the worker says why.",
        )
