"""Terms in texts: words of the glossary, and names of themes, which are terms too.

Whole words are found, in any of their forms: search knows which forms belong to one word. Acronyms are found as they
are written. Of terms that overlap the one that begins first counts, and of those the longest.

Each process keeps the glossary in memory and is never behind: each change of a term or of a theme's name writes a new
version in the same transaction, and versions are compared before anything is looked up.
"""

from __future__ import annotations

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext as _
from wagtail.models import Locale

from hub.models import Theme, ThemeLabel
from search.analysis import WORD, fold, stem

from .inline import plain
from .models import Concept, GlossaryVersion, Term

# What may stand between the words of a term in place of a space.
JOINT = re.compile(r"[\s\u00ad‐‑-]+")


@dataclass(frozen=True)
class TermWord:
    """A translation of a term. `status` is one of Term.Status."""

    text: str
    status: str
    note: str = ""


@dataclass(frozen=True)
class FoundTerm:
    """A term in a text: `start` and `end` count characters of the text without markup. `text` is the term as the
    glossary has it; preferred translations come first."""

    start: int
    end: int
    text: str
    translations: list[TermWord]
    domain: str = ""
    note: str = ""


def find_terms(data: str, *, source: Locale, target: Locale) -> list[FoundTerm]:
    """The terms in a text of wagtail-localize, in their order. A term of two concepts is there twice."""
    glossary = _current()
    names = glossary.names(source.language_code)
    found = []
    for start, end, positions in names.matcher.find(plain(data)):
        entries = [names.entries[position] for position in positions]
        of_glossary = [entry for entry in entries if not entry.is_theme and entry.words.get(target.language_code)]
        for entry in of_glossary or entries:
            translations = entry.words.get(target.language_code, [])
            domain = _("Theme") if entry.is_theme else entry.domain
            found.append(FoundTerm(start, end, entry.text, translations, domain, entry.note))
    return found


class Matcher:
    """Finds some terms of one language in texts."""

    def __init__(self, language: str, terms: Iterable[str]) -> None:
        self.language = language
        # By the keys of its first word: its words, what stands between them, and which of the terms it is.
        self.terms: dict[str, list[tuple[list[str], list[str], int]]] = defaultdict(list)
        for position, term in enumerate(terms):
            words, between = _split(term)
            if words:
                for key in _keys(words[0], language):
                    self.terms[key].append((words, between, position))

    def find(self, text: str) -> list[tuple[int, int, list[int]]]:
        """(start, end, positions of the terms that stand there), without overlaps."""
        found = list(WORD.finditer(text))
        words = [match[0] for match in found]
        between = [JOINT.sub(" ", text[left.end() : right.start()]) for left, right in pairwise(found)]
        # In a text of capitals only no word is an acronym.
        shouted = text.isupper()
        matches = []
        number = 0
        while number < len(found):
            longest, positions = 0, set[int]()
            for key in _keys(words[number], self.language):
                for term, its_between, position in self.terms.get(key, ()):
                    length = len(term)
                    if (
                        length >= longest
                        and its_between == between[number : number + length - 1]
                        and number + length <= len(found)
                        and self._is(term, words[number : number + length], shouted)
                    ):
                        positions = positions if length == longest else set()
                        longest = length
                        positions.add(position)
            if longest:
                matches.append((found[number].start(), found[number + longest - 1].end(), sorted(positions)))
            number += longest or 1
        return matches

    def _is(self, term: Sequence[str], words: Sequence[str], shouted: bool) -> bool:
        return all(
            _is_form(word, wanted, self.language, shouted=shouted, is_first=not number and len(term) > 1)
            for number, (wanted, word) in enumerate(zip(term, words, strict=True))
        )


def connect() -> None:
    """Called once, when the app is ready."""
    for model in (Concept, Term, Theme, ThemeLabel):
        for signal in (post_save, post_delete):
            signal.connect(glossary_changed, sender=model)


def glossary_changed(**kwargs: Any) -> None:
    GlossaryVersion.changed()


@dataclass
class _Entry:
    """A word of a concept in one language, with the concept's words by language."""

    text: str
    words: dict[str, list[TermWord]]
    domain: str = ""
    note: str = ""
    is_theme: bool = False


class _Names:
    """What is found in texts of one language."""

    def __init__(self, language: str, entries: list[_Entry]) -> None:
        self.entries = entries
        self.matcher = Matcher(language, (entry.text for entry in entries))


@dataclass
class _Glossary:
    version: uuid.UUID | None
    entries: dict[str, list[_Entry]] = field(default_factory=lambda: defaultdict(list))
    read: dict[str, _Names] = field(default_factory=dict)

    def names(self, language: str) -> _Names:
        if language not in self.read:
            self.read[language] = _Names(language, self.entries.get(language, []))
        return self.read[language]

    def add(self, words: dict[str, list[TermWord]], entry: _Entry) -> None:
        for language, its_words in words.items():
            for word in its_words:
                self.entries[language].append(replace(entry, text=word.text))


_kept: _Glossary | None = None


def _current() -> _Glossary:
    global _kept
    # Before the words are read: what changes meanwhile has another version.
    version = GlossaryVersion.current()
    glossary = _kept
    if glossary is None or glossary.version != version:
        glossary = _kept = _read(version)
    return glossary


def _read(version: uuid.UUID | None) -> _Glossary:
    glossary = _Glossary(version)
    order = list(Term.Status.values)
    concepts: dict[int, tuple[Concept, dict[str, list[TermWord]]]] = {}
    for term in Term.objects.select_related("concept", "locale").order_by("concept", "pk"):
        _concept, words = concepts.setdefault(term.concept_id, (term.concept, {}))
        words.setdefault(term.locale.language_code, []).append(TermWord(term.text, term.status, term.note))
    for concept, words in concepts.values():
        for its_words in words.values():
            its_words.sort(key=lambda word: order.index(word.status))
        glossary.add(words, _Entry("", words, concept.domain, concept.note))
    themes: dict[int, dict[str, list[TermWord]]] = defaultdict(dict)
    for label in ThemeLabel.objects.order_by("theme", "pk"):
        themes[label.theme_id][label.language] = [
            TermWord(label.label, Term.Status.PREFERRED),
            *(TermWord(text, Term.Status.ADMITTED) for text in label.alternatives),
        ]
    for words in themes.values():
        glossary.add(words, _Entry("", words, is_theme=True))
    return glossary


def _split(term: str) -> tuple[list[str], list[str]]:
    """(the words of a term, what stands between them)"""
    found = list(WORD.finditer(term))
    between = [JOINT.sub(" ", term[left.end() : right.start()]) for left, right in pairwise(found)]
    return [match[0] for match in found], between


def _is_form(word: str, wanted: str, language: str, *, shouted: bool, is_first: bool) -> bool:
    """Whether a word of a text is a form of one of a term. `shouted` texts have capitals only."""
    if word == wanted:
        return True
    if _is_acronym(wanted):
        return word.removesuffix("s") == wanted
    if _is_acronym(word) and not shouted:
        return False
    # German nouns: der Weg, but weg. The first word of several may be capital because it is the first.
    if language == "de" and wanted[0].isupper() and word[0].islower() and not is_first:
        return False
    # Networking is more than a form of network.
    endings = ("ing", "ings")
    if language.startswith("en") and word.casefold().endswith(endings) != wanted.casefold().endswith(endings):
        return False
    return not _keys(wanted, language).isdisjoint(_keys(word, language))


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper()


@lru_cache(maxsize=20_000)
def _keys(word: str, language: str) -> frozenset[str]:
    """What two forms of one word share."""
    return frozenset({word.casefold(), fold(word) if word.isascii() else word.casefold(), stem(word, language)})
