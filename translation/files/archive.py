"""Many translations in one ZIP, a file for each, with a note on what to do."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO

from anyascii import anyascii
from django.utils.text import slugify
from wagtail_localize.models import Translation

from .exchange import Exported

README = """\
Translations of the knowledge hub
=================================

There is one file for each page and language, in a folder for each language:

{files}

What to do

1. Open the files with your translation tool and translate. Texts that were translated before are in them; those that
   have changed since are marked (fuzzy, "initial" or "needs-translation"), with what they said before.
2. Keep the inline markup: every numbered element of the original has to be in your text once. Files tell where a text
   stands on its page, how long it may be, and the address of the page.
3. Do not change originals, ids, languages or the heads of files: by them your translations find their places. Names
   of files do not matter.
4. Send the files back, one by one or as a ZIP like this one (of at most 1,000 files): "Upload translated files" among
   the translations in the administration. You see what will be taken over before anything is. What has changed at the
   hub meanwhile is not overwritten.
"""


def pack(exports: Iterable[tuple[Exported, bytes]], extension: str) -> IO[bytes]:
    """A ZIP in a temporary file, open at its beginning."""
    target = tempfile.TemporaryFile(prefix="translations-", suffix=".zip")  # noqa: SIM115 - the caller closes it
    names: set[str] = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for exported, content in exports:
            name = free(f"{exported.language}/{stem(exported.translation)}", extension, names)
            archive.writestr(name, content)
        archive.writestr("README.txt", README.format(files="\n".join(f"  {name}" for name in sorted(names))))
    target.seek(0)
    return target


def stem(translation: Translation) -> str:
    """A name for a file, of plain letters in any script's stead."""
    return slugify(anyascii(translation.source.object_repr))[:60].strip("-") or "page"


def free(name: str, extension: str, taken: set[str]) -> str:
    """The name with its extension, numbered if another file has it. Notes it as taken."""
    number = 1
    full = f"{name}{extension}"
    while full.casefold() in taken:
        number += 1
        full = f"{name}-{number}{extension}"
    taken.add(full.casefold())
    return full
