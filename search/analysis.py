"""Words of a text, as the index knows them: as tokens of their language, and folded (lower case, no diacritics).

All of it happens here, for texts and for queries alike; the engines hold plain tokens.
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from array import array
from functools import cache, lru_cache

import marisa_trie

from .languages import DATA, language, listed

# Letters and digits; C++ and C#; an apostrophe inside a Ukrainian word, as it is written or folded (where ї is і).
WORD = re.compile(r"\b[A-Za-z](?:\+\+|#(?!\w))|[^\W_ʼ]+(?:(?<=[бпвмфркнБПВМФРКН])['’ʼ](?=[яюєїіЯЮЄЇІ])[^\W_ʼ]+)*")
LONGEST_WORD = 100
SHORTEST_COMPOUND = 7
LONGEST_COMPOUND = 60

# Letters that Unicode does not decompose into a base letter and a mark, and the apostrophes.
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
    | dict.fromkeys("’ʼ", "'")
)
# Words that are written together with a capital letter inside, and numbers with what they count.
HUMPS = re.compile(r"[^\W\d_A-Z][a-z]*[^\W\d_A-Z](?=[A-Z])|[A-Z][a-z]{2,}")
NUMBER_AND_UNIT = re.compile(r"(\d+)([^\W\d_]{1,12})")


def clean(text: str) -> str:
    """The text in composed form, without null bytes and halves of characters, which nothing can store."""
    text = text.replace("\x00", " ")
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())


class _Plain(dict[int, str]):
    """Letters and digits without their marks. Signs stay as they are: ™ is no letter."""

    def __missing__(self, number: int) -> str:
        char = chr(number)
        decomposed = unicodedata.normalize("NFKD", char) if char.isalnum() else char
        plain = "".join(char for char in decomposed if not unicodedata.combining(char)).translate(UNDECOMPOSED)
        return self.setdefault(number, plain)


_plain = _Plain()


def fold(text: str) -> str:
    """The text in lower case, without diacritics, with one kind of apostrophe."""
    return text.lower() if text.isascii() else text.casefold().translate(_plain)


def words(text: str) -> list[str]:
    """The words of a text in their order, as they are written."""
    return [word[:LONGEST_WORD] for word in WORD.findall(text)]


def folded_words(text: str) -> list[str]:
    return words(fold(text))


@cache
def _spellings(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in language(code).spelling)


def normal(word: str, code: str) -> str:
    """The word folded, in the one of several spellings that the tables of its language have."""
    folded = fold(word).replace("'", "")
    for pattern, replacement in _spellings(code):
        folded = pattern.sub(replacement, folded)
    return folded


class Endings:
    """What the words of one language become, by their longest known ending: how much to cut off and what to add.

    The trie has the endings read backwards; of a whole word with "^" after it, with "^^" if another word shares it,
    with "^^^" if only diacritics tell it from the form of another: typed without any, it does not ask for that.
    See search/data/make.py for where they come from.
    """

    def __init__(self, code: str) -> None:
        path = DATA / f"{code}.xz"
        content = lzma.decompress(path.read_bytes()) if path.exists() else b"0\n\n"
        count, rules, rest = content.split(b"\n", 2)
        numbers = 2 * int(count)
        self.rules = [(int(cut), added) for cut, added in re.findall(r"(\d+)(\D*)(?: |$)", rules.decode())]
        self.numbers = array("H", rest[:numbers])
        self.trie = marisa_trie.Trie()
        if count != b"0":
            self.trie.frombytes(rest[numbers:])

    def tokens(self, word: str, plain: bool = False) -> tuple[str, ...]:
        """The token of a folded word, and the other one of a form that two words share."""
        other, length = "", len(word)
        for ending in reversed(self.trie.prefixes(word[::-1] + ("^^" if plain else "^^^"))):
            cut, added = self.rules[self.numbers[self.trie.key_id(ending)]]
            token = word[: length - cut] + added if cut <= length else ""
            if ending[-2:] == "^^":
                other = token
            elif token:
                return (token, other) if other else (token,)
        return (word, other) if other else (word,)

    def token(self, word: str) -> str:
        return self.tokens(word)[0]


class Parts:
    """What the compounds of one language are made of."""

    def __init__(self, code: str) -> None:
        self.fronts: dict[str, str] = {}
        self.ends: frozenset[str] = frozenset()
        self.whole: frozenset[str] = frozenset()
        path = DATA / f"{code}.parts.xz"
        if path.exists():
            fronts, ends, whole = lzma.decompress(path.read_bytes()).decode().split("\n\n")
            for line in fronts.split("\n"):
                token, *found = line.split(" ")
                self.fronts.update(dict.fromkeys(found, token))
            self.ends, self.whole = frozenset(ends.split(" ")), frozenset(whole.split(" "))

    def split(self, word: str, endings: Endings, most: int = 4) -> tuple[str, tuple[str, ...]] | None:
        """The token of a folded compound and those of its parts, the fewest possible; None if it is none."""
        best: tuple[str, tuple[str, ...]] | None = None
        for at in range(len(word) - 3, 1, -1):
            front = self.fronts.get(word[:at])
            if front is None:
                continue
            rest = word[at:]
            end = endings.token(rest)
            if end in self.ends and rest not in self.whole:
                return word[:at] + end, (front, end)
            inner = self.split(rest, endings, most - 1) if most > 2 and len(rest) > 5 else None
            if inner and (best is None or len(inner[1]) + 1 < len(best[1])):
                best = (word[:at] + inner[0], (front, *inner[1]))
        return best


_endings = cache(Endings)
_parts = cache(Parts)


def _analyse(word: str, code: str, plain: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tokens of a word as a whole, and those of its parts if it is a compound."""
    folded, endings = normal(word, code), _endings(code)
    if not folded.isalpha():
        together = NUMBER_AND_UNIT.fullmatch(folded)
        return (folded,), (together[1], endings.token(together[2])) if together else ()
    wholes = endings.tokens(folded, plain)
    parts = _parts(code)
    longer = SHORTEST_COMPOUND <= len(folded) <= LONGEST_COMPOUND
    split = parts.split(folded, endings) if parts.fronts and longer and wholes[0] not in parts.whole else None
    if split:
        return tuple(dict.fromkeys((split[0], *wholes))), split[1]
    if not (word.islower() or word.istitle() or word.isupper()):
        humps = HUMPS.findall(word)
        if len(humps) > 1 and "".join(humps) == word:
            return wholes, tuple(endings.token(normal(hump, code)) for hump in humps)
    return wholes, ()


def stem_parts(word: str, code: str) -> tuple[str, ...]:
    """What the index holds of one word: its token (two, if two words share the form), then those of its parts."""
    wholes, parts = _analyse(word, language(code).code)
    return wholes + parts


def stem(word: str, code: str) -> str:
    """The token of one word in a language."""
    return stem_parts(word, code)[0]


@lru_cache(maxsize=10_000)
def query_forms(word: str, code: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a typed word is found in the stemmed fields: tokens that follow each other, mostly one.

    The word may have others joined to it (l’innovation, il-belt, e-mail): those that say nothing in its language are
    left out, the rest must follow each other.
    """
    row = language(code)
    pieces = words(word)
    while len(pieces) > 1 and fold(pieces[0]) in row.clitics:
        pieces = pieces[1:]
    if len(pieces) != 1:
        return (tuple(stem(piece, code) for piece in pieces),) if pieces else ()
    wholes, parts = _analyse(pieces[0], row.code, plain=pieces[0].isascii())
    forms = [(token,) for token in wholes]
    return tuple(dict.fromkeys([*forms, parts] if parts else forms))


@cache
def stop_words(code: str) -> frozenset[str]:
    """The words that say little in a language, folded: articles, pronouns, prepositions, conjunctions, auxiliaries."""
    return frozenset(folded_words(listed("stop_words.txt", code)))


@lru_cache(maxsize=10_000)
def is_stop_word(word: str, code: str) -> bool:
    """Whether a language has the word nearly everywhere, so that it says little about a text."""
    return fold(word) in stop_words(language(code).code)
