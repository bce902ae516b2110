"""Who translates into which languages.

`TranslatorLanguage` says it for people and for groups. What it says for somebody counts in place of what it says for
his or her groups; who is in no row translates into no language. Administrators translate into all. Others' languages
are visible and locked, but for those who edit originals: they edit any page (see `hub.permissions`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from wagtail.models import Locale, Page

from hub.permissions import EDIT_ORIGINALS

from .models import TranslatorLanguage

CACHE = "_languages_to_translate_into"


def locales_of(user: Any) -> set[int]:
    """Primary keys of the languages into which somebody translates. At most two queries for one user object."""
    found = getattr(user, CACHE, None)
    if found is None:
        found = _read(user)
        setattr(user, CACHE, found)
    return set(found)


def may_translate(user: Any, locale: Any) -> bool:
    """Whether somebody translates into a language."""
    return locale.pk in locales_of(user)


def may_work_in(user: Any, locale: int) -> bool:
    """Whether somebody translates into the language, or edits every page anyway."""
    return user.has_perm(EDIT_ORIGINALS) or locale in locales_of(user)


def may_work_on(user: Any, page: Page) -> bool:
    """Whether the languages that somebody was given let him or her work on a translation."""
    return may_work_in(user, page.locale_id)


def _read(user: Any) -> frozenset[int]:
    if not user.is_active or user.pk is None:
        return frozenset()
    if user.is_superuser:
        return _all()
    rows = TranslatorLanguage.objects.filter(Q(user=user) | Q(group__user=user)).values_list("user_id", "locale_id")
    listed = list(rows)
    own = [locale for person, locale in listed if person]
    locales = own or [locale for _person, locale in listed]
    return _all() if None in locales else frozenset(locales)


def _all() -> frozenset[int]:
    return frozenset(Locale.objects.values_list("pk", flat=True))
