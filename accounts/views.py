"""Logging in, what somebody sees of their own sessions, and what administrators do about somebody's log-in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView as AllauthLoginView
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.account import password_reset_enabled
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from . import audit, lock, sessions
from .adapters import TOO_MANY
from .forms import LoginForm
from .second_factor import LABELS, factors_of, is_needed_by

OIDC = "oidc"  # the name of the one provider in addresses


class LoginView(AllauthLoginView):
    form_class = LoginForm

    def get_authenticated_redirect_url(self) -> str:
        """Who is logged in and may not see the admin is not sent back and forth between it and here."""
        url = super().get_authenticated_redirect_url()
        if self.request.user.has_perm("wagtailadmin.access_admin") or not url.startswith(reverse("wagtailadmin_home")):
            return url
        return "/"

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, TOO_MANY):
            response.status_code = 429
            response["Retry-After"] = str(int(lock.WAIT.total_seconds()))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        oidc = {"oidc_name": settings.OIDC_NAME, "oidc_url": reverse("openid_connect_login", args=[OIDC])}
        return (
            context
            | {"hub_name": settings.WAGTAIL_SITE_NAME, "show_password_reset": password_reset_enabled()}
            | (oidc if settings.OIDC_NAME else {})
        )


class SessionsView(WagtailAdminTemplateMixin, TemplateView):
    """Where one is logged in, and the end of all other sessions."""

    template_name = "accounts/sessions.html"
    page_title = gettext_lazy("Sessions")
    header_icon = "desktop"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailadmin_account"), "label": _("Account")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        current = self.request.session.session_key
        found = [(session, session.key == current) for session in sessions.sessions_of(self.request.user)]
        return context | {"sessions": found}

    def post(self, request: HttpRequest) -> HttpResponse:
        count = sessions.end_sessions(request.user, but=request.session.session_key)
        log(instance=request.user, action=audit.SESSIONS_ENDED, data={"count": count})
        messages.success(request, ended(count))
        return redirect("accounts_sessions")


class LogInOfView(WagtailAdminTemplateMixin, TemplateView):
    """What administrators can do about somebody's log-in: unlock, end all sessions, take lost second factors away."""

    template_name = "accounts/log_in_of.html"
    header_icon = "key"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.owner = get_object_or_404(get_user_model(), pk=kwargs["user_id"])
        if not may_manage(request.user, self.owner):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str:
        return _("Log-in of %(user)s") % {"user": self.owner}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("wagtailusers_users:index"), "label": _("Users")},
            {"url": reverse("wagtailusers_users:edit", args=[self.owner.pk]), "label": str(self.owner)},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        factors = factors_of(self.owner)
        return super().get_context_data(**kwargs) | {
            "owner": self.owner,
            "is_locked": lock.is_locked(self.owner),
            "session_count": len(sessions.sessions_of(self.owner)),
            "factors": [LABELS[factor] for factor in sorted(factors)],
            "lacks_factor": is_needed_by(self.owner) and not factors,
        }

    def post(self, request: HttpRequest, user_id: int) -> HttpResponse:
        match request.POST.get("action"):
            case "unlock":
                lock.unlock(self.owner)
                log(instance=self.owner, action=audit.UNLOCK)
                messages.success(request, _("%(user)s can try again now.") % {"user": self.owner})
            case "end_sessions":
                count = sessions.end_sessions(self.owner)
                log(instance=self.owner, action=audit.SESSIONS_ENDED, data={"count": count})
                messages.success(request, ended(count))
            case "remove_factors":
                for authenticator in Authenticator.objects.filter(user=self.owner):
                    log(instance=self.owner, action=audit.FACTOR_REMOVED, data={"type": authenticator.type})
                    authenticator.delete()
                sessions.end_sessions(self.owner)
                messages.success(
                    request, _("%(user)s has no second factor now, and is logged out.") % {"user": self.owner}
                )
        return redirect("accounts_log_in_of", user_id)


def may_manage(user: Any, owner: Any) -> bool:
    """Whether somebody may change users, and this one: administrators are managed by administrators only."""
    return user.has_perm("auth.change_user") and (user.is_superuser or not owner.is_superuser)


def ended(count: int) -> str:
    return ngettext("%(count)d session has ended.", "%(count)d sessions have ended.", count) % {"count": count}
