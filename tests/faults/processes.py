"""What the processes of the kill test do. Importing this sets Django up, once for all: see tests/search/torture."""

from __future__ import annotations

import itertools
import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.test import Client
from django.utils import timezone

from tests.search.torture.processes import _write_to, manage  # isort: skip  sets Django up
from django.contrib.auth.models import User  # isort: skip
from wagtail.images.tests.utils import get_test_image_file  # isort: skip
from hub.models import HubImage  # isort: skip
from tests import content

__all__ = ["begin", "manage", "publish"]


def begin(log: str, told: str) -> None:
    """Makes a post with a picture, and a superuser; writes the cookie of who is logged in into the file `told`."""
    _write_to(log)
    picture = HubImage.objects.create(title="Bridge", file=get_test_image_file("bridge.png", size=(900, 600)))
    content.post("Bridge", slug="bridge", image=picture)
    client = Client()
    client.force_login(User.objects.create_superuser("anna"))
    Path(told).write_text(client.cookies[settings.SESSION_COOKIE_NAME].value)


def publish(log: str, journal: str, name: str, pause: float) -> None:
    """Publishes posts until killed, every third one at a time that is to come, each with a mail; notes in the file
    `journal` what is committed. Waits `pause` seconds after each."""
    _write_to(log)
    with Path(journal).open("a", buffering=1) as notes:
        for number in itertools.count():
            title = f"Post {name} {number}"
            close_old_connections()
            try:
                with transaction.atomic():
                    page = content.post(title, slug=f"post-{name}-{number}", live=bool(number % 3))
                    if number % 3 == 0:
                        page.go_live_at = timezone.now() + timedelta(seconds=1)
                        page.save_revision().publish()
                    EmailMessage(title, "It is there.", to=["anna@example.org"]).send()
            except (OperationalError, InterfaceError):
                time.sleep(0.5)  # and the next one, as an editor would go on
                continue
            notes.write(f"{title}\n")
            time.sleep(pause)
