"""Moderators and administrators need a second factor, if the setting REQUIRE_SECOND_FACTOR says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.roles import MODERATORS

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
LABELS = {
    Authenticator.Type.TOTP.value: gettext_lazy("authenticator app"),
    Authenticator.Type.WEBAUTHN.value: gettext_lazy("passkey or security key"),
    Authenticator.Type.RECOVERY_CODES.value: gettext_lazy("recovery codes"),
}
# What leads to a second factor, and away.
OPEN = frozenset(
    {
        "account_login", "account_logout", "account_reauthenticate", "openid_connect_callback", "openid_connect_login",
        "socialaccount_login_cancelled", "wagtailadmin_javascript_catalog", "wagtailadmin_login",
        "wagtailadmin_logout", "wagtailadmin_password_reset", "wagtailadmin_password_reset_complete",
        "wagtailadmin_password_reset_confirm", "wagtailadmin_password_reset_done", "wagtailadmin_sprite",
    }
)  # fmt: skip


def is_needed_by(user: Any) -> bool:
    """Whether somebody is asked for a second factor: administrators, who manages users or groups, and moderators."""
    return settings.REQUIRE_SECOND_FACTOR and (
        user.is_superuser
        or user.has_perm("auth.change_user")
        or user.has_perm("auth.change_group")
        or user.groups.filter(name=MODERATORS).exists()
    )


def factors_of(user: Any) -> set[str]:
    """The kinds of second factors that somebody has set up."""
    return set(Authenticator.objects.filter(user=user, type__in=FACTORS).values_list("type", flat=True))


class SecondFactorMiddleware:
    """Lead who needs a second factor, and did not give one in this session, to where it is given or set up.

    It looks at the admin only: readers' pages ask for nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (
            not settings.REQUIRE_SECOND_FACTOR
            or not request.path.startswith(self.admin)
            or name in OPEN
            or name.startswith("mfa_")
            or not request.user.is_authenticated
            or any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))
            or not is_needed_by(request.user)
        ):
            return None
        factors = factors_of(request.user)
        if not factors:
            messages.warning(request, _("Your role needs a second factor. Set one up here to go on."))
            return redirect("mfa_index")
        way = "mfa_reauthenticate" if Authenticator.Type.TOTP in factors else "mfa_reauthenticate_webauthn"
        return redirect(f"{reverse(way)}?{urlencode({'next': request.get_full_path()})}")
