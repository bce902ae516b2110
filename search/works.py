"""What the index holds: one document per work, whatever the number of its languages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class WorkText:
    """A work in one language. `names` are its themes, places, people and organisations as that language calls them."""

    language: str
    page_id: int
    url: str
    title: str
    lead: str = ""
    body: str = ""
    names: str = ""
    attachments: str = ""


@dataclass(frozen=True, slots=True)
class EventTimes:
    """When an event is: `start` and `end` (aware) of its next occurrence, or of its last when it is over.

    `status` says whether it takes place (the values of `EventPage.status`). `last_end` is the end of the last
    occurrence: until then the event is upcoming.
    """

    start: datetime
    end: datetime
    last_end: datetime
    timezone: str = "UTC"
    all_day: bool = False
    status: str = ""


@dataclass(frozen=True, slots=True)
class WorkDocument:
    """A work as search knows it.

    `key` is the translation key. `texts` begins with the language the work was first written in, where that is public.
    `themes` and `places` are slugs with those above them, `own_themes` the themes that editors chose. `days` are the
    days on which the work falls: those of all occurrences of an event, the first publication of anything else.
    """

    key: str
    kind: str
    texts: tuple[WorkText, ...]
    published: datetime | None = None
    days: tuple[date, ...] = ()
    themes: tuple[str, ...] = ()
    own_themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    format: str = ""
    event: EventTimes | None = None
    deadline: date | None = None

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(text.language for text in self.texts)

    def facets(self) -> dict[str, tuple[str, ...]]:
        """The values of the work in each facet that has whole values."""
        return {
            "theme": self.themes,
            "kind": (self.kind,),
            "language": self.languages,
            "place": self.places,
            "organisation": self.organisations,
            "format": (self.format,) if self.format else (),
        }

    @property
    def digest(self) -> str:
        """A hash of everything in the document, to compare the index with the database."""
        return digest_of(as_json(self))


@dataclass(frozen=True, slots=True)
class Deletion:
    """The work is no longer public in any language."""

    key: str


def as_json(work: WorkDocument) -> str:
    return json.dumps(work, default=_plain, ensure_ascii=False)


def digest_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return {name: getattr(value, name) for name in value.__slots__}
