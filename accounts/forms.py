"""The form that people log in with."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from . import passwords


class LoginForm(AllauthLoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].help_text = ""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Log in, and say so if the password is shorter than one that may be set now."""
        response = super().login(request, redirect_url)
        minimum = passwords.minimum_length(self.user)
        if request.user.is_authenticated and len(self.cleaned_data["password"]) < minimum:
            text = ngettext(
                "Your password has fewer than %(count)d character. Set a longer one, or set up a second factor.",
                "Your password has fewer than %(count)d characters. Set a longer one, or set up a second factor.",
                minimum,
            )
            messages.warning(request, text % {"count": minimum})
        return response
