"""What the words of a text become in the index, remembered: most of a text are words met before."""

from __future__ import annotations

from functools import cache

from .analysis import LONGEST_WORD, folded_words, stem_parts, words

# Pieces of texts that are remembered, of all languages together.
MOST = 600_000


class Tokens(dict[str, tuple[str, str]]):
    """The folded tokens and the stems of the words in a piece of a text of one language, with blanks between them."""

    remembered = 0

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, piece: str) -> tuple[str, str]:
        found = words(piece)
        if found == [piece]:
            tokens = " ".join(folded_words(piece)), " ".join(stem_parts(piece, self.language))
        elif len(found) == 1:
            tokens = self[found[0]]
        else:
            tokens = joined([self[word] for word in found])
        # The first ones to come are the frequent ones.
        if Tokens.remembered < MOST and len(piece) <= LONGEST_WORD:
            Tokens.remembered += 1
            self[piece] = tokens
        return tokens


tokens_of = cache(Tokens)


def joined(tokens: list[tuple[str, str]]) -> tuple[str, str]:
    return " ".join([folded for folded, _stems in tokens]), " ".join([stems for _folded, stems in tokens])


def index_tokens(text: str, language: str) -> tuple[str, str]:
    """The folded tokens and the stems of a text, in its order, with blanks between them."""
    # Splitting at blanks is much faster than looking for words.
    return joined(list(map(tokens_of(language).__getitem__, text.split())))
