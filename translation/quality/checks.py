"""The checks of one translation. Each is a rule that ordinary good translations do not break."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from search.analysis import fold, is_stop_word, words

from ..inline import MARK, Element, missing, plain, read
from ..models import Term
from ..places import Kind
from ..words import count_words
from . import addresses, numbers, quotes

if TYPE_CHECKING:
    from ..segments import Segment
    from ..terms import FoundTerm, TermWord

ERROR, WARNING = "error", "warning"

# What search engines show of a title and of a description, and what fits a listing, in characters.
RECOMMENDED = {"seo_title": 60, "search_description": 160, "title": 100}

BRACKETS = {")": "(", "]": "[", "}": "{"}
# "a)", "1)", and faces.
LONE_BRACKETS = re.compile(r"(?:(?<=\s)|^)(?:[^\W\d_]|\d{1,2}|[ivx]{1,4})\)|[:;]-?[()]")
REPEATED = re.compile(r"(?<![\w’'-])([^\W\d_]{2,})[ \u00a0]+\1(?![\w’'-])")
# Words that languages do repeat.
REPEATABLE = {
    "da": "der", "de": "der die das den dem sie was wie", "en": "had that", "es": "nos", "fr": "nous vous",
    "it": "man piano via così", "nl": "die dat het", "pt": "nos", "sv": "det som den", "el": "σιγά κάτω", "hu": "az",
}  # fmt: skip
# Words of names that begin small.
PARTICLES = frozenset(
    ["das", "de", "del", "della", "den", "der", "des", "di", "dos", "du", "el", "la", "le", "les", "los", "ten", "ter",
     "van", "von", "zu", "zum"]
)  # fmt: skip
# A word, and what has no no-break space before it. Not 14:00, https://, "?!" nor faces.
FRENCH_MARKS = re.compile(r"(?:\w[\w’'-]{0,60}|[)\]»%€°]) ?([:;!?])(?=\s|$|[?!]|(?<=[!?])[)\]»”])")
SENTENCE_END, QUESTION, COLON = "end", "?", ":"
CLOSING = "\"'“”„»«’‘›‹)]} \u00a0\u202f\n"


@dataclass(frozen=True)
class Finding:
    """`code` names the check, `severity` is "error" for what cannot be published, and `message` is a sentence."""

    code: str
    severity: str
    message: str


def check(segment: Segment, data: str, *, source: str, target: str, terms: Sequence[FoundTerm] = ()) -> list[Finding]:
    """What may be wrong with `data` as the translation of a segment, errors first; nothing if there is no text.

    `source` and `target` are codes of languages, `terms` those found in the original.
    """
    text, original = plain(data), plain(segment.source)
    if not text.strip():
        return []
    # What looks like markup and is none of the original's has no numbers.
    unknown = {mark[0] for mark in MARK.finditer(text)} - {mark[0] for mark in MARK.finditer(original)}
    found = [
        *_markup(segment.source, data),
        *(
            Finding("unknown_markup", WARNING, _("<%(number)s> is no markup of the original.") % {"number": each})
            for each in sorted({mark.strip("\\</>") for mark in unknown})
        ),
        *_length(segment, text, original),
        *_untranslated(text, original, source, target),
        *_numbers(MARK.sub(lambda mark: " " if mark[0] in unknown else mark[0], text), original, source, target),
        *_addresses(text, original, source, target),
        *_spaces(text, original),
        *_french_spaces(text, original, target),
        *_quotes(text, original, target),
        *_brackets(text, original),
        *_end(text, original, source, target),
        *_repetitions(text, original, target),
        *_terms(text, terms, target),
    ]
    return sorted(found, key=lambda finding: finding.severity != ERROR)


def _markup(source: str, data: str) -> Iterator[Finding]:
    elements = read(source).elements
    for number in missing(data, source):
        if elements[number - 1].id:
            yield Finding("link", ERROR, _("The link <%(number)s> is missing.") % {"number": number})
        else:
            yield Finding("markup", WARNING, _("The markup <%(number)s> is missing.") % {"number": number})
    for name in sorted((_kinds(read(data).elements) - _kinds(elements)).keys()):
        yield Finding("unknown_markup", ERROR, _("The original has no such markup: <%(name)s>.") % {"name": name})


def _kinds(elements: Iterable[Element]) -> Counter[str]:
    return Counter(f'{element.name} id="{element.id}"' if element.id else element.name for element in elements)


def _length(segment: Segment, text: str, original: str) -> Iterator[Finding]:
    length, limit = len(text), segment.place.max_length
    if limit and length > limit:
        yield Finding(
            "length",
            ERROR,
            _("%(length)s characters, and there is room for %(limit)s.") % {"length": length, "limit": limit},
        )
        return
    name = segment.path.split(".")[-1] if segment.place.kind in (Kind.SEARCH_ENGINES, Kind.TITLE) else ""
    recommended = RECOMMENDED.get(name, 0)
    # Nobody can shorten what is too long in the original.
    if recommended and length > max(recommended, len(original)):
        yield Finding(
            "recommended_length",
            WARNING,
            _("%(length)s characters: more than %(limit)s may be cut off where it is shown.")
            % {"length": length, "limit": recommended},
        )


def _untranslated(text: str, original: str, source: str, target: str) -> Iterator[Finding]:
    if source.split("-")[0] == target.split("-")[0] or text.strip() != original.strip():
        return
    rest = [word for word in words(addresses.without(original)) if word.isalpha()]
    small = [word for word in rest if word[0].islower() and len(word) > 2 and word not in PARTICLES]
    # Names, acronyms and single words may be the same in two languages.
    tells = small or any(is_stop_word(word, source) for word in rest if word not in PARTICLES)
    if tells and len(rest) > 1 and count_words(original) > 1:
        yield Finding("untranslated", WARNING, _("It is the same as the original."))


def _numbers(text: str, original: str, source: str, target: str) -> Iterator[Finding]:
    if numbers.differing_months(original, text, source, target):
        yield Finding("date", WARNING, _("A date has another month than in the original."))
    if different := numbers.differing_numbers(original, text, source, target):
        yield Finding(
            "number",
            WARNING,
            _("Numbers are not those of the original: %(numbers)s.") % {"numbers": ", ".join(different[:5])},
        )


def _addresses(text: str, original: str, source: str, target: str) -> Iterator[Finding]:
    if lost := addresses.lost(original, text, source, target):
        yield Finding("address", WARNING, _("The original has the address %(address)s.") % {"address": lost[0]})


def _spaces(text: str, original: str) -> Iterator[Finding]:
    double = re.compile(r"[^\S\n]{2,}")
    if double.search(text.strip()) and not double.search(original.strip()):
        yield Finding("double_space", WARNING, _("There are two spaces in a row."))
    if text[:1].isspace() != original[:1].isspace():
        yield Finding("outer_space", WARNING, _("A space at the beginning is not as in the original."))
    if text[-1:].isspace() != original[-1:].isspace():
        yield Finding("outer_space", WARNING, _("A space at the end is not as in the original."))


def _french_spaces(text: str, original: str, target: str) -> Iterator[Finding]:
    # In Canada and Switzerland other rules hold.
    if target not in ("fr", "fr-fr", "fr-be", "fr-lu"):
        return
    for match in FRENCH_MARKS.finditer(text):
        # Names keep their marks: Yahoo!
        if match[0] not in original:
            yield Finding(
                "punctuation_space",
                WARNING,
                _("In French, a no-break space stands before “%(mark)s”.") % {"mark": match[1]},
            )
            return


def _quotes(text: str, original: str, target: str) -> Iterator[Finding]:
    if not quotes.is_balanced(text):
        # A quotation may go on in the next text.
        if quotes.is_balanced(original):
            yield Finding("quotes", WARNING, _("A quotation mark has no counterpart."))
    elif style := quotes.style_fault(text, target):
        yield Finding("quote_style", WARNING, _("Quotation marks of this language are %(marks)s.") % {"marks": style})
    elif target.split("-")[0] == "fr" and quotes.lacks_french_spaces(text):
        yield Finding("quote_spaces", WARNING, _("French quotation marks have no-break spaces inside."))


def _brackets(text: str, original: str) -> Iterator[Finding]:
    if (bracket := _unbalanced(text)) and not _unbalanced(original):
        yield Finding("brackets", WARNING, _("The bracket %(bracket)s has no counterpart.") % {"bracket": bracket})


def _unbalanced(text: str) -> str:
    opened: list[str] = []
    for character in LONE_BRACKETS.sub(" ", text):
        if character in BRACKETS.values():
            opened.append(character)
        elif character in BRACKETS and (not opened or opened.pop() != BRACKETS[character]):
            return character
    return opened[-1] if opened else ""


def _end(text: str, original: str, source: str, target: str) -> Iterator[Finding]:
    wanted, there = _class_of_end(original, source), _class_of_end(text, target)
    if wanted == there or None in (wanted, there):
        return
    if wanted in (QUESTION, COLON, SENTENCE_END) and not there:
        mark = {SENTENCE_END: original.rstrip(CLOSING)[-1:]}.get(wanted, wanted)
        message = _("The original ends with “%(mark)s”.") % {"mark": mark}
    elif there and not wanted:
        message = _("The original does not end with “%(mark)s”.") % {"mark": text.rstrip(CLOSING)[-1:]}
    else:
        message = _("It ends with another mark than the original.")
    yield Finding("end", WARNING, message)


def _class_of_end(text: str, language: str) -> str | None:
    """What kind of mark a text ends with, "" for none; None if that cannot be told, as of "e.V." and "3."."""
    text = text.rstrip(CLOSING)
    if not text:
        return ""
    last = text[-1]
    if last in "?؟" or (last in ";\u037e" and language.startswith("el")):
        return QUESTION
    if last == ".":
        if text[:-1].rstrip(CLOSING)[-1:] in ("?", "!"):
            return None
        word = text.split()[-1].rstrip(".")
        if text.endswith(".."):
            return SENTENCE_END
        return None if "." in word or word.isdecimal() or len(word) < 3 else SENTENCE_END
    if last in "!…":
        return SENTENCE_END
    return COLON if last == ":" else ""


def _repetitions(text: str, original: str, target: str) -> Iterator[Finding]:
    allowed = REPEATABLE.get(target.split("-")[0], "").split()
    for match in REPEATED.finditer(text):
        if match[1].casefold() not in allowed and match[0] not in original:
            yield Finding("repeated_word", WARNING, _("“%(word)s” is there twice in a row.") % {"word": match[1]})
            return


def _terms(text: str, terms: Sequence[FoundTerm], target: str) -> Iterator[Finding]:
    from ..terms import Matcher

    places: dict[tuple[int, int], list[FoundTerm]] = defaultdict(list)
    for term in terms:
        places[(term.start, term.end)].append(term)
    said: set[str] = set()
    for found in places.values():
        listed = [word for term in found for word in term.translations]
        allowed = [word for word in listed if word.status != Term.Status.FORBIDDEN]
        forbidden = [word for word in listed if word not in allowed]
        matches = Matcher(target, [word.text for word in [*allowed, *forbidden]]).find(text)
        used = next((p for _start, _end, positions in matches if (p := min(positions)) >= len(allowed)), None)
        term = found[0]
        if term.text.casefold() in said:
            continue
        said.add(term.text.casefold())
        if used is not None:
            word = forbidden[used - len(allowed)].text
            yield Finding("forbidden_term", WARNING, _forbids(term, word, allowed))
        elif (
            allowed and all(each.translations for each in found) and not _is_used(term, allowed, matches, text, target)
        ):
            yield Finding(
                "term",
                WARNING,
                _("“%(term)s” is “%(word)s” in the glossary.") % {"term": term.text, "word": allowed[0].text},
            )


def _forbids(term: FoundTerm, word: str, allowed: list[TermWord]) -> str:
    if allowed:
        return _("The glossary has “%(better)s” for “%(term)s”, not “%(word)s”.") % {
            "better": allowed[0].text,
            "term": term.text,
            "word": word,
        }
    return _("The glossary does not allow “%(word)s” for “%(term)s”.") % {"word": word, "term": term.text}


def _is_used(term: FoundTerm, allowed: list[TermWord], matches: Sequence[object], text: str, target: str) -> bool:
    """Whether one of the words is there in any form, also as a part of a compound or with other words in between.

    Of a translation with more words than the term has, as many are enough: names of themes say more than texts.
    """
    if matches:
        return True
    folded = fold(text)
    for word in allowed:
        telling = [fold(part) for part in words(word.text) if not is_stop_word(part, target)]
        there = [part for part in telling if len(part) > 3 and part[: max(4, len(part) * 2 // 3)] in folded]
        if there and len(there) >= min(len(telling), len(words(term.text))):
            return True
    return False
