"""What must hold for the texts of the demonstration. Each fault is one sentence that names the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from translation.models import Term

from .logins import LOGINS
from .pictures import MOTIFS
from .reading import FOLDER, KINDS, LANGUAGES, Content, ContentError, Work

# Facts that a kind of work may state, beyond those of all kinds.
COMMON = {
    "first_language", "themes", "places", "organisations", "contact_people", "submitted_by", "published", "hour",
    "source_url", "source_label", "related", "motif", "state", "outdated",
}  # fmt: skip
OWN = {
    "hubs": {"theme"},
    "platforms": {"address", "operator", "platform_languages", "access", "last_checked"},
    "news": {"kind", "deadline"},
    "events": {
        "start", "end", "timezone", "all_day", "format", "venue", "address", "place", "join_url", "event_languages",
        "cost", "registration_url", "registration_opens", "registration_closes", "registration_full", "status",
        "organisers", "recurrence", "previous_start",
    },
    "pages": set(),
}  # fmt: skip
NEEDED = {
    "hubs": {"theme"},
    "platforms": {"address", "access"},
    "news": {"kind"},
    "events": {"start", "end", "timezone", "format", "event_languages"},
    "pages": set(),
}
# Keys that each type of block has, and those it may have besides.
BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "text": ({"html"}, set()),
    "heading": ({"text", "level"}, set()),
    "quote": ({"text"}, {"attribution"}),
    "callout": ({"title", "html"}, {"deadline", "label", "url"}),
    "button": ({"label"}, {"work", "url"}),
    "table": ({"caption", "header", "rows"}, set()),
    "accordion": ({"items"}, set()),
    "cards": ({"items"}, set()),
    "image": ({"motif", "alt"}, {"caption"}),
    "gallery": ({"items"}, set()),
    "documents": ({"files"}, set()),
    "embed": ({"url", "title"}, set()),
}
# What may differ between the languages; everything else in a block is the same in all of them.
WORDS = {"html", "text", "title", "caption", "label", "alt", "attribution", "header", "rows", "topic", "note"}
TAGS = {"p", "b", "i", "ul", "ol", "li", "a", "br", "sub", "sup"}


def check(content: Content) -> None:
    """Raises ContentError with one line per fault."""
    faults = list(faults_of(content))
    if faults:
        raise ContentError("\n".join(faults))


def faults_of(content: Content) -> Iterator[str]:
    for theme in content.themes.values():
        if theme.get("parent") and theme["parent"] not in content.themes:
            yield f"themes.toml: “{theme['slug']}” belongs to “{theme['parent']}”, which is not a theme."
        for language in LANGUAGES:
            if not theme.get("labels", {}).get(language, {}).get("label"):
                yield f"themes.toml: “{theme['slug']}” has no label in {language}."
    for person in content.people.values():
        if person.get("organisation", "") not in {"", *content.organisations}:
            yield f"people.toml: the organisation “{person['organisation']}” of “{person['slug']}” is not in the list."
    for document in content.documents.values():
        if not (FOLDER / "documents" / document["file"]).is_file():
            yield f"documents.toml: documents/{document['file']} is missing; run “python -m demo.documents”."
        yield from _references(content, "documents.toml", "themes", document.get("themes", []))
    yield from _glossary(content)
    for row in content.requests.values():
        yield from _request(content, row)
    for key in content.home.facts.get("highlights", []):
        if key not in content.works:
            yield f"home.toml: the highlight “{key}” is not a work."
    for work in content.works.values():
        yield from _facts(content, work)
        for language, text in work.texts.items():
            yield from _text(content, work, language, text)
        for language in work.translations:
            yield from _same_structure(work, language)


def _references(content: Content, file: str, fact: str, values: Any) -> Iterator[str]:
    lists: dict[str, Any] = {
        "theme": content.themes,
        "themes": content.themes,
        "place": content.places,
        "places": content.places,
        "organisations": content.organisations,
        "organisers": content.organisations,
        "operator": content.organisations,
        "contact_people": content.people,
        "submitted_by": content.people,
        "related": content.works,
        "motif": MOTIFS,
    }
    for value in [values] if isinstance(values, str) else values:
        if value and value not in lists[fact]:
            yield f"{file}: “{fact}” names “{value}”, which does not exist."


def _glossary(content: Content) -> Iterator[str]:
    preferred: dict[tuple[str, str], str] = {}
    for slug, row in content.glossary.items():
        for name in {"domain", "note"} - row.keys():
            yield f"glossary.toml: “{name}” of “{slug}” is missing."
        for name in row.keys() - {"slug", "domain", "note", *LANGUAGES}:
            yield f"glossary.toml: “{name}” of “{slug}” is neither a fact nor a language."
        for language in LANGUAGES:
            words = row.get(language, {})
            for status in words.keys() - set(Term.Status.values):
                yield f"glossary.toml: “{slug}” has a term in {language} that is “{status}”, which no term can be."
            if not words.get("preferred"):
                yield f"glossary.toml: “{slug}” has no preferred term in {language}."
            for text in words.get("preferred", []):
                # A second load tells concepts by these.
                if (other := preferred.setdefault((language, text), slug)) != slug:
                    yield f"glossary.toml: “{text}” is the preferred term of “{slug}” and of “{other}”."


def _request(content: Content, row: dict[str, Any]) -> Iterator[str]:
    where = f"requests.toml: “{row['title']}”"
    for name in {"message", "by", "asked", "due", "works", "languages"} - row.keys():
        yield f"{where} has no “{name}”."
    people = {username for username, _group, _slug in LOGINS}
    for name in [row.get("by"), *(part.get("by") for part in row.get("begun", []))]:
        if name not in people:
            yield f"{where} names “{name}”, who cannot log in."
    for work in row.get("works", []):
        if work not in content.works:
            yield f"{where} names “{work}”, which is not a work."
    for part in row.get("begun", []):
        work, language = part.get("work"), part.get("language")
        if work not in row.get("works", []) or language not in row.get("languages", []):
            yield f"{where} does not ask for what is begun: “{work}” in {language}."
        elif work in content.works and language in content.works[work].texts:
            yield f"{where} says that “{work}” is begun in {language}, and it is there."
        for name in part.keys() - {"work", "language", "by", "title", "lead", "image_alt"}:
            yield f"{where} begins “{name}”, which is not a text that can be begun."


def _facts(content: Content, work: Work) -> Iterator[str]:
    for name in work.facts.keys() - COMMON - OWN[work.kind]:
        yield f"{work.file}: “{name}” is not a fact of {work.kind}."
    for name in (NEEDED[work.kind] | {"published", "motif"}) - work.facts.keys():
        yield f"{work.file}: “{name}” is missing."
    for name, value in work.facts.items():
        if name in {"theme", "themes", "place", "places", "organisations", "organisers", "operator", "contact_people",
                    "submitted_by", "related", "motif"}:  # fmt: skip
            yield from _references(content, work.file, name, value)
    if work.state not in {"live", "draft", "restricted"}:
        yield f"{work.file}: “state” must be live, draft or restricted, not “{work.state}”."
    for language in work.facts.get("outdated", []):
        if language not in work.translations:
            yield f"{work.file}: “outdated” names {language}, which is not a translation of it."


def _text(content: Content, work: Work, language: str, text: dict[str, Any]) -> Iterator[str]:
    where = f"{work.file}, [{language}]"
    for name, longest in (("title", 160), ("slug", 100), ("lead", 300), ("image_alt", 250)):
        if not text.get(name):
            yield f"{where}: “{name}” is missing."
        elif len(text[name]) > longest:
            yield f"{where}: “{name}” has {len(text[name])} characters; {longest} is the most."
    for speaker in text.get("speakers", []):
        yield from _references(content, where, "contact_people", speaker.get("person", ""))
    for number, block in enumerate(text.get("body", []), start=1):
        yield from _block(content, f"{where}, block {number}", block)


def _block(content: Content, where: str, block: dict[str, Any]) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in BLOCKS:
        yield f"{where}: “{kind}” is not a type of block."
        return
    needed, allowed = BLOCKS[kind]
    keys = block.keys() - {"type"}
    for name in sorted(needed - keys):
        yield f"{where} ({kind}): “{name}” is missing."
    for name in sorted(keys - needed - allowed):
        yield f"{where} ({kind}): “{name}” does not belong here."
    parts = [block, *(item for item in block.get("items", []) if isinstance(item, dict))]
    for part in parts:
        if "motif" in part:
            yield from _references(content, where, "motif", part["motif"])
        if part.get("work"):
            yield from _references(content, where, "related", part["work"])
        yield from _html(content, where, part.get("html", ""))
    for file in block.get("files", []):
        if file not in content.documents:
            yield f"{where}: the document “{file}” is not in documents.toml."
    if kind == "table" and any(len(row) != len(block.get("header", [])) for row in block.get("rows", [])):
        yield f"{where}: a row of the table has not as many cells as the heading."


def _html(content: Content, where: str, html: str) -> Iterator[str]:
    open_tags: list[str] = []
    for closing, tag, attributes in re.findall(r"<(/?)(\w+)([^>]*)>", html):
        if tag not in TAGS:
            yield f"{where}: the tag <{tag}> is not allowed."
        elif closing:
            if not open_tags or open_tags.pop() != tag:
                yield f"{where}: </{tag}> closes what is not open."
        elif tag != "br":
            open_tags.append(tag)
        if attributes.strip(" /") and not re.fullmatch(r' (data-work|href)="[^"]+"', attributes):
            yield f"{where}: <{tag}{attributes}> may only have data-work or href."
    if open_tags:
        yield f"{where}: <{open_tags[-1]}> is not closed."
    yield from _references(content, where, "related", re.findall(r'data-work="([^"]+)"', html))


def shape(value: Any) -> Any:
    """What two languages of a work must have in common: everything but the words, with the tags of HTML."""
    if isinstance(value, dict):
        return {
            name: _shape_of_words(part) if name in WORDS else shape(part)
            for name, part in sorted(value.items())
            if name not in {"title", "slug", "lead", "image_alt", "cost_note"} or "type" in value
        }
    if isinstance(value, list):
        return [shape(part) for part in value]
    return value


def _shape_of_words(part: Any) -> Any:
    if isinstance(part, list):
        return [_shape_of_words(cell) for cell in part]
    tags = re.findall(r"</?(?:p|ul|ol|li|br)\b[^>]*>", str(part))
    return [tags, sorted(re.findall(r'<a (?:data-work|href)="[^"]+">', str(part)))]


def _same_structure(work: Work, language: str) -> Iterator[str]:
    first, text = work.texts[work.first_language], work.texts[language]
    where = f"{work.file}, [{language}]"
    for part in ("body", "speakers", "agenda", "changes"):
        ours, theirs = text.get(part, []), first.get(part, [])
        if len(ours) != len(theirs):
            yield f"{where}: {len(ours)} × {part}, but {len(theirs)} in [{work.first_language}]."
            continue
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
            if shape(one) != shape(other):
                yield f"{where}: {part} {number} is not built like the one in [{work.first_language}]."
    if bool(text.get("cost_note")) != bool(first.get("cost_note")):
        yield f"{where}: “cost_note” is in one of the languages only."


assert set(KINDS) == set(OWN)  # noqa: S101 - the tables above cover every kind
