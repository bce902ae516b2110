"""What files say, whatever their format, and what the formats share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Locale
from wagtail_localize.models import String, Translation, TranslationContext

from ..inline import Mark, MarkupError, Part, data_of, identity_of, missing, parts_of, read
from ..models import SegmentNote
from ..segments import Condition, Segment, segments_of

KEY = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{32})\Z")
REGION = re.compile(r"-(?:[A-Z]{2}|\d{3})\Z")
UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class FileError(ValueError):
    """A file cannot be used; the message is a sentence that says why."""


@dataclass
class FileText:
    """A text of a file and its translation, which is either numbered parts (XLIFF) or HTML (PO).

    `place` and `source` are the hashes by which wagtail-localize finds a context and a string. `done` is whether the
    file calls it translated, None if it does not say.
    """

    place: UUID
    source: UUID
    shown: str  # the original as the file has it, for people
    parts: list[Part] | None = None
    html: str = ""
    fault: str = ""  # why its translation cannot be read
    done: bool | None = None
    machine: bool = False

    @property
    def is_empty(self) -> bool:
        if self.fault:
            return False
        if self.parts is None:
            return not self.html.strip()
        return not any(not isinstance(part, str) or part.strip() for part in self.parts)

    def data(self, source: str) -> str:
        """The translation as wagtail-localize stores it. Raises MarkupError if its markup is not all of the
        original's."""
        if self.fault:
            raise MarkupError(self.fault)
        data = data_of(_parts_of_html(self.html, source) if self.parts is None else self.parts, source)
        if lost := missing(data, source):
            raise MarkupError(_("<%(number)s> of the original is missing.") % {"number": lost[0]})
        return data


@dataclass
class FileContent:
    """All that a file says about one translation. `language` and `source_language` are BCP 47, "" if unsaid."""

    translation: UUID | None
    source_language: str = ""
    language: str = ""
    exported_at: datetime | None = None
    texts: list[FileText] = field(default_factory=list)


@dataclass
class Exported:
    """A translation with all that files tell about it."""

    translation: Translation
    segments: list[Segment]
    notes: dict[tuple[int, int], list[str]]  # by string and context
    title: str
    address: str  # where it is edited, "" if there is no page yet
    preview: str
    at: datetime

    @property
    def source_language(self) -> str:
        return tag_of(self.translation.source.locale.language_code)

    @property
    def language(self) -> str:
        return tag_of(self.translation.target_locale.language_code)


def gather(translation: Translation) -> Exported:
    """Read a translation for a file: every text once, without those of blocks that the language leaves out."""
    at = timezone.now()
    segments: dict[tuple[int, int], Segment] = {}
    for segment in segments_of(translation):
        if not segment.omitted:
            segments.setdefault((segment.context_id, segment.string_id), segment)
    notes: dict[tuple[int, int], list[str]] = {}
    rows = SegmentNote.objects.filter(context__object_id=translation.source.object_id, resolved_at=None)
    for note in rows.filter(locale=None) | rows.filter(locale=translation.target_locale):
        notes.setdefault((note.string_id, note.context_id), []).append(note.text)
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    try:
        page = translation.get_target_instance()
        address = base + reverse("wagtailadmin_pages:edit", args=[page.pk])
        preview = base + reverse("translation_desk:preview", args=[translation.pk])
    except ObjectDoesNotExist:
        address = preview = ""
    return Exported(translation, list(segments.values()), notes, translation.source.object_repr, address, preview, at)


def key_of(segment: Segment) -> str:
    """Names a text in a file: the hashes of its place and of its original, so that what comes back later is matched
    safely."""
    place = TranslationContext._get_path_id(segment.path)
    return f"{place.hex}.{String._get_data_hash(segment.source).hex}"


def hashes_of(key: str) -> tuple[UUID, UUID] | None:
    found = KEY.search(key)
    return (UUID(found[1]), UUID(found[2])) if found else None


def unknown(text: str) -> UUID:
    """A hash that no text has."""
    return uuid5(UUID(int=0), text)


def uuid_in(text: str) -> UUID | None:
    found = UUID_IN_TEXT.search(text)
    return UUID(found[0]) if found else None


def remarks_on(segment: Segment, exported: Exported) -> list[tuple[str, str]]:
    """What translators should know of a text, each with its kind: "place", "length", "links", "comment"."""
    kind = str(segment.place.kind.label)
    remarks = [
        ("place", segment.place.name if segment.place.name.endswith(kind) else f"{segment.place.name} ({kind})")
    ]
    if segment.place.max_length:
        remarks.append(("length", _("At most %(count)s characters.") % {"count": segment.place.max_length}))
    for number, element in enumerate(read(segment.source).elements, 1):
        if address := segment.links.get(element.id):
            remarks.append(("links", f"{number}: {address}"))
    if segment.condition == Condition.BROKEN and segment.error:
        remarks.append(("fault", segment.error))
    comments = exported.notes.get((segment.string_id, segment.context_id), [])
    return remarks + [("comment", comment) for comment in comments]


def target_parts(segment: Segment) -> list[Part]:
    return parts_of(segment.target, segment.source) if segment.target else []


def normal(data: str, source: str) -> str:
    """A stored translation as it comes back from a file in which nobody has changed it."""
    try:
        parts = parts_of(data, source)
        return data_of([unix(part) if isinstance(part, str) else part for part in parts], source)
    except MarkupError:
        return data


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tag_of(code: str) -> str:
    """A language code as BCP 47 writes it: pt-br → pt-BR, sr-latn → sr-Latn."""
    first, *rest = code.replace("_", "-").split("-")
    parts = [first.lower()]
    for part in rest:
        if len(part) == 4 and part.isalpha():
            parts.append(part.capitalize())
        elif len(part) == 2 and part.isalpha():
            parts.append(part.upper())
        else:
            parts.append(part.lower())
    return "-".join(parts)


def code_of(tag: str, codes: Iterable[str]) -> str | None:
    """Which of `codes`, those of all locales, a file's language is. Tools add regions and leave them out: `de-DE` is
    `de`, and `pt` is `pt-br`, unless others fit better or as well."""
    tag, known = tag_of(tag), {tag_of(code): code for code in codes}
    for fitting in ({tag}, {REGION.sub("", tag)}, {each for each in known if REGION.sub("", each) == tag}):
        if found := fitting & known.keys():
            return known[found.pop()] if len(found) == 1 else None
    return None


def locale_finder() -> Callable[[str], Locale | None]:
    """What finds the locale of a file's language. It knows the locales as they are now."""
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    return cache(lambda tag: locales.get(code_of(tag, locales) or ""))


class _Strict(HTMLParser):
    """Reads HTML of a translation into parts, and refuses what the original does not have."""

    def __init__(self, numbers: dict[tuple[str, str | int], int]) -> None:
        super().__init__(convert_charrefs=True)
        self.numbers = numbers
        self.parts: list[Part] = []
        self.open: list[tuple[str, int]] = []
        self.counts: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
            return
        self.counts[tag] = self.counts.get(tag, 0) + 1
        identity = dict(attrs).get("id") or self.counts[tag]
        number = self.numbers.get((tag, identity))
        if number is None:
            shown = self.get_starttag_text() or f"<{tag}>"
            raise MarkupError(_("%(tag)s is no markup of the original.") % {"tag": shown[:80]})
        self.open.append((tag, number))
        self.parts.append(Mark(number, closes=False))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag != "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "br":
            return
        if not self.open or self.open[-1][0] != tag:
            raise MarkupError(_("</%(tag)s> ends what does not begin before it.") % {"tag": tag})
        self.parts.append(Mark(self.open.pop()[1], closes=True))

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_comment(self, data: str) -> None:
        raise MarkupError(_("Comments are no markup of the original."))

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def _parts_of_html(html: str, source: str) -> list[Part]:
    elements = read(source).elements
    parser = _Strict({identity_of(element): number for number, element in enumerate(elements, 1)})
    parser.feed(unix(html))
    parser.close()
    if parser.open:
        raise MarkupError(_("<%(tag)s> has no end.") % {"tag": parser.open[-1][0]})
    return parser.parts
