"""Catalogs of interface texts, in `locale/`. `babel` does the work, so that a machine needs no gettext tools.

python -m config.catalogs update     take new texts from code and templates into the catalogs, drop unused ones
python -m config.catalogs check      say which catalogs are not complete, and end with status 1 if there are any
python -m config.catalogs compile    compile what has changed; `make run` and the tests do it by themselves
"""

import io
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

BASE_DIR = Path(__file__).resolve().parent.parent
LOCALE_DIR = BASE_DIR / "locale"
SOURCES = ("hub", "news", "events", "accounts", "search", "translation", "demo", "templates")
# Languages whose catalogs are complete; the texts in code are English. Any other language falls back to English.
# locale/mt has a header and no texts: Django takes a language only where it finds a catalog, and has none in Maltese.
COMPLETE = ("de", "es", "fr", "it", "pl")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def compile_catalogs(folders: Iterable[Path] = (LOCALE_DIR,)) -> int:
    """Compile every .po file below the folders that is newer than its .mo file, and return how many there were."""
    compiled = 0
    for source in (path for folder in folders for path in sorted(folder.glob("*/LC_MESSAGES/*.po"))):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        # Written beside and renamed, so that nobody reads half a file.
        beside = target.with_suffix(".mo.new")
        with beside.open("wb") as file:
            write_mo(file, _read(source))
        beside.replace(target)
        compiled += 1
    return compiled


def extract() -> Catalog:
    """Return all texts of code and templates that are marked for translation."""
    template = Catalog(project="Knowledge hub", charset="utf-8")
    for folder in SOURCES:
        found = extract_from_dir(
            BASE_DIR / folder,
            method_map=[
                ("**/migrations/**", "ignore"),
                ("**.py", "python"),
                ("**.html", "config.catalogs:extract_template"),
            ],
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for name, line, text, comments, context in found:
            template.add(text, locations=[(f"{folder}/{name}", line)], auto_comments=comments, context=context)
    return template


def extract_template(
    file: BinaryIO, keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterable[Any]:
    """Find the texts of a Django template: Django turns it into something that reads like Python."""
    # Within parentheses the template's indentation does not matter.
    source = f"({templatize(file.read().decode())})"
    return extract_python(io.BytesIO(source.encode()), keywords, comment_tags, {"encoding": "utf-8"})


def update_catalogs() -> None:
    """Bring the catalogs in line with code and templates; what is new waits there for its translation."""
    template = extract()
    for language in COMPLETE:
        path = _path(language)
        catalog = _read(path) if path.exists() else _new(language)
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=119, ignore_obsolete=True, include_lineno=False, sort_by_file=True)
        waiting = sum(not _is_translated(text) for text in filter(_has_text, catalog))
        print(f"{path.relative_to(BASE_DIR)}: {waiting} to do")


def problems() -> list[str]:
    """Return one line for each text that is not translated, no longer used, or has a broken placeholder."""
    template = extract()
    found = []
    for language in COMPLETE:
        path = _path(language)
        catalog = _read(path) if path.exists() else _new(language)
        for text in filter(_has_text, template):
            if not ((known := catalog.get(text.id, text.context)) and _is_translated(known)):
                found += [f"{language}: not translated: {text.id!r} ({text.locations[0][0]})"]
        for text in filter(_has_text, catalog):
            if template.get(text.id, text.context) is None:
                found += [f"{language}: no longer used: {text.id!r}"]
            found += [f"{language}: {error}: {text.id!r}" for error in text.check(catalog)]
    return found


def _has_text(text: Message) -> bool:
    """Tell the texts from the catalog's header."""
    return bool(text.id)


def _is_translated(text: Message) -> bool:
    strings = text.string if isinstance(text.string, list | tuple) else [text.string]
    return bool(strings) and all(strings) and not text.fuzzy


def _path(language: str) -> Path:
    return LOCALE_DIR / language.replace("-", "_") / "LC_MESSAGES" / "django.po"


def _new(language: str) -> Catalog:
    header = "# Interface texts of the knowledge hub."
    people = {
        "msgid_bugs_address": "none",
        "last_translator": "none",
        "language_team": "none",
        "copyright_holder": "none",
    }
    return Catalog(locale=language, header_comment=header, project="Knowledge hub", version="1", fuzzy=False, **people)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def main(action: str) -> int:
    """Carry out what the command line says and return the exit status."""
    if action == "update":
        update_catalogs()
    elif action == "compile":
        print(f"{compile_catalogs()} catalogs compiled")
    elif action == "check":
        found = problems()
        print("\n".join(found[:50]))
        print(f"{len(found)} problems in the catalogs: `python -m config.catalogs update` brings them up to date")
        return int(bool(found))
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
