"""What search knows about each language: one literal table.

Sources: the stemmers of tantivy 0.27 (rust-stemmers 1.2, which are Snowball's; https://docs.rs/tantivy, `Language`),
its stop words (the lists of Snowball, same page), and the algorithms of snowballstemmer 3.1
(https://snowballstem.org/algorithms/).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Language:
    """How words of one language find their other forms.

    `embedded` names the stemmer inside the embedded engine. Where it has none, `snowball` names one that Python
    applies to the text before it is indexed and to the query; where there is neither, words are found as they are
    written, without diacritics. `together` holds forms of one word that the stemmer takes apart. `stop_words` names a
    list of words that a query may contain without every result having to.
    """

    code: str
    embedded: str = ""
    snowball: str = ""
    stop_words: str = ""
    together: tuple[tuple[str, ...], ...] = ()


TABLE: dict[str, Language] = {
    language.code: language
    for language in (
        Language("bg"),
        Language("cs", snowball="czech"),
        Language("da", embedded="danish", stop_words="danish"),
        Language("de", embedded="german", stop_words="german"),
        Language("el", embedded="greek"),
        Language("en", embedded="english", stop_words="english"),
        Language("es", embedded="spanish", stop_words="spanish", together=(("ciudad", "ciudades"),)),
        Language("et", snowball="estonian"),
        Language("fi", embedded="finnish", stop_words="finnish"),
        Language("fr", embedded="french", stop_words="french"),
        Language("ga", snowball="irish"),
        Language("hr"),
        Language("hu", embedded="hungarian", stop_words="hungarian"),
        Language("it", embedded="italian", stop_words="italian"),
        Language("lt", snowball="lithuanian"),
        Language("lv"),
        Language("mt"),
        Language("nl", embedded="dutch", stop_words="dutch"),
        Language("pl", snowball="polish"),
        Language("pt", embedded="portuguese", stop_words="portuguese"),
        Language("ro", embedded="romanian"),
        Language("sk"),
        Language("sl"),
        Language("sv", embedded="swedish", stop_words="swedish"),
        Language("no", embedded="norwegian", stop_words="norwegian"),
        Language("ru", embedded="russian", stop_words="russian"),
        Language("tr", embedded="turkish"),
    )
}


# Part of the index's name: it is made anew when the analysis of a language changes.
FINGERPRINT = hashlib.sha256(repr((TABLE, version("snowballstemmer"))).encode()).hexdigest()[:16]


def language(code: str) -> Language:
    """The row for a language code; a regional one (pt-br) has its language's, an unknown one has no stemmer."""
    return TABLE.get(code) or TABLE.get(code.split("-")[0]) or Language(code)
