"""Marks the words of a query in a text, the same way for every engine and language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from .analysis import WORD, fold, query_stems, stem
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
    """Finds the terms of a query in texts of one language, by their stems or as they are written."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self.language = language
        self.by_stem: dict[str, int] = {}
        self.by_form: dict[str, int] = {}
        self.exact: list[tuple[int, tuple[str, ...]]] = []
        for number, term in enumerate(terms):
            if term.exact and len(term.tokens) > 1:
                self.exact.append((number, term.tokens))
            else:
                self.by_form.setdefault(term.tokens[0], number)
                if not term.exact:
                    for stemmed in query_stems(term.words[0], language):
                        self.by_stem.setdefault(stemmed, number)

    def spans(self, text: str) -> list[Span]:
        """Every match in `text`, in its order."""
        seen: dict[str, int | None] = {}
        tokens = list(WORD.finditer(text))
        for word in {token[0] for token in tokens}:
            term = self.by_stem.get(stem(word, self.language))
            seen[word] = self.by_form.get(fold(word)) if term is None else term
        found = [
            Span(token.start(), token.end(), number) for token in tokens if (number := seen[token[0]]) is not None
        ]
        if self.exact:
            folded = [fold(token[0]) for token in tokens]
            for number, words in self.exact:
                found += [
                    Span(tokens[at].start(), tokens[at + len(words) - 1].end(), number)
                    for at in range(len(tokens) - len(words) + 1)
                    if folded[at] == words[0] and tuple(folded[at : at + len(words)]) == words
                ]
            found.sort(key=lambda span: (span.start, -span.end))
        return found

    def terms_in(self, text: WorkText) -> set[int]:
        """Numbers of the terms that the work has in this language."""
        parts = (text.title, text.lead, text.body, text.names, text.attachments)
        return {span.term for part in parts if part for span in self.spans(part)}

    def mark(self, text: str) -> SafeString:
        """The whole text as HTML, matches in <mark>."""
        return _html(text, self.spans(text))

    def passage(self, text: WorkText) -> SafeString:
        """The part of the work with most of the terms, as HTML: of body or attachments, else the whole lead."""
        lead = self.spans(text.lead)
        best, shown = len({span.term for span in lead}), _html(text.lead, lead)
        for part in (text.body, text.attachments):
            if best == len(self.by_form) + len(self.exact):
                break
            spans = self.spans(part) if part else []
            window = _best_window(spans)
            if len({span.term for span in window}) > best:
                best, shown = len({span.term for span in window}), _excerpt(part, window)
        return shown


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
