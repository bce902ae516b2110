"""Marks the words of a query in a text, the same way for every engine and language."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .analysis import WORD, fold, query_forms, stem_parts
from .query import Term
from .works import WorkText

PASSAGE = 260
# Of a text, as much is looked at, in characters.
LONGEST_TEXT = 50_000
# Pieces of texts that are remembered, of all languages together.
MOST_PIECES = 200_000
# Before a stem among the keys of a word, which also has its folded form.
STEM = "="


@dataclass(frozen=True, slots=True)
class Span:
    """Where a term of the query stands in a text."""

    start: int
    end: int
    term: int


@lru_cache(maxsize=20_000)
def _keys(word: str, language: str) -> frozenset[str]:
    """What a word of a text is found by: its folded form, and its stems with STEM before them."""
    return frozenset((fold(word), *(STEM + stemmed for stemmed in stem_parts(word, language))))


class KnownPieces:
    """The pieces between blanks of the texts of one language that were read, by the keys of their words."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.known: set[str] = set()
        self._by_key: dict[str, list[str]] = {}

    def learn(self, pieces: set[str]) -> None:
        for piece in pieces - self.known:
            for word in WORD.findall(piece):
                for key in _keys(word, self.language):
                    self._by_key.setdefault(key, []).append(piece)
        self.known |= pieces

    def with_any(self, keys: Iterable[str]) -> set[str]:
        return {piece for key in keys for piece in self._by_key.get(key, ())}


_known: dict[str, KnownPieces] = {}


def _known_pieces(language: str) -> KnownPieces:
    """Those of the language. When there are too many in all, they are collected anew: others may still read these."""
    if sum(len(pieces.known) for pieces in list(_known.values())) > MOST_PIECES:
        _known.clear()
    return _known.setdefault(language, KnownPieces(language))


class Matcher:
    """Finds the terms of a query in texts of one language, by their stems or as they are written."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self.all = set(range(len(terms)))
        self.language = language
        self._pieces = _known_pieces(language)
        self._wanted: dict[str, int] = {}
        self._beginnings: dict[str, int] = {}
        # Words that must follow each other. Those of the second kind can also be parts of one word.
        self._phrases: list[tuple[tuple[str, ...], int]] = []
        self._compounds: list[tuple[tuple[str, ...], int]] = []
        for number, term in enumerate(terms):
            if len(term.tokens) > 1:
                self._phrases.append((term.tokens, number))
            else:
                self._wanted.setdefault(term.tokens[0], number)
            if term.prefix:
                self._beginnings[term.tokens[0]] = number
            if not term.exact:
                for stems in query_forms(term.typed, language):
                    keys = tuple(STEM + stemmed for stemmed in stems)
                    if len(keys) == 1:
                        self._wanted.setdefault(keys[0], number)
                    else:
                        self._compounds.append((keys, number))
        self._tell = {*self._wanted, *(keys[0] for keys, _number in self._compounds)}
        self._in_text: dict[str, dict[str, int]] = {}
        self._spans: dict[str, list[Span]] = {}

    def _term_of(self, word: str) -> int | None:
        """Number of the term that a word of a text matches on its own."""
        keys = _keys(word, self.language)
        numbers = [self._wanted[key] for key in keys if key in self._wanted]
        numbers = numbers or [number for wanted, number in self._compounds if keys.issuperset(wanted)]
        if not numbers and self._beginnings:
            folded = fold(word)
            numbers = [number for beginning, number in self._beginnings.items() if folded.startswith(beginning)]
        return min(numbers, default=None)

    def _words_in(self, text: str) -> dict[str, int]:
        """The words of a text that match, as they are written, with the number of their term."""
        if text not in self._in_text:
            words = _words_of(text.split()) if self._beginnings else self._words_with(self._tell, text)
            numbers = ((word, self._term_of(word)) for word in words)
            self._in_text[text] = {word: number for word, number in numbers if number is not None}
        return self._in_text[text]

    def _words_with(self, keys: Collection[str], text: str) -> set[str]:
        """Words of the text that have one of the keys, and those that are joined to them."""
        if not keys:
            return set()
        # Splitting at blanks is much faster than looking for words, and most pieces were met before.
        pieces = set(text.split())
        self._pieces.learn(pieces)
        return _words_of(pieces & self._pieces.with_any(keys))

    def spans(self, text: str) -> list[Span]:
        """Every match in `text`, in its order."""
        text = text[:LONGEST_TEXT]
        if text not in self._spans:
            found = [*self._single(text)]
            for wanted, number in (*self._phrases, *self._compounds):
                found += self._following(wanted, number, text)
            self._spans[text] = sorted(found, key=lambda span: (span.start, -span.end))
        return self._spans[text]

    def _single(self, text: str) -> Iterator[Span]:
        return (
            Span(start, start + len(word), number)
            for word, number in self._words_in(text).items()
            for start in _places(word, text)
        )

    def _following(self, wanted: Sequence[str], number: int, text: str) -> Iterator[Span]:
        """Words with these keys that follow each other."""
        if not all(self._words_with((key,), text) for key in wanted):
            return
        for word in self._words_with(wanted[:1], text):
            for start in _places(word, text):
                tokens = list(islice(WORD.finditer(text, start), len(wanted)))
                if len(tokens) == len(wanted) and all(
                    key in _keys(token[0], self.language) for key, token in zip(wanted, tokens, strict=True)
                ):
                    yield Span(tokens[0].start(), tokens[-1].end(), number)

    def terms_in(self, text: WorkText) -> set[int]:
        """Numbers of the terms that the work has in this language."""
        found: set[int] = set()
        for part in (text.title, text.lead, text.body, text.names, text.attachments):
            if found == self.all:
                break
            if self._phrases or self._compounds:
                found.update(span.term for span in self.spans(part))
            else:
                found.update(self._words_in(part[:LONGEST_TEXT]).values())
        return found

    def mark(self, text: str) -> SafeString:
        """The whole text as HTML, matches in <mark>."""
        return _html(text, self.spans(text))

    def passage(self, text: WorkText) -> SafeString:
        """The part of the work with most of the terms, as HTML: of body or attachments, else the whole lead."""
        lead = self.spans(text.lead)
        best, shown = len({span.term for span in lead}), _html(text.lead, lead)
        for part in (text.body, text.attachments):
            if best == len(self.all):
                break
            spans = self.spans(part) if part else []
            window = _best_window(spans)
            if len({span.term for span in window}) > best:
                best, shown = len({span.term for span in window}), _excerpt(part, window)
        return shown


def _words_of(pieces: Iterable[str]) -> set[str]:
    return {word for piece in pieces for word in WORD.findall(piece)}


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text, not as a part of another."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not any(char.isalnum() and char != "ʼ" for char in (text[start - 1 : start], text[end : end + 1])):
            yield start
        start = text.find(word, end)


def _best_window(spans: Sequence[Span]) -> Sequence[Span]:
    """The neighbouring spans within a passage's length that have most terms, then most matches."""
    best: tuple[int, int] = (0, 0)
    window: Sequence[Span] = ()
    first = 0
    for last, span in enumerate(spans):
        while span.end - spans[first].start > PASSAGE and first < last:
            first += 1
        inside = spans[first : last + 1]
        score = (len({other.term for other in inside}), len(inside))
        if score > best:
            best, window = score, inside
    return window


def _excerpt(text: str, spans: Sequence[Span]) -> SafeString:
    """The text around the spans, cut between words."""
    room = max(0, PASSAGE - (spans[-1].end - spans[0].start))
    start = max(0, spans[0].start - room // 3)
    end = min(len(text), max(start + PASSAGE, spans[-1].end))
    if start:
        blank = text.find(" ", start, spans[0].start)
        start = blank + 1 if blank >= 0 else spans[0].start
    if end < len(text):
        blank = text.rfind(" ", spans[-1].end, end)
        end = blank if blank >= 0 else spans[-1].end
    inside = [Span(span.start - start, span.end - start, span.term) for span in spans]
    html = _html(text[start:end], inside)
    return mark_safe(f"{'… ' if start else ''}{html}{' …' if end < len(text) else ''}")


def _html(text: str, spans: Sequence[Span]) -> SafeString:
    parts: list[str] = []
    at = 0
    for span in spans:
        if span.start < at:
            continue
        parts += [conditional_escape(text[at : span.start]), "<mark>", conditional_escape(text[span.start : span.end])]
        parts.append("</mark>")
        at = span.end
    parts.append(conditional_escape(text[at:]))
    return mark_safe("".join(parts))
