"""Languages and countries, named by CLDR."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale as Cldr
from babel.core import UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

# Regulation No 1 of 15 April 1958, consolidated version of 1 July 2013, Article 1.
EU_LANGUAGES = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr",
    "hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv",
)  # fmt: skip

# Languages of events and platforms are not limited to those of the site.
SPOKEN_LANGUAGES = (*EU_LANGUAGES, "ar", "ca", "eu", "gl", "is", "nb", "sq", "sr", "tr", "uk")

# The European variety of a language whose CLDR root is another continent's: English (Europe), Portuguese (Portugal).
EUROPEAN_VARIETIES = {"en": "en-150", "pt": "pt-PT"}

# Two-letter codes in CLDR's list of territories that are not countries.
NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@cache
def _cldr(language: str) -> Cldr:
    try:
        return Cldr.parse(EUROPEAN_VARIETIES.get(language, language), sep="-")
    except (UnknownLocaleError, ValueError):
        return Cldr.parse(settings.LANGUAGE_CODE.split("-")[0])


def cldr(language: str | None = None) -> Cldr:
    """The CLDR locale of `language` (a BCP 47 code), or of the active language."""
    return _cldr(language or get_language() or settings.LANGUAGE_CODE)


def language_name(code: str, language: str | None = None) -> str:
    """The name of the language `code` in `language` (active by default), capitalised as at the start of a line."""
    name = cldr(language).languages.get(code.replace("-", "_")) or cldr(code).get_language_name() or code
    return name[:1].upper() + name[1:]


@cache
def own_name(code: str) -> str:
    """The name of a language in itself: Deutsch, français, polski."""
    return language_name(code, code)


def country_name(code: str, language: str | None = None) -> str:
    """The name of a country (ISO 3166-1 alpha-2, any case) in `language`, the code itself if CLDR knows none."""
    return cldr(language).territories.get(code.upper(), code)


def site_language_choices() -> list[tuple[str, str]]:
    """Languages that the network publishes in."""
    return [(code, own_name(code)) for code, _ in settings.LANGUAGES]


def spoken_language_choices() -> list[tuple[str, str]]:
    """Languages an event or a platform may use, by their names in the active language."""
    return sorted(((code, language_name(code)) for code in SPOKEN_LANGUAGES), key=lambda choice: choice[1])


def country_choices() -> list[tuple[str, str]]:
    """Countries by name in the active language."""
    territories: Mapping[Any, str] = cldr().territories
    codes = [code for code in territories if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]
    return sorted(((code, territories[code]) for code in codes), key=lambda choice: choice[1])
