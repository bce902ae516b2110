"""Quotation marks, in the style of each language."""

from __future__ import annotations

import re

# quotationStart and quotationEnd, and other pairs that its writers use, after CLDR 48 (delimiters.json) and the
# interinstitutional style guide of the EU (section 4.2.3).
STYLES = {
    "bg": "„“ «»", "ca": "«» “”", "cs": "„“ »«", "da": "“” »« „“ ””", "de": "„“ »« «»", "el": "«» “”", "en": "“”",
    "es": "«» “”", "et": "„“ «» „”", "fi": "”” »»", "fr": "«» “”", "ga": "“”", "hr": "„“ „” »« «»", "hu": "„” »«",
    "is": "„“", "it": "«» “”", "lt": "„“", "lv": "“” „” «»", "mk": "„“", "mt": "“”", "nb": "«» “”", "nl": "“” „”",
    "no": "«» “”", "pl": "„” «» »«", "pt": "“” «»", "ro": "„” «»", "sk": "„“ »«", "sl": "„“ »«", "sq": "“” «» „“",
    "sr": "„” „“ »«", "sv": "”” »» »«", "tr": "“” «»", "uk": "«» „“ “”",
}  # fmt: skip
CURLY_PAIRS = ("“”", "„“", "„”", "””")
CURLY, ANGLE = "„“”‟", "«»"
INCHES = re.compile(r'(?<=\d)"')
FRENCH_SPACES = re.compile(r"«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»")


def is_balanced(text: str) -> bool:
    """Whether every quotation mark that is opened is closed, in whichever style."""
    counts = _counts(text)
    if counts['"'] % 2:
        return False
    return any(_closes(counts, CURLY, pair) for pair in CURLY_PAIRS) and any(
        _closes(counts, ANGLE, pair) for pair in ("«»", "»»")
    )


def style_fault(text: str, language: str) -> str:
    """The language's own quotation marks ("„…“"), if the text has others that are not of the language; else ""."""
    styles = STYLES.get(language.split("-")[0], "").split()
    if not styles:
        return ""
    counts = _counts(text)
    found = [pair for pair in CURLY_PAIRS if counts[pair[0]] and _closes(counts, CURLY, pair)]
    # «» and »« are not told apart: both are balanced either way.
    guillemets = any(pair[0] in ANGLE for pair in styles)
    # English writes straight marks too, and so do names of files and code.
    straight = counts['"'] and not language.startswith("en")
    if straight or (found and not set(found) & set(styles)) or (not guillemets and (counts["«"] or counts["»"])):
        start, end = styles[0][0], styles[0][1]
        return f"{start}\u202f…\u202f{end}" if language.startswith("fr") else f"{start}…{end}"
    return ""


def lacks_french_spaces(text: str) -> bool:
    """Whether French quotation marks stand without no-break spaces inside."""
    return bool(FRENCH_SPACES.search(text))


def _counts(text: str) -> dict[str, int]:
    counts = {mark: text.count(mark) for mark in f'{CURLY}{ANGLE}"'}
    # After a digit a mark may be that of inches, or end a quotation.
    if inches := len(INCHES.findall(text)):
        counts['"'] = 0 if inches == counts['"'] else counts['"'] // 2 * 2
    return counts


def _closes(counts: dict[str, int], family: str, pair: str) -> bool:
    """Whether all marks of the family are such pairs. None at all are."""
    if sum(counts[mark] for mark in family) != sum(counts[mark] for mark in set(pair)):
        return False
    start, end = pair[0], pair[1]
    return counts[start] % 2 == 0 if start == end else counts[start] == counts[end]
