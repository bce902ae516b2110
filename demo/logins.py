"""People who can log in to the demonstration."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils.crypto import get_random_string
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from hub.models import Person
from hub.roles import EDITORS, MODERATORS, TRANSLATORS
from translation.models import TranslatorLanguage

# (username, group, the person of the demonstration who works under it)
LOGINS = (
    ("admin", None, "maarja-tamberg"),
    ("editor", EDITORS, "lena-brandhorst"),
    ("moderator", MODERATORS, "padraic-ennis"),
    ("translator", TRANSLATORS, None),
)
# What the translator translates into: the rest of the queue shows others' languages, locked.
TRANSLATOR_LANGUAGES = ("en", "de", "fr")


def create_logins() -> tuple[dict[str, Any], dict[str, str]]:
    """All four users by username, and the new passwords of those that were not there."""
    users: dict[str, Any] = {}
    passwords: dict[str, str] = {}
    for username, group, slug in LOGINS:
        user = get_user_model()._default_manager.filter(username=username).first()
        if user is None:
            passwords[username] = get_random_string(16, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
            person = Person.objects.filter(slug=slug, user=None).first()
            first, _space, last = person.name.partition(" ") if person else (username.capitalize(), "", "")
            create = get_user_model()._default_manager.create_user
            rights = {} if group else {"is_staff": True, "is_superuser": True}
            user = create(
                username, f"{username}@example.org", passwords[username], first_name=first, last_name=last, **rights
            )
            if group:
                user.groups.add(Group.objects.get_or_create(name=group)[0])
            if group == TRANSLATORS:
                for locale in Locale.objects.filter(language_code__in=TRANSLATOR_LANGUAGES):
                    TranslatorLanguage.objects.create(user=user, locale=locale)
            UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": "en"})
            if person:
                person.user = user
                person.save(update_fields=["user"])
        users[username] = user
    return users, passwords


def keep_passwords(passwords: dict[str, str]) -> None:
    """Adds the passwords to the file that `make run` prints. Only its owner can read it."""
    file: Path = settings.DATA_DIR / "demo-logins.json"
    logins = json.loads(file.read_text()) if file.exists() else {}
    logins |= {name: {"username": name, "password": password} for name, password in passwords.items()}
    # Whole or not at all: the next start reads it.
    with NamedTemporaryFile("w", dir=file.parent, prefix=f".{file.name}-", delete=False) as output:
        json.dump(logins, output, indent=2)
    Path(output.name).replace(file)
