"""Addresses of logging in. Only what is needed of django-allauth is there: nobody signs up."""

from allauth.account import views as account
from allauth.decorators import rate_limit
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView
from wagtail.admin.views.account import PasswordResetView

from .views import OIDC, LoginView

log_in = RedirectView.as_view(url=reverse_lazy("account_login"), query_string=True)

urlpatterns = [
    # In the place of Wagtail's own view, which knows of no second factor.
    path("login/", LoginView.as_view(), name="account_login"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("login/cancelled/", log_in, name="socialaccount_login_cancelled"),
    path("login/stop/", account.logout, name="account_logout"),
    path("login/confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("login/factor/", include("allauth.mfa.urls")),
    re_path(rf"^login/(?P<provider_id>{OIDC})/$", openid_connect.login, name="openid_connect_login"),
    re_path(rf"^login/(?P<provider_id>{OIDC})/callback/$", openid_connect.callback, name="openid_connect_callback"),
    # Wagtail's own, limited.
    path("password_reset/", rate_limit(action="reset_password")(PasswordResetView.as_view())),
]
