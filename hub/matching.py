"""Finding a name by what somebody types, whatever the case and the accents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Letters that Unicode does not take apart into a letter and an accent.
_PLAIN = str.maketrans("łøđħıŧ", "lodhit")


def plain(text: str) -> str:
    """The text in lower case and without accents: “Łódź” becomes “lodz”, “Straße” becomes “strasse”."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).translate(_PLAIN)


def all_words_in(words: str, texts: Iterable[str]) -> bool:
    """Whether every one of the words occurs in one of the texts, also as a part of a longer word."""
    text = plain(" ".join(texts))
    return all(word in text for word in plain(words).split())
