"""Who translates into which languages.

`TranslatorLanguage` says it for people and for groups. What it says for somebody counts in place of what it says for
his or her groups; who is in no row translates into no language. Administrators translate into all. Others' languages
are visible and locked, but for those who edit originals: they edit any page (see `hub.permissions`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.models import Locale, Page

from hub.permissions import EDIT_ORIGINALS

from .models import TranslatorLanguage

CACHE = "_languages_to_translate_into"


def locales_of(user: Any) -> set[int]:
    """Primary keys of the languages into which somebody translates. At most two queries for one user object."""
    if not hasattr(user, CACHE):
        _read([user])
    return set(getattr(user, CACHE))


def translators(*, administrators: bool = False) -> list[Any]:
    """Everybody who translates, with their languages read. Administrators only if they are translators too, unless
    they are asked for."""
    users = get_user_model().objects.with_perm(
        "wagtail_localize.submit_translation",
        is_active=True,
        include_superusers=administrators,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    _read(found := list(users))
    return found


def may_translate(user: Any, locale: Any) -> bool:
    """Whether somebody translates into a language."""
    return locale.pk in locales_of(user)


def may_work_in(user: Any, locale: int) -> bool:
    """Whether somebody translates into the language, or edits every page anyway."""
    return user.has_perm(EDIT_ORIGINALS) or locale in locales_of(user)


def may_work_on(user: Any, page: Page) -> bool:
    """Whether the languages that somebody was given let him or her work on a translation."""
    return may_work_in(user, page.locale_id)


def _read(users: list[Any]) -> None:
    pks = [user.pk for user in users if user.is_active and not user.is_superuser]
    own: dict[int, set[int | None]] = defaultdict(set)
    groups: dict[int, set[int | None]] = defaultdict(set)
    if pks:
        rows = TranslatorLanguage.objects.filter(Q(user__in=pks) | Q(group__user__in=pks))
        for person, member, locale in rows.values_list("user_id", "group__user", "locale_id"):
            (own[person] if person else groups[member]).add(locale)
    everything: set[int | None] | None = None
    for user in users:
        locales = own[user.pk] or groups[user.pk]
        if user.is_active and (user.is_superuser or None in locales):
            if everything is None:
                everything = set(Locale.objects.values_list("pk", flat=True))
            locales = everything
        setattr(user, CACHE, frozenset(locales))
