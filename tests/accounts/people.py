"""Logging in as a browser does."""

from __future__ import annotations

from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client

PASSWORD = "vier nasse Ziegen tanzen"
LOGIN = "/admin/login/"
SECRET = "JBSWY3DPEHPK3PXP"


def person(name: str = "anna", role: str | None = "Editors", **values: Any) -> Any:
    """Somebody with a role, an administrator if None."""
    user = get_user_model().objects.create_user(
        name, f"{name}@example.org", PASSWORD, is_superuser=role is None, **values
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def log_in(client: Client, name: str = "anna", password: str = PASSWORD, **headers: Any) -> HttpResponse:
    return client.post(LOGIN, {"login": name, "password": password}, **headers)


def is_logged_in(client: Client) -> bool:
    return client.get("/admin/account/").status_code == 200


def code() -> str:
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))))


def give_app(user: Any) -> None:
    TOTP.activate(user, SECRET)
