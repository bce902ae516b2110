"""What the words of a text become in the index, remembered: most of a text are words met before."""

from __future__ import annotations

from functools import cache

from .analysis import fold, stem_parts, words

# Words that are remembered, of all languages together.
MOST = 300_000


class Forms(dict[str, tuple[str, str]]):
    """The folded tokens and the stems of a word of one language, each with blanks between them."""

    remembered = 0

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, word: str) -> tuple[str, str]:
        forms = (" ".join(words(fold(word))), " ".join(stem_parts(word, self.language)))
        # The first words to come are the frequent ones.
        if Forms.remembered < MOST:
            Forms.remembered += 1
            self[word] = forms
        return forms


forms_of = cache(Forms)


def index_tokens(text: str, language: str) -> tuple[str, str]:
    """The folded tokens and the stems of a text, in its order, with blanks between them."""
    forms = forms_of(language)
    found = [forms[word] for word in words(text)]
    return " ".join([folded for folded, _stems in found]), " ".join([stems for _folded, stems in found])
