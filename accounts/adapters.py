"""How django-allauth works here: no sign-up, counting by django-axes, log-in by OpenID Connect for who is known."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hub.clients import client_pseudonym

from . import audit
from .second_factor import FACTORS, is_needed_by

TOO_MANY = "too_many_login_attempts"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        TOO_MANY: gettext_lazy(
            "Too many attempts have failed. Wait 15 minutes, then try again, or ask an administrator to unlock you."
        )
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What limits are counted by. No address is kept anywhere."""
        return client_pseudonym(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Passwords are counted by django-axes, and not twice."""

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # django-axes sets both: the first only for a failure that it counted.
        counted = getattr(request, "axes_failures_since_start", None) is not None
        is_locked = bool(getattr(request, "axes_locked_out", False))
        if counted:
            audit.note_failure(credentials.get("username", ""), locked=is_locked)
        if is_locked:
            raise self.validation_error(TOO_MANY)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who logs in elsewhere and has no second factor yet has nothing here to confirm with."""
        user = self.request.user
        return bool(self.get_reauthentication_methods(user)) and super().is_reauthentication_required(
            app=app, **kwargs
        )


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in who has an account: found by what was matched before, or else by a verified e-mail address that one
        active user has and no other. It changes nothing of what that user may do."""
        if sociallogin.is_existing:
            return
        addresses = [address.email for address in sociallogin.email_addresses if address.verified]
        users = get_user_model()._default_manager
        found = {user for address in addresses if address for user in users.filter(email__iexact=address)[:2]}
        if len(found) != 1 or not (user := found.pop()).is_active or sociallogin.state.get("process") == "connect":
            refuse(
                request,
                _("No account here has the e-mail address that %(name)s has verified. Ask an administrator for one.")
                % {"name": settings.OIDC_NAME},
            )
        sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **kwargs: Any) -> None:
        refuse(request, _("Logging in with %(name)s did not work. Try again.") % {"name": settings.OIDC_NAME})


class MFAAdapter(DefaultMFAAdapter):
    def _get_site_name(self) -> str:
        return settings.WAGTAIL_SITE_NAME

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever needs a second factor keeps one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS).exclude(pk=authenticator.pk)
        return not is_needed_by(authenticator.user) or others.exists()


def refuse(request: HttpRequest, text: str) -> NoReturn:
    messages.error(request, text)
    raise ImmediateHttpResponse(redirect("account_login"))
