"""What a password must be like, by NIST SP 800-63B-4, 3.1.1: long, and not one that is easily guessed. No mixture of
kinds of characters is asked for, and no password expires."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

ALONE = 15
WITH_SECOND_FACTOR = 8


def minimum_length(user: Any) -> int:
    """Characters that the password of somebody must have; of nobody in particular if None."""
    return WITH_SECOND_FACTOR if user and user.pk and is_mfa_enabled(user) else ALONE


class LengthValidator:
    """At least 15 characters, or 8 for who has a second factor. Long passwords are welcome."""

    def validate(self, password: str, user: Any = None) -> None:
        minimum = minimum_length(user)
        if len(password) < minimum:
            text = ngettext(
                "Take %(count)d character at least: several words are easy to remember.",
                "Take %(count)d characters at least: several words are easy to remember.",
                minimum,
            )
            raise ValidationError(text, code="password_too_short", params={"count": minimum})

    def get_help_text(self) -> str:
        return _("At least %(alone)d characters, or %(less)d for who has set up a second factor.") % {
            "alone": ALONE,
            "less": WITH_SECOND_FACTOR,
        }


class GuessableValidator:
    """Not long only because something short is repeated or names are added: what is left without them must be long
    enough as the password of somebody with a second factor."""

    def validate(self, password: str, user: Any = None) -> None:
        left = password.casefold()
        for word in sorted(names(user), key=len, reverse=True):
            left = left.replace(word, "")
        if repeated := re.fullmatch(r"(.+?)\1+", left, re.DOTALL):
            left = repeated[1]
        if len(left) < WITH_SECOND_FACTOR or is_sequence(left) or is_common(left, password):
            raise ValidationError(
                _("This is easily guessed: it consists of names, of repetitions or of a sequence."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return _("Not made of your name or the hub's, of repetitions or of a sequence.")


def names(user: Any) -> set[str]:
    """What stands for the hub or the person: whole, and its words of 4 characters or more."""
    texts = [settings.WAGTAIL_SITE_NAME]
    if user:
        texts += [user.get_username(), user.get_full_name(), user.email]
    texts = [text.casefold() for text in texts]
    words = {word for text in texts for word in (text, *re.split(r"[\W_]+", text))}
    return {word for word in words if len(word) > 3}


@cache
def common_passwords() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def is_common(left: str, password: str) -> bool:
    """Whether what is left is a common password; Django's own validator says so of the whole."""
    return left != password.casefold() and left.strip() in common_passwords().passwords


def is_sequence(text: str) -> bool:
    """Whether each character follows the one before it, as in 123456789 and zyxwvuts; after 9 comes 0."""
    steps = {(ord(after) - ord(before)) for before, after in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}
