"""Words of a text, as the index knows them: stemmed for their language, and folded (lower case, no diacritics)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import snowballstemmer
from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from .languages import language

WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 100

# Letters that Unicode does not decompose into a base letter and a mark.
UNDECOMPOSED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)


def clean(text: str) -> str:
    """The text in composed form, without null bytes and halves of characters, which nothing can store."""
    text = text.replace("\x00", " ")
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())


def fold(text: str) -> str:
    """The text in lower case, without diacritics."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(UNDECOMPOSED)


def words(text: str) -> list[str]:
    """The words of a text in their order, as they are written."""
    return [word[:LONGEST_WORD] for word in WORD.findall(text)]


def folded_words(text: str) -> list[str]:
    return words(fold(text))


@cache
def stemming_analyzer(code: str) -> TextAnalyzer | None:
    """The embedded engine's analyzer for a language, None where Python stems."""
    stemmer = language(code).embedded
    if not stemmer:
        return None
    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase())
    return builder.filter(Filter.stemmer(stemmer)).filter(Filter.ascii_fold()).build()


@cache
def _stop_words(code: str) -> TextAnalyzer | None:
    name = language(code).stop_words
    if not name:
        return None
    return TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.stopword(name)).build()


@cache
def _python_stemmer(code: str) -> snowballstemmer.stemmer | None:
    name = language(code).snowball
    return snowballstemmer.stemmer(name) if name else None


@lru_cache(maxsize=200_000)
def stem(word: str, code: str) -> str:
    """The stem of one word in a language, without diacritics."""
    analyzer = stemming_analyzer(code)
    if analyzer:
        return "".join(analyzer.analyze(word))
    stemmer = _python_stemmer(code)
    return fold(stemmer.stemWord(word.lower()) if stemmer else word)


@lru_cache(maxsize=10_000)
def query_stems(word: str, code: str) -> tuple[str, ...]:
    """The stems under which a typed word is looked for: its own, and those of forms that the stemmer takes apart."""
    forms = next((forms for forms in language(code).together if word.lower() in forms), ())
    return tuple(dict.fromkeys(stem(form, code) for form in (word, *forms)))


def stems(text: str, code: str) -> list[str]:
    """The stems of a text's words in their order."""
    return [stem(word, code) for word in words(text)]


@lru_cache(maxsize=200_000)
def stem_parts(word: str, code: str) -> tuple[str, ...]:
    """What the index holds of one word: its stem, for a compound followed by the stems of its parts."""
    return (stem(word, code),)


def index_stems(text: str, code: str) -> list[str]:
    """What the stemmed fields of the index hold of a text, in its order."""
    return [stemmed for word in words(text) for stemmed in stem_parts(word, code)]


@lru_cache(maxsize=10_000)
def query_forms(word: str, code: str) -> tuple[tuple[str, ...], ...]:
    """The ways in which a typed word is found in the stemmed fields: stems that follow each other, mostly one."""
    return tuple((stemmed,) for stemmed in query_stems(word, code))


@lru_cache(maxsize=10_000)
def is_stop_word(word: str, code: str) -> bool:
    """Whether a language has the word nearly everywhere, so that it says little about a text."""
    analyzer = _stop_words(code)
    return analyzer is not None and not analyzer.analyze(word)
