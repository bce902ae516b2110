"""What search knows about each language: one literal table.

The tables in search/data/ are made from it by `python -m search.data.make`, out of the word tables of simplemma 2.0
(https://github.com/adbar/simplemma, MIT) and, where `stemmer` names one, the algorithms of Snowball 3.1
(https://snowballstem.org/algorithms/, BSD). Lists of our own stand there as text: maltese.txt, stop_words.txt,
together.txt (irregular words: those of a group belong to its first), parts.txt (frequent parts of compounds) and
never.txt (what is no part of one).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
DATA = HERE / "data"

Replacement = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compounds:
    """How a language writes words together: joining letters, endings that a verb loses, capitals of nouns."""

    links: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Language:
    """How words of one language find their other forms.

    When a text or a query is read: `spelling` makes one of several spellings of a folded word; `clitics` are words
    that another joins to itself by a hyphen or an apostrophe and that say nothing; `compounds` are taken apart.

    Only when the tables are made: `lexicon` is simplemma's name of the language, or a file in search/data/; `stemmer`
    shortens the lemma, in languages where that joins more than it mixes up; `ending` is taken off it; `derived` says
    of which other lemma a lemma is a form (feminine, participle); `bare` which forms the lexicon may have given to
    another word; `more` which it lacks (with the article, in Bulgarian).
    """

    code: str
    lexicon: str = ""
    stemmer: str = ""
    ending: str = ""
    spelling: tuple[Replacement, ...] = ()
    clitics: frozenset[str] = frozenset()
    compounds: Compounds | None = None
    derived: tuple[Replacement, ...] = ()
    bare: tuple[Replacement, ...] = ()
    more: tuple[Replacement, ...] = ()


def listed(name: str, code: str) -> str:
    """What a file of search/data/ with a line for each language lists for one of them."""
    for line in (DATA / name).read_text().splitlines():
        if line.startswith(f"{code}: "):
            return line.removeprefix(f"{code}: ")
    return ""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FRENCH_CLITICS = _words("l d j m t s n c qu jusqu lorsqu puisqu quoiqu")
_ITALIAN_CLITICS = _words("l d c n s un dell all nell sull dall coll quell quest bell gl")
_MALTESE_CLITICS = _words("l d n r s t x z c") | frozenset(
    f"{before}{article}"
    for before in ("i", "ta", "fi", "bi", "mi", "sa", "gha", "go", "ma", "bha", "lil", "f", "b", "ghal", "gol")
    for article in ("l", "d", "n", "r", "s", "t", "x", "z", "c", "")
)

TABLE: dict[str, Language] = {
    language.code: language
    for language in (
        Language(
            "bg",
            lexicon="bg",
            ending="(?<=[ая])м$",
            more=(("([ие])$", r"\1те"), ("([ая])$", r"\1та"), ("([ое])$", r"\1то")),
        ),
        Language(
            "cs",
            lexicon="cs",
            derived=(("á$", "ý"), ("é$", "ý"), ("ání$", "at")),
            bare=(("[aoe]$", ""), ("ha$", "ze"), ("ka$", "ce"), ("cha$", "še"), ("ra$", "ře")),
        ),
        Language(
            "da",
            lexicon="da",
            spelling=(("aa|ae", "a"), ("oe", "o")),
            bare=(("([^e])$", r"\1er"), ("([dfgklmnprst])$", r"\1\1er"), ("el$", "ler"), (r"(.)\1el$", r"\1ler")),
            compounds=Compounds(("s", "e", "er", "ns"), ("e",)),
        ),
        Language(
            "de",
            lexicon="de",
            stemmer="german",
            spelling=(("([ao])e|(?<![aeq])(u)e", r"\1\2"),),
            derived=(
                ("erin$", "er"),
                ("(ist|ent|ant|eur|or|og|at)in$", r"\1"),
                ("ärztin$", "arzt"),
                ("^ge(.+)t$", r"\1en"),
                ("^ge(.+)t$", r"\1n"),
            ),
            compounds=Compounds(("s", "es", "n", "en", "e", "er", "ns", "ens"), ("en", "n"), True),
        ),
        Language("el", lexicon="el", bare=(("([σξψ])η$", r"\1εις"),)),
        Language(
            "en",
            lexicon="en",
            derived=(
                (r"([aeiou])(.)\2ing$", r"\1\2"),
                ("^(.*[aeiouy].*)(?<!^even)(?<!^morn)ing$", r"\1"),
                ("^(.*[aeiouy].*)(?<!^even)(?<!^morn)ing$", r"\1e"),
            ),
        ),
        Language(
            "es",
            lexicon="es",
            derived=(
                ("ad[oa]$", "ar"),
                ("id[oa]$", "er"),
                ("id[oa]$", "ir"),
                ("i([^aeiou]+u?)ir$", r"e\1ir"),
                ("ea$", "eo"),
                ("(an|iv|os|ari|ad)a$", r"\1o"),
            ),
        ),
        Language("et", lexicon="et", compounds=Compounds(())),
        Language("fi", lexicon="fi", compounds=Compounds(())),
        Language(
            "fr",
            lexicon="fr",
            clitics=_FRENCH_CLITICS,
            derived=(
                ("ée?$", "er"),
                ("ive$", "if"),
                ("euse$", "eux"),
                ("euse$", "eur"),
                ("(el|en)(?:le|ne)$", r"\1"),
                ("ale$", "al"),
                ("(an|en)te$", r"\1t"),
                ("(an|en)te$", r"\1t"),
                ("ement$", "er"),
                ("ie$", "ir"),
                ("i$", "ir"),
            ),
        ),
        Language(
            "ga",
            lexicon="ga",
            clitics=_words("d b m t n h"),
            derived=(("iú$", "igh"), ("ú$", "aigh")),
            # Lenition and eclipsis.
            spelling=(
                ("^mb(?=..)", "b"),
                ("^gc(?=..)", "c"),
                ("^nd(?=..)", "d"),
                ("^bhf(?=.)", "f"),
                ("^ng(?=..)", "g"),
                ("^bp(?=..)", "p"),
                ("^dt(?=..)", "t"),
                ("^ts(?=[aeiourln].)", "s"),
                ("^([bcdfgmpst])h(?=..)", r"\1"),
                ("^h(?=[aeiou]..)", ""),
            ),
        ),
        Language(
            "hr",
            lexicon="hbs",
            bare=(
                ("([rs]t)$", r"\1i"),
                ("k$", "ci"),
                ("g$", "zi"),
                ("h$", "si"),
                ("ka$", "ci"),
                ("ga$", "zi"),
                ("ha$", "si"),
            ),
        ),
        Language("hu", lexicon="hu", compounds=Compounds(("i", "s"))),
        Language(
            "it",
            lexicon="it",
            clitics=_ITALIAN_CLITICS,
            derived=(
                ("at[oa]$", "are"),
                ("it[oa]$", "ire"),
                ("ut[oa]$", "ere"),
                ("ea$", "eo"),
                ("(in|an|iv|os|ari)a$", r"\1o"),
            ),
        ),
        Language("lt", lexicon="lt"),
        Language("lv", lexicon="lv", ending="(it|et|at|ot|is|us|s|a|e)$"),
        Language(
            "mt", lexicon="maltese.txt", spelling=(("^i(?=[szx][bdfgklmnprtvz])", ""),), clitics=_MALTESE_CLITICS
        ),
        Language(
            "nl",
            lexicon="nl",
            compounds=Compounds(("s", "en", "n", "e", "er", "eren"), ("en",)),
        ),
        Language("pl", lexicon="pl", bare=(("[aoe]$", ""), ("o(.)a$", r"ó\1"))),
        Language(
            "pt",
            lexicon="pt",
            derived=(
                ("ad[oa]$", "ar"),
                ("id[oa]$", "er"),
                ("id[oa]$", "ir"),
                ("eia$", "eu"),
                ("(an|iv|os|ári)a$", r"\1o"),
            ),
        ),
        Language(
            "ro",
            lexicon="ro",
        ),
        Language(
            "sk",
            lexicon="sk",
            derived=(("á$", "ý"), ("é$", "ý")),
            bare=(
                ("[aoe]$", ""),
                ("a$", "y"),
                ("([^aeiou])$", r"\1ia"),
                ("o([^aeiouyáéíóúý]+)a$", r"ô\1"),
                ("e([^aeiouyáéíóúý]+)[ao]$", r"ie\1"),
                ("i([^aeiouyáéíóúý]+)[ao]$", r"í\1"),
                ("a([^aeiouyáéíóúý]+)[ao]$", r"á\1"),
            ),
        ),
        Language("sl", lexicon="sl", bare=(("[aoe]$", ""),)),
        Language(
            "sv",
            lexicon="sv",
            derived=(("ad$", "a"),),
            bare=(("([^aeiou])$", r"\1ar"), ("([^aeiou])$", r"\1er"), ("([^aeiou])$", r"\1en"), ("el$", "lar")),
            compounds=Compounds(("s", "o", "u", "e", "a"), ("a",)),
        ),
        Language(
            "no",
            lexicon="nb",
            stemmer="norwegian",
            spelling=(("aa|ae", "a"), ("oe", "o")),
            bare=(("([^e])$", r"\1er"), ("el$", "ler"), (r"(.)\1el$", r"\1ler")),
            compounds=Compounds(("s", "e", "er"), ("e",)),
        ),
        Language(
            "is",
            lexicon="is",
        ),
        Language("ru", lexicon="ru", bare=(("[аояе]$", ""),)),
        Language("tr", lexicon="tr", derived=(("b[ıiuü]$", "p"), ("ğ[ıiuü]$", "k"), ("c[ıiuü]$", "ç"))),
        Language(
            "uk",
            lexicon="uk",
            bare=(("[аоя]$", ""), ("га$", "зі"), ("ка$", "ці"), ("ха$", "сі")),
        ),
    )
}


def fingerprint(engine: str) -> str:
    """Part of an index's name: a hash of all files that decide what it holds of a work, so it is made anew with them.

    `engine` is the one in search/engines/ with the fields and documents of its index.
    """
    found = hashlib.sha256()
    for name in ("analysis.py", "index_documents.py", "languages.py", "tokens.py", "works.py", f"engines/{engine}"):
        found.update((HERE / name).read_bytes())
    for path in [*sorted(DATA.glob("*.xz")), DATA / "stop_words.txt"]:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def language(code: str) -> Language:
    """The row for a language code; a regional one (pt-br) has its language's, an unknown one has no tables."""
    code = {"nb": "no"}.get(code, code)
    return TABLE.get(code) or TABLE.get(code.split("-")[0]) or Language(code)
