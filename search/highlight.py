"""Marks the words of a query in a text, the same way for every engine and language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .analysis import WORD, fold, query_forms, stem_parts
from .query import Term
from .works import WorkText

PASSAGE = 260


@dataclass(frozen=True, slots=True)
class Span:
    """Where a term of the query stands in a text."""

    start: int
    end: int
    term: int


class Matcher:
    """Finds the terms of a query in texts of one language, by their stems or as they are written.

    It remembers every word it has met, so that the texts of a page of results cost little more than reading them.
    """

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self.language = language
        self.all = set(range(len(terms)))
        self._by_form: dict[str, int] = {}
        self._by_stem: dict[str, int] = {}
        self._beginnings: list[tuple[str, int]] = []
        # Words that must follow each other, as they are written or by their stems.
        self._phrases: list[tuple[tuple[str, ...], int]] = []
        self._stem_phrases: list[tuple[tuple[str, ...], int]] = []
        for number, term in enumerate(terms):
            if len(term.tokens) > 1:
                self._phrases.append((term.tokens, number))
                continue
            self._by_form.setdefault(term.tokens[0], number)
            if term.prefix:
                self._beginnings.append((term.tokens[0], number))
            if not term.exact:
                for stems in query_forms(term.words[0], language):
                    if len(stems) == 1:
                        self._by_stem.setdefault(stems[0], number)
                    else:
                        self._stem_phrases.append((stems, number))
        self._met: set[str] = set()
        self._matching: dict[str, int] = {}

    def _term_of(self, word: str) -> int | None:
        """Number of the term that a word of a text matches on its own."""
        stems = stem_parts(word, self.language)
        for stemmed in stems:
            if stemmed in self._by_stem:
                return self._by_stem[stemmed]
        for wanted, number in self._stem_phrases:
            if len(stems) > len(wanted) and _follow_each_other(wanted, stems):
                return number
        folded = fold(word)
        if folded in self._by_form:
            return self._by_form[folded]
        return next((number for token, number in self._beginnings if folded.startswith(token)), None)

    def _words_in(self, text: str) -> set[str]:
        """The words of a text, as they are written, that match."""
        found = set(WORD.findall(text))
        for word in found - self._met:
            number = self._term_of(word)
            if number is not None:
                self._matching[word] = number
        self._met |= found
        return found & self._matching.keys()

    def spans(self, text: str) -> list[Span]:
        """Every match in `text`, in its order."""
        found = [
            Span(start, start + len(word), self._matching[word])
            for word in self._words_in(text)
            for start in _places(word, text)
        ]
        if self._phrases or self._stem_phrases:
            tokens = list(WORD.finditer(text))
            found += _phrase_spans(tokens, [(fold(token[0]),) for token in tokens], self._phrases)
            if self._stem_phrases:
                stems = [stem_parts(token[0], self.language) for token in tokens]
                found += _phrase_spans(tokens, stems, self._stem_phrases)
        return sorted(found, key=lambda span: (span.start, -span.end))

    def terms_in(self, text: WorkText) -> set[int]:
        """Numbers of the terms that the work has in this language."""
        found: set[int] = set()
        for part in (text.title, text.lead, text.body, text.names, text.attachments):
            if found == self.all:
                break
            if self._phrases or self._stem_phrases:
                found.update(span.term for span in self.spans(part))
            else:
                found.update(self._matching[word] for word in self._words_in(part))
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


def _follow_each_other(wanted: tuple[str, ...], stems: tuple[str, ...]) -> bool:
    return any(stems[at : at + len(wanted)] == wanted for at in range(len(stems) - len(wanted) + 1))


def _phrase_spans(
    tokens: Sequence[re.Match[str]], forms: Sequence[tuple[str, ...]], phrases: Sequence[tuple[tuple[str, ...], int]]
) -> Iterator[Span]:
    """Where phrases stand among the words of a text, of each of which `forms` has what it is found by."""
    for wanted, number in phrases:
        for at in range(len(tokens) - len(wanted) + 1):
            if all(token in forms[at + place] for place, token in enumerate(wanted)):
                yield Span(tokens[at].start(), tokens[at + len(wanted) - 1].end(), number)


def _places(word: str, text: str) -> Iterator[int]:
    """Where a word stands in a text, not as a part of another."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
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
