"""Reads the texts of the demonstration from `demo/content/`. The format is described in docs/demo.md."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "content"
LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
KINDS = ("hubs", "platforms", "news", "events", "pages")


class ContentError(Exception):
    """Something in the content folder is not as it should be. The message says what and where."""


@dataclass(frozen=True)
class Work:
    """One item of content: what holds for all its languages, and its text in each of them, the first one first."""

    kind: str
    name: str
    facts: dict[str, Any]
    texts: dict[str, dict[str, Any]]

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.name}"

    @property
    def file(self) -> str:
        return f"{self.key}.toml"

    @property
    def first_language(self) -> str:
        return self.facts["first_language"]

    @property
    def translations(self) -> list[str]:
        return [language for language in self.texts if language != self.first_language]

    @property
    def state(self) -> str:
        return self.facts.get("state", "live")


@dataclass(frozen=True)
class Content:
    themes: dict[str, dict[str, Any]]
    places: dict[str, dict[str, Any]]
    organisations: dict[str, dict[str, Any]]
    people: dict[str, dict[str, Any]]
    documents: dict[str, dict[str, Any]]
    glossary: dict[str, dict[str, Any]]
    requests: dict[str, dict[str, Any]]
    home: Work
    works: dict[str, Work] = field(default_factory=dict)

    def palette(self, theme: str | None) -> int:
        """The number of the palette for a theme: the position of its main theme, 0 for none."""
        while theme and self.themes[theme].get("parent"):
            theme = self.themes[theme]["parent"]
        mains = [slug for slug, row in self.themes.items() if not row.get("parent")]
        return mains.index(theme) if theme else 0


def read(folder: Path = FOLDER) -> Content:
    """Everything in the folder, as it is written: see `demo.checking` for what must hold. Raises ContentError."""
    content = Content(
        themes=_rows(folder, "theme", "slug"),
        places=_rows(folder, "place", "slug"),
        organisations=_rows(folder, "organisation", "slug"),
        people=_rows(folder, "person", "slug", file="people"),
        documents=_rows(folder, "document", "file"),
        glossary=_rows(folder, "concept", "slug", file="glossary"),
        requests=_rows(folder, "request", "title"),
        home=_work(folder / "home.toml", "home"),
    )
    for kind in KINDS:
        for path in sorted((folder / kind).glob("*.toml")):
            work = _work(path, kind)
            content.works[work.key] = work
    return content


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{path.name} is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.parent.name}/{path.name} is not readable as TOML: {error}.") from None


def _rows(folder: Path, table: str, key: str, file: str = "") -> dict[str, dict[str, Any]]:
    path = folder / f"{file or table + 's'}.toml"
    rows: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(_parse(path).get(table, []), start=1):
        if not row.get(key):
            raise ContentError(f"{path.name}: [[{table}]] number {number} has no “{key}”.")
        if row[key] in rows:
            raise ContentError(f"{path.name}: “{row[key]}” is there twice.")
        rows[row[key]] = row
    return rows


def _work(path: Path, kind: str) -> Work:
    data = _parse(path)
    where = f"{kind}/{path.name}"
    first = data.get("first_language")
    if first not in LANGUAGES:
        raise ContentError(f"{where}: “first_language” must be one of {', '.join(LANGUAGES)}, not “{first}”.")
    if first not in data:
        raise ContentError(f"{where}: the text in the first language, [{first}], is missing.")
    order = [first, *(language for language in LANGUAGES if language in data and language != first)]
    texts = {language: data[language] for language in order}
    facts = {name: value for name, value in data.items() if name not in texts}
    return Work(kind=kind, name=path.stem, facts=facts, texts=texts)
