"""What logging in adds to the admin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter

from . import audit
from .second_factor import LABELS
from .views import LogInOfView, SessionsView, may_manage


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern]:
    return [
        path("account/sessions/", SessionsView.as_view(), name="accounts_sessions"),
        path("users/<int:user_id>/log-in/", LogInOfView.as_view(), name="accounts_log_in_of"),
    ]


@hooks.register("register_account_menu_item")
def second_factor_item(request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("mfa_index"),
        "label": _("Second factor"),
        "help_text": _("An app that shows codes, or a passkey, besides your password."),
    }


@hooks.register("register_account_menu_item")
def sessions_item(request: HttpRequest) -> dict[str, str]:
    return {
        "url": reverse("accounts_sessions"),
        "label": _("Sessions"),
        "help_text": _("Where you are logged in, and how to log out there."),
    }


@hooks.register("register_user_listing_buttons")
def log_in_button(user: Any, request_user: Any) -> list[Button]:
    if not may_manage(request_user, user):
        return []
    return [Button(_("Log-in"), reverse("accounts_log_in_of", args=[user.pk]), icon_name="key", priority=30)]


# Kinds of second factors, and ways to log in by their names in django-allauth.
WAYS: dict[str, Any] = {
    **LABELS,
    "password": gettext_lazy("password"),
    "socialaccount": gettext_lazy("account elsewhere"),
}


def ways(names: list[str]) -> str:
    return ", ".join(str(WAYS.get(name, name)) for name in names)


def given_and_taken(data: dict[str, Any]) -> str:
    parts = []
    if data.get("given"):
        parts.append(_("Given: %(names)s") % {"names": ", ".join(data["given"])})
    if data.get("taken"):
        parts.append(_("Taken away: %(names)s") % {"names": ", ".join(data["taken"])})
    return ". ".join(parts)


def state(data: dict[str, Any]) -> str:
    texts = {
        ("is_active", True): _("May log in again"),
        ("is_active", False): _("May not log in any more"),
        ("is_superuser", True): _("Is an administrator now"),
        ("is_superuser", False): _("Is no administrator any more"),
    }
    return ". ".join(str(texts[name, value]) for name, value in data.items())


def sessions_ended(data: dict[str, Any]) -> str:
    text = ngettext("%(count)d session was ended", "%(count)d sessions were ended", data["count"])
    return text % {"count": data["count"]}


# (action, label, what the history says of an entry's data)
ACTIONS: list[tuple[str, Any, Callable[[dict[str, Any]], str]]] = [
    (audit.LOG_IN, gettext_lazy("Log in"), lambda data: _("Logged in: %(ways)s") % {"ways": ways(data["ways"])}),
    (audit.FAILURE, gettext_lazy("Failed log-in"), lambda data: _("Somebody gave a wrong password")),
    (audit.CODE_FAILURE, gettext_lazy("Failed second factor"), lambda data: _("Somebody gave a wrong code")),
    (audit.LOCK, gettext_lazy("Lock"), lambda data: _("Locked for a while after too many failed attempts")),
    (audit.UNLOCK, gettext_lazy("Unlock"), lambda data: _("Unlocked")),
    (audit.SESSIONS_ENDED, gettext_lazy("End sessions"), sessions_ended),
    (
        audit.FACTOR_ADDED,
        gettext_lazy("Add second factor"),
        lambda data: _("Second factor added: %(way)s") % {"way": ways([data["type"]])},
    ),
    (
        audit.FACTOR_REMOVED,
        gettext_lazy("Remove second factor"),
        lambda data: _("Second factor removed: %(way)s") % {"way": ways([data["type"]])},
    ),
    (audit.CODES_MADE, gettext_lazy("Make recovery codes"), lambda data: _("New recovery codes")),
    (audit.PASSWORD, gettext_lazy("Change password"), lambda data: _("The password was changed")),
    (audit.STATE, gettext_lazy("Change rights"), state),
    (audit.GROUPS, gettext_lazy("Change groups"), given_and_taken),
    (audit.PERMISSIONS, gettext_lazy("Change permissions"), given_and_taken),
]


@hooks.register("register_log_actions")
def log_actions(actions: Any) -> None:
    for action, label, message in ACTIONS:
        formatter = type(
            "Formatter",
            (LogFormatter,),
            {"label": label, "format_message": lambda self, entry, message=message: message(entry.data)},
        )
        actions.register_action(action)(formatter)
