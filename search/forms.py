"""What the words of a text become in the index, remembered: most of a text are words met before."""

from __future__ import annotations

from functools import cache

from .analysis import fold, stem_parts, words

# Pieces of texts that are remembered, of all languages together.
MOST = 600_000


class Forms(dict[str, tuple[str, str]]):
    """The folded tokens and the stems of the words in a piece of a text of one language, with blanks between them."""

    remembered = 0

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, piece: str) -> tuple[str, str]:
        found = words(piece)
        if len(found) == 1 and found[0] != piece:
            forms = self[found[0]]
        else:
            folded = fold(" ".join(found))
            stems = [stem for word in found for stem in stem_parts(word, self.language)]
            forms = (folded if folded.isalpha() else " ".join(words(folded)), " ".join(stems))
        # The first ones to come are the frequent ones.
        if Forms.remembered < MOST:
            Forms.remembered += 1
            self[piece] = forms
        return forms


forms_of = cache(Forms)


def index_tokens(text: str, language: str) -> tuple[str, str]:
    """The folded tokens and the stems of a text, in its order, with blanks between them."""
    # Splitting at blanks is much faster than looking for words.
    found = list(map(forms_of(language).__getitem__, text.split()))
    return " ".join([folded for folded, _stems in found]), " ".join([stems for _folded, stems in found])
