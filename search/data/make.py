"""Makes the tables of search/data/ again, from the word tables of simplemma and the stemmers of Snowball.

    pip install marisa-trie simplemma==2.0.0 PyStemmer==3.1.0
    python -m search.data.make [code ...]

`CODE.xz` says how the written form of a word becomes the token in the index: for each ending what to cut off and
what to add; the longest ending wins. The endings are learned from the forms that simplemma knows (MIT licence, made by
Adrien Barbaresi and Juanjo Diaz from free lexicons). An ending is kept where it changes the outcome for at least two
words; lemmas and short words, where the irregular ones are, count twice. So known words come out as in the table, most
unknown ones as their likes do, and forms of more than LONGEST_FORM letters are left to the endings.

`CODE.parts.xz` holds what compounds are made of: what stands in front, with its joining letters, what stands at the
end, as far as the words of the same table show it often enough or parts.txt has it, and what is no part.
"""

from __future__ import annotations

import lzma
import re
import sys
from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import marisa_trie

from search.analysis import normal, stop_words
from search.languages import TABLE, Compounds, Language, listed

HERE = Path(__file__).parent
LETTERS = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
GAIN = 2
SHORT = 10
LONGEST_SECOND = 10
LONGEST_FORM = 15
# Weights of what decides between two words that share a form.
NAMED, WRITTEN_SO, GUESSED = 1000, 100, 10

Rule = tuple[int, str]


def lexicon(name: str) -> dict[str, str]:
    """simplemma's table of a language: form to lemma, as they are written."""
    from simplemma.strategies.dictionaries.dictionary_factory import (  # type: ignore[import-not-found]
        DefaultDictionaryFactory,
    )

    table = DefaultDictionaryFactory().get_dictionary(name)
    return {form: lemma for form, lemma in table.items() if LETTERS.fullmatch(form) and LETTERS.fullmatch(lemma)}


def base(lemma: str, forms: dict[str, str], lemmas: set[str], language: Language) -> str:
    """The lemma under which a lemma is looked for: of a participle its verb, of a feminine form the masculine."""
    for pattern, replacement in language.derived:
        other = re.sub(pattern, replacement, lemma)
        if other != lemma and other in lemmas:
            lemma = other
    other = forms.get(lemma, lemma)
    return other if forms.get(other, other) == other else lemma


def targets(language: Language) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Of every form, folded: its token, and another one where two words share the form; and of lemmas as written.

    A form has "^" after it where its other word is not meant if it is typed without diacritics.
    """
    code = language.code
    forms = lexicon(language.lexicon)
    lemmas = set(forms.values())
    groups = [group.split() for group in listed("together.txt", code).split(",") if group]
    bases = {lemma: base(lemma, forms, lemmas, language) for lemma in lemmas}
    for first, *others in groups:
        bases[first] = bases.get(first, first)
        bases.update({other: bases[first] for other in others if other in lemmas})
    token: dict[str, str] = {}
    for lemma in {*bases.values()}:
        token[lemma] = ending_off(stemmed(lemma, language), language)
    size = Counter(token[bases[lemma]] for lemma in forms.values())
    candidates: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for form, lemma in forms.items():
        if len(form) <= LONGEST_FORM:
            # Of two words that only diacritics tell apart, the one without them is meant by what is written so.
            plain = form == lemma and form.isascii() and form.islower()
            candidates[normal(form, code)][token[bases[lemma]]] += WRITTEN_SO if plain else 1
            for ending, replacement in language.more:
                longer = re.sub(ending, replacement, form)
                if longer != form and longer not in forms:
                    candidates[normal(longer, code)][token[bases[lemma]]] += 1
    for lemma in lemmas:
        candidates[normal(lemma, code)][token[bases[lemma]]] += 1
        for ending, replacement in language.bare:
            # A form without ending, the genitive plural of many nouns, which the table may give to a verb.
            bare = re.sub(ending, replacement, lemma)
            if bare != lemma and normal(bare, code) in candidates and size[token[bases[lemma]]] > 2:
                candidates[normal(bare, code)][token[bases[lemma]]] += GUESSED
    for group in groups:
        for form in group:
            candidates[normal(form, code)][token[bases[group[0]]]] += NAMED
    best, second = {}, {}
    for form, found in candidates.items():
        if len(found) == 1:
            (best[form],) = found
            continue
        best[form] = max(found, key=lambda name: (found[name] >= NAMED, found[name] >= WRITTEN_SO, size[name], name))
        others = [name for name in found if name != best[form] and size[name] > 1]
        if others and len(form) <= LONGEST_SECOND and found[best[form]] < NAMED:
            own = "^" if found[best[form]] >= WRITTEN_SO and max(found[name] for name in others) < GUESSED else ""
            second[form + own] = max(others, key=lambda name: (found[name] >= GUESSED, size[name], name))
    return best, second, {lemma: token[bases[lemma]] for lemma in lemmas}


def stemmed(lemma: str, language: Language) -> str:
    if not language.stemmer:
        return normal(lemma, language.code)
    import Stemmer  # type: ignore[import-not-found]

    return normal(Stemmer.Stemmer(language.stemmer).stemWord(lemma.lower()), language.code)


def ending_off(lemma: str, language: Language) -> str:
    return re.sub(language.ending, "", lemma) if language.ending and len(lemma) > 4 else lemma


def rule(form: str, token: str) -> Rule:
    same = 0
    while same < min(len(form), len(token)) and form[same] == token[same]:
        same += 1
    return len(form) - same, token[same:]


def endings(pairs: dict[str, str], lemmas: set[str]) -> dict[str, Rule]:
    """The fewest endings that make (nearly) every form into its token; a whole word begins with "^"."""
    numbers: dict[Rule, int] = {}
    items: list[tuple[str, int]] = []
    for form, token in pairs.items():
        item = (f"^{form}"[::-1], numbers.setdefault(rule(form, token), len(numbers)))
        items += [item, item] if len(form) <= SHORT or form in lemmas else [item]
    items.sort()
    keys = [key for key, _number in items]
    rules = [number for _key, number in items]
    named = list(numbers)
    kept: dict[str, Rule] = {}

    def descend(low: int, high: int, depth: int, decided: int | None) -> None:
        counts = Counter(rules[low:high])
        top, number = counts.most_common(1)[0]
        if decided is None or number - counts[decided] >= GAIN:
            decided = top
            kept[keys[low][:depth][::-1]] = named[top]
        if (len(counts) == 1 and decided in counts) or high - low < GAIN:
            return
        while low < high and len(keys[low]) == depth:
            low += 1
        while low < high:
            after = bisect_right(keys, keys[low][: depth + 1] + "\U0010ffff", low, high)
            descend(low, after, depth + 1, decided)
            low = after

    descend(0, len(keys), 0, None)
    return kept


def compound_parts(
    language: Language, spec: Compounds, best: dict[str, str], lemmas: dict[str, str]
) -> tuple[dict[str, str], set[str]]:
    """What stands in front of compounds (with the token under which it is known), and the tokens of what ends them."""
    code = language.code
    never = {normal(word, code) for word in (*stop_words(code), *listed("never.txt", code).split())}
    nouns: dict[str, str] = {}
    for lemma, token in lemmas.items():
        if not spec.capitals or (lemma[:1].isupper() and lemma[1:].islower()):
            nouns[normal(lemma, code)] = token
    size = Counter(best.values())
    nouns = {noun: token for noun, token in nouns.items() if len(noun) > 2 and size[token] > 1 and noun not in never}
    noun_tokens = set(nouns.values())
    fronts: defaultdict[str, set[str]] = defaultdict(set)
    ends: defaultdict[str, set[str]] = defaultdict(set)
    meaning: dict[str, str] = {}

    def token_of(front: str) -> str | None:
        if front in meaning:
            return meaning[front]
        found = nouns.get(front)
        for link in spec.links if found is None else ():
            if front.endswith(link) and (found := nouns.get(front[: -len(link)])) is not None:
                break
        if found is None and best.get(front) in noun_tokens:
            found = best[front]
        if found is None and spec.verbs:
            for verb in spec.verbs:
                if front + verb in best and len(front) > 3:
                    found = best[front + verb]
                    break
        if found is not None:
            meaning[front] = found
        return found

    for word in lemmas:
        whole = normal(word, code)
        for at in range(3, len(whole) - 3):
            end = nouns.get(whole[at:])
            front = whole[:at]
            if end is not None and front not in never and token_of(front) is not None:
                fronts[front].add(end)
                ends[end].add(front)
    found_fronts = {front: meaning[front] for front, seen in fronts.items() if len(seen) >= needed(front)}
    found_ends = {end for end, seen in ends.items() if len(seen) >= needed(end)}
    for word in listed("parts.txt", code).split():
        part, _equals, meant = (normal(side, code) for side in word.partition("="))
        token = best.get(meant or part, meant or part)
        found_ends.add(token)
        found_fronts |= {part + link: token for link in ("", *spec.links) if part + link not in never}
    # What is itself a compound is taken apart further.
    for front in [*found_fronts]:
        if any(front[:at] in found_fronts and front[at:] in found_fronts for at in range(3, len(front) - 3)):
            del found_fronts[front]
    for end in [*found_ends]:
        if any(
            end[:at] in found_fronts and best.get(end[at:], end[at:]) in found_ends for at in range(3, len(end) - 3)
        ):
            found_ends.discard(end)
    return found_fronts, found_ends


def needed(part: str) -> int:
    """In how many words of the table a part must be seen: the shorter, the more."""
    return {3: 15, 4: 6, 5: 3}.get(len(part), 2)


def write(name: str, content: bytes) -> None:
    path = HERE / f"{name}.xz"
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


def grouped(pairs: Iterable[tuple[str, Any]]) -> list[str]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        groups[value].append(key)
    return [" ".join([value, *sorted(keys)]) for value, keys in sorted(groups.items())]


def from_list(path: Path, code: str) -> dict[str, Rule]:
    """The rules of a language with a list of its own: regular endings on the first line, then words that are one."""
    first, *groups = path.read_text().splitlines()
    kept: dict[str, Rule] = {ending: (len(ending), "") for ending in normal(first, code).split(" ")} | {"": (0, "")}
    for group in groups:
        own, *others = [normal(form, code) for form in group.split()]
        cut = max((len(ending) for ending in kept if own.endswith(ending) and len(own) > len(ending) + 3), default=0)
        token = own[: len(own) - cut]
        kept |= {f"^{form}": rule(form, token) for form in (own, *others)}
    return kept


def packed(kept: dict[str, Rule], second: dict[str, str]) -> bytes:
    """How many endings there are; the rules; of each ending the number of its rule; the trie of the endings."""
    rules = {ending[::-1]: found for ending, found in kept.items()}
    for form, token in second.items():
        plain = form.rstrip("^")
        rules[plain[::-1] + "^^" + form[len(plain) :]] = rule(plain, token)
    trie = marisa_trie.Trie(rules)
    named = {found: number for number, found in enumerate(sorted(set(rules.values())))}
    numbers = array("H", (named[rules[trie.restore_key(at)]] for at in range(len(trie))))
    names = " ".join(f"{cut}{add}" for cut, add in named)
    return f"{len(trie)}\n{names}\n".encode() + numbers.tobytes() + trie.tobytes()


def make(language: Language) -> None:
    if language.lexicon.endswith(".txt"):
        write(language.code, packed(from_list(HERE / language.lexicon, language.code), {}))
        return
    best, second, lemmas = targets(language)
    write(language.code, packed(endings(best, {normal(lemma, language.code) for lemma in lemmas}), second))
    if language.compounds:
        fronts, ends = compound_parts(language, language.compounds, best, lemmas)
        whole = sorted(listed("never.txt", language.code).split())
        lines = [*grouped(fronts.items()), "", " ".join(sorted(ends)), "", " ".join(whole)]
        write(f"{language.code}.parts", "\n".join(lines).encode())


if __name__ == "__main__":
    for code in sys.argv[1:] or TABLE:
        if TABLE[code].lexicon:
            make(TABLE[code])
