"""Numbers, times and dates of two texts, however their languages write them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from babel import Locale, UnknownLocaleError

from search.analysis import fold

from . import addresses

# Numbers from 1 to 12 in words: how their forms begin, ordinal ones included, folded.
WORDS = {
    "bg": (
        "един|една|едно|първ два|две|двам|втор три|трет четир|четвърт пет шест седем|седм осем|осм девет десет "
        "единадес|единайс дванадес|дванайс"
    ),
    "cs": "jed|prvn dv|druh tri|tri|tret ctyr|ctvrt pet|pat sest sedm osm devet|devat deset|desat jedenac dvanac",
    "da": "en|et|forst to|anden tre fire|fjerd fem seks|sjette syv otte ni ti elleve|ellevt tolv",
    "de": "ein|erst zwei|zwo drei|dritt vier funf sechs sieb acht neun zehn elf zwolf",
    "el": (
        "ενα|μια|ενας|μιας|πρωτ δυο|δευτερ τρι|τρεις τεσσερ|τεταρτ πεντε|πεμπτ εξι|εκτ επτα|εφτα|εβδομ "
        "οκτω|οχτω|ογδο εννεα|εννια|ενατ δεκα|δεκατ εντεκα|ενδεκα δωδεκα"
    ),
    "en": (
        "one|first|once|single two|second|twice three|third|thrice four five|fifth six seven eight nine|ninth ten "
        "eleven twel"
    ),
    "es": (
        "un|prim dos|segund tres|tercer cuatro|cuart cinco|quint seis|sext siete|sept ocho|octav nueve|noven "
        "diez|decim once|undecim doce|duodecim"
    ),
    "et": (
        "uks|uhe|esime kaks|kahe|tei kolm nel viie|viis kuue|kuus seits kaheks uheks kumme|kumne ukstei|uhetei "
        "kakstei|kahetei"
    ),
    "fi": (
        "yks|yhd|yht|ensim kaks|kahd|toi kolm nel viis|viid|viit kuus|kuud|kuut seits kahdeks yhdeks kymmen "
        "yksitoi|yhdetoi|yhdentoi kaksitoi|kahdentoi"
    ),
    "fr": "un|premi deux|second trois quatr cinq six sept huit neuf|neuv dix onz douz",
    "ga": (
        "aon|amhain|chead do|da|dha|dara|beirt tri|triur ceathair|ceithre|ceathr cuig|cuigear se|seisear seacht "
        "ocht|hocht naoi deich haon dhe|dha dheag"
    ),
    "hr": "jed|prv dv|drug tri|trec cetir|cetvrt pet sest sedam|sedm osam|osm devet deset jedanaes dvanaes",
    "hu": "egy|elso ket|masod|masik harom|harmad negy ot hat het nyolc kilenc tiz tizenegy tizenket",
    "it": (
        "un|prim due|second tre|terz quattr|quart cinque|quint sei|sest sette|settim otto|ottav nove|non "
        "dieci|decim undic dodic"
    ),
    "lt": (
        "vien|pirm du|dvi|antr tri|trec|trej ketur|ketvirt penk sesi|sest septyn|septint astuon|astunt "
        "devyn|devint desimt vienuol dvyl"
    ),
    "lv": (
        "vien|pirm div|otr tris|tri|tres cetr|ceturt piec|piekt ses|sest septin|septit aston|astot devin|devit "
        "desmit vienpadsmit divpadsmit"
    ),
    "mt": (
        "wieh|wahd|ewwel tnej|zewg|tieni tliet|tlett|tielet erba|raba hams|hames sitt|sit seba tmien|tmin "
        "disa|disgh ghax hdax tnax"
    ),
    "nl": "een|eerst twee drie|derd vier vijf zes zeven acht negen tien elf twaalf",
    "pl": (
        "jed|pierwsz dw|drug trz|trzec czter|czwart pie|piat szes|szos sied|siod osm|osiem dziewi dziesi jedenas "
        "dwanas"
    ),
    "pt": (
        "um|prim dois|duas|segund tres|terc quatr|quart cinco|quint seis|sext set oito|oitav nove|non dez|decim "
        "onz doz"
    ),
    "ro": (
        "un|o|prim doi|doua tre patru|patr cinc sase|sasel sapte opt noua zece unsprezece doisprezece|douasprezece"
    ),
    "sk": (
        "jed|prv dv|druh tri|tret styr|stvrt pat|piat sest|siest sedem|siedm osem|osm devat|deviat desat|desiat "
        "jedenas dvanas"
    ),
    "sl": "en|prv dv|drug tri|tretj stir|cetrt pet sest sedem|sedm osem|osm devet deset enajs dvanajs",
    "sv": "en|ett|forst tva|andr tre|tredj fyra|fjard fem sex|sjatt sju atta|atton nio tio elva|elft tolv|tolft",
}
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# Not compared by their value, as addresses are not at all.
TELEPHONE = re.compile(r"(?:\+|\b00)[1-9][\d\s()/.\-–]{6,}\d")
LONGEST = 40  # digits of a number that are compared
MOST = 200  # numbers that only one text has: more are compared with those of the other no further
SPACES = "\u00a0\u202f\u2009'’"
HALF_DAY = re.compile(r"\d\s*(?:[ap]\.?\s?m\b|[πμ]\.\s?μ\.)", re.IGNORECASE)
THOUSAND_MILLIONS = re.compile(r"\b(?:mill|milh)", re.IGNORECASE)


def differing_numbers(source: str, target: str, source_language: str, target_language: str) -> list[str]:
    """Numbers of the original that the translation lacks; if it has others in their place, or more, those too.

    "1,000.5" and "1.000,5", "2:30 pm" and "14.30 Uhr", "3" and "three", "21st" and "XXI" are the same.
    """
    ours, theirs = _atoms(source, source_language), _atoms(target, target_language)
    clock = bool(HALF_DAY.search(source)) != bool(HALF_DAY.search(target))
    # Spanish, Italian and Portuguese count thousands of millions.
    millions = bool(THOUSAND_MILLIONS.search(target) or THOUSAND_MILLIONS.search(source))
    missing = list((ours - theirs).elements())[:MOST]
    extra = list((theirs - ours).elements())[:MOST]
    for number in list(missing):
        same = next((other for other in extra if _are_same(number, other, clock, millions)), None)
        if same is not None:
            missing.remove(number)
            extra.remove(same)
    _join(missing, extra)
    _join(extra, missing)
    missing = [number for number in dict.fromkeys(missing) if not _is_written_out(number, target, target_language)]
    # A month in words there may be a number here; a number in words too, even where this table does not know it.
    extra = [
        number
        for number in dict.fromkeys(extra)
        if not _is_written_out(number, source, source_language)
        and not (number.isdecimal() and int(number) <= 12 and int(number) in _months(source, source_language))
    ]
    missing = [
        number
        for number in missing
        if not (number.isdecimal() and int(number) <= 12 and int(number) in _months(target, target_language))
    ]
    return list(dict.fromkeys([*missing, *extra]))


def differing_months(source: str, target: str, source_language: str, target_language: str) -> bool:
    """Whether dates have other months: both name some, and none of one text is in the other."""
    ours, theirs = _months(source, source_language), _months(target, target_language)
    return bool(ours and theirs and ours != theirs and not (ours >= theirs or theirs >= ours))


def _atoms(text: str, language: str) -> Counter[str]:
    """Whole numbers and digits after points, without separators of thousands and without zeros that say nothing.
    Digits after a decimal point begin with one."""
    atoms: Counter[str] = Counter()

    def whole(match: re.Match[str]) -> str:
        atoms["".join(filter(str.isdecimal, match[0]))[:LONGEST]] += 1
        return " "

    text = unicodedata.normalize("NFC", text)
    text = TELEPHONE.sub(whole, addresses.without(text))
    spaces = SPACES + (" " if _separates_by_spaces(language) else "")
    point = _decimal_point(language)
    other = "." if point == "," else ","
    grouped = re.compile(rf"(?<![\d.,])[1-9]\d{{0,2}}(?:[{re.escape(spaces)}]\d{{3}})+(?!\d)|"
                         rf"(?<![\d.,])[1-9]\d{{0,2}}(?:{re.escape(other)}\d{{3}})+(?!\d)")  # fmt: skip
    text = grouped.sub(lambda match: "".join(filter(str.isdecimal, match[0])), text)
    for match in re.finditer(r"\d+(?:[.,:]\d+)*", unicodedata.normalize("NFKC", text)):
        first, *rest = (part[:LONGEST] for part in re.split(r"[.,:]", match[0]))
        atoms[first.lstrip("0") or "0"] += 1
        if len(rest) == 1 and f"{point}{rest[0]}" in match[0]:
            rest = [f".{rest[0].rstrip('0')}"]
        for part in rest:
            if part.strip(".0"):
                atoms[part.lstrip("0")] += 1
    # Full hours: 14 h 00, 9 Uhr 00.
    del atoms["0"]
    return atoms


def _join(pieces: list[str], wholes: list[str]) -> None:
    """Take out "301 549" where the other language takes it for one number."""
    for whole in list(wholes):
        for start in range(len(pieces)):
            for end in range(start + 2, min(start + 5, len(pieces) + 1)):
                groups = pieces[start:end]
                if "".join(groups) == whole and all(len(group) == 3 for group in groups[1:]):
                    del pieces[start:end]
                    wholes.remove(whole)
                    break
            else:
                continue
            break


def _are_same(number: str, other: str, clock: bool, millions: bool) -> bool:
    if not number.isdecimal():
        number, other = other, number
    if number.isdecimal() and other.startswith("."):
        # A time: 9.30. Or a number of another language.
        return int(number) in (int(other[1:]), int(other[1:].ljust(2, "0")))
    if not (number.isdecimal() and other.isdecimal()):
        return False
    one, two = int(number), int(other)
    if clock and max(one, two) <= 24 and abs(one - two) == 12:
        return True
    return millions and max(one, two) == 1000 * min(one, two)


def _is_written_out(number: str, text: str, language: str) -> bool:
    """Whether a text has a number in words or in Roman figures."""
    if not number.isdecimal():
        return False
    value = int(number)
    if value <= 12:
        beginnings = _beginnings(language)
        if not beginnings:
            return True
        words = re.findall(r"[^\W\d_]+", fold(text))
        if any(word.startswith(beginnings[value - 1]) for word in words):
            return True
    return value < 40 and re.search(rf"(?<!\w){_roman(value)}(?:e|er|ème|è|º|ª|η|ος)?(?!\w)", text) is not None


@cache
def _beginnings(language: str) -> list[tuple[str, ...]]:
    return [tuple(each.split("|")) for each in WORDS.get(language.split("-")[0], "").split()]


def _roman(value: int) -> str:
    figures = ""
    for size, figure in ROMAN:
        while value >= size:
            figures, value = figures + figure, value - size
    return figures


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def _decimal_point(language: str) -> str:
    return str(_locale(language).number_symbols["latn"]["decimal"])


def _separates_by_spaces(language: str) -> bool:
    return str(_locale(language).number_symbols["latn"]["group"]).isspace()


@cache
def _month_names(language: str) -> dict[str, int]:
    names: dict[str, int] = {}
    for form in ("format", "stand-alone"):
        for number, name in _locale(language).months[form]["wide"].items():
            names.setdefault(fold(name), number)
    return names


def _months(text: str, language: str) -> set[int]:
    """Months that a text names beside a number, or has in dates of figures."""
    names = _month_names(language)
    words = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    folded = " ".join(fold(text).split())
    found = set()
    day = r"\d{1,4}(?:st|nd|rd|th|er|\.|ª|º)?"
    pattern = (
        rf"{day}\s*(?:de\s|d'|of\s|a\s|ta'\s)?\s*(?P<after>{words})\w{{0,3}}\b|\b(?P<before>{words})\w{{0,3}}\s+{day}"
    )
    for match in re.finditer(pattern, folded):
        found.add(names[match["after"] or match["before"]])
    for match in re.finditer(
        r"\b(\d{1,2})([./-])\s?(\d{1,2})(?:\2\s?\d{2,4}\b|\.(?!\d))|\b\d{4}-(\d{2})-\d{2}\b", text
    ):
        found.update(int(part) for part in match.groups() if part and part.isdecimal() and 1 <= int(part) <= 12)
    return found
