"""Alphabetical order as readers of a language know it, and the letter under which they look for a word.

Letters that a language counts as letters of their own come where its alphabet has them: Ł after L in Polish, Ö after Z
in Swedish. All others count as the letter they are made of: Ö as O in German. Words in another script follow the own.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from .matching import plain

LATIN = "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z"

# CLDR 48, common/main/*.xml, characters/exemplarCharacters[type="index"]. Letters written together share a heading.
# Languages that are not here have the 26 letters alone. Aa is Å in Danish and Norwegian (common/collation/da.xml).
ALPHABETS = {
    "bg": "А Б В Г Д Е Ж З И Й К Л М Н О П Р С Т У Ф Х Ц Ч Ш Щ Ю Я",
    "cs": "A B C Č D E F G H CH I J K L M N O P Q R Ř S Š T U V W X Y Z Ž",
    "da": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Æ Ø Å|AA",
    "el": "Α Β Γ Δ Ε Ζ Η Θ Ι Κ Λ Μ Ν Ξ Ο Π Ρ Σ Τ Υ Φ Χ Ψ Ω",
    "es": "A B C D E F G H I J K L M N Ñ O P Q R S T U V W X Y Z",
    "et": "A B C D E F G H I J K L M N O P Q R S Š Z Ž T U V W Õ Ä Ö Ü X Y",
    "fi": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Å Ä Ö",
    "gl": "A B C D E F G H I J K L M N Ñ O P Q R S T U V W X Y Z",
    "hr": "A B C Č Ć D DŽ Đ E F G H I J K L LJ M N NJ O P Q R S Š T U V W X Y Z Ž",
    "hu": "A|Á B C CS D DZ DZS E|É F G GY H I|Í J K L LY M N NY O|Ó Ö|Ő P Q R S SZ T TY U|Ú Ü|Ű V W X Y Z ZS",
    "is": "A Á B C D Ð E É F G H I Í J K L M N O Ó P Q R S T U Ú V W X Y Ý Z Þ Æ Ö",
    "lt": "A|Ą B C Č D E|Ę|Ė F G H I|Į|Y J K L M N O P R S Š T U|Ų|Ū V Z Ž",
    "lv": "A|Ā B C Č D E|Ē F G Ģ H I|Ī|Y J K Ķ L Ļ M N Ņ O P Q R S Š T U|Ū V W X Z Ž",
    "mt": "A B Ċ C D E F Ġ G GĦ H Ħ I J K L M N O P Q R S T U V W X Y Ż Z",
    "nb": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Æ Ø Å|AA",
    "pl": "A Ą B C Ć D E Ę F G H I J K L Ł M N Ń O Ó P Q R S Ś T U V W X Y Z Ź Ż",
    "ro": "A Ă Â B C D E F G H I Î J K L M N O P Q R S Ș T Ț U V W X Y Z",
    "sk": "A Ä B C Č D|Ď E F G H CH I J K L|Ľ M N O Ô P Q R S Š T|Ť U V W X Y Z Ž",
    "sl": "A B C Č Ć D Đ E F G H I J K L M N O P Q R S Š T U V W X Y Z Ž",
    "sq": "A B C Ç D DH E Ë F G GJ H I J K L LL M N NJ O P Q R RR S SH T TH U V X XH Y Z ZH",
    "sr": "А Б В Г Д Ђ Е Ж З И Ј К Л Љ М Н Њ О П Р С Т Ћ У Ф Х Ц Ч Џ Ш",
    "sv": "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Å Ä Ö",
    "tr": "A B C Ç D E F G H I İ J K L M N O Ö P Q R S Ş T U Ü V W X Y Z",
    "uk": "А Б В Г Ґ Д Е Є Ж З И І Ї Й К Л М Н О П Р С Т У Ф Х Ц Ч Ш Щ Ю Я",
}

# Where a language does not count them as letters. `plain` takes apart what Unicode does.
TAKEN_APART = str.maketrans({"æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ə": "e"})
DIGITS = "0–9"
# The places of what is no letter of the alphabet.
BLANK, DIGIT, OTHER_SCRIPT = -2, -1, 1_000


class Letter(NamedTuple):
    """A letter of a word: its place in the order, and the heading it stands under."""

    place: tuple[int, int]
    heading: str


@cache
def _places(language: str) -> dict[str, Letter]:
    """The letters of an alphabet, those of the 26 that it lacks at their usual neighbour."""
    groups = [group.split("|") for group in ALPHABETS.get(language, LATIN).split()]
    own = {letter for group in groups for letter in group}
    latin = LATIN.split()
    if "A" not in own:
        groups += [[letter] for letter in latin]
    else:
        for before, letter in pairwise(latin):
            if letter not in own:
                at = max(number for number, group in enumerate(groups) if group[0][0] == before)
                groups.insert(at + 1, [letter])
    return {
        letter: Letter((number, 0), group[0][0] + group[0][1:].lower())
        for number, group in enumerate(groups)
        for letter in group
    }


def letters(text: str, language: str) -> list[Letter]:
    """The letters, digits and blanks of a text, as readers of `language` tell them apart."""
    places = _places(language.split("-")[0])
    if language == "tr":
        text = text.replace("i", "İ")
    text = unicodedata.normalize("NFC", text).upper()
    found: list[Letter] = []
    at = 0
    while at < len(text):
        length = next((length for length in (3, 2, 1) if text[at : at + length] in places), 0)
        if length:
            found.append(places[text[at : at + length]])
        else:
            found += [_other(letter, places) for letter in plain(text[at].lower().translate(TAKEN_APART)).upper()]
        at += length or 1
    return found


def _other(letter: str, places: dict[str, Letter]) -> Letter:
    if letter in places:
        return places[letter]
    if letter.isdecimal():
        return Letter((DIGIT, unicodedata.decimal(letter)), DIGITS)
    if letter.isalpha():
        return Letter((OTHER_SCRIPT, ord(letter)), letter)
    return Letter((BLANK, 0), "")


def sort_key(text: str, language: str) -> tuple[list[tuple[int, int]], str]:
    """By the letters of a text, signs aside; texts that differ in accents alone in the order of their characters."""
    found = [letter.place for letter in letters(text, language)]
    while found and found[0][0] == BLANK:
        found.pop(0)
    return found, text


def heading(text: str, language: str) -> str:
    """The letter to look for a text under, `DIGITS` for numbers; empty if there is none in it."""
    return next((letter.heading for letter in letters(text, language) if letter.heading), "")
