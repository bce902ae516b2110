"""What the processes of the kill test do. Importing this sets Django up, once for all: see tests/search/torture."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta
from pathlib import Path

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone

from tests.search.torture.processes import _write_to, manage  # isort: skip  sets Django up
from tests import content

__all__ = ["manage", "publish"]


def publish(log: str, journal: str, name: str) -> None:
    """Publishes posts until killed, every third one at a time that is to come, each with a mail; notes in the file
    `journal` what is committed."""
    _write_to(log)
    with Path(journal).open("a", buffering=1) as notes:
        for number in itertools.count():
            title = f"Post {name} {number}"
            with transaction.atomic():
                page = content.post(title, slug=f"post-{name}-{number}", live=bool(number % 3))
                if number % 3 == 0:
                    page.go_live_at = timezone.now() + timedelta(seconds=1)
                    page.save_revision().publish()
                EmailMessage(title, "It is there.", to=["anna@example.org"]).send()
            notes.write(f"{title}\n")
            time.sleep(0.05)
