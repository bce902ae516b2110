"""The A to Z: everything that readers know by a name, by its first letter in their language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .addresses import address
from .collation import heading, sort_key
from .credits import published_organisations, published_people, published_places
from .listings import clean_values
from .models import PlatformPage, ThematicHubPage, Theme
from .models.themes import row_for

# More entries than this are shown a letter at a time.
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """A name in the active language, what kind of thing has it, and where it leads.

    `see` is the name under which the thing is known here, if this is another of its names. `note` tells things of the
    same name apart.
    """

    name: str
    kind: Any
    url: str
    see: str = ""
    note: str = ""


class Initial(NamedTuple):
    """A letter, the `id` of its heading, and the address of the page, or the place in it, where its entries are."""

    letter: str
    entries: list[Entry]
    id: str
    url: str
    is_current: bool


def themes(language: str) -> Iterator[Entry]:
    for theme in Theme.objects.named().prefetch_related("labels"):
        name, url = theme.label(), theme.get_absolute_url()
        yield Entry(name, _("Theme"), url)
        row = row_for(theme.labels.all(), language)
        for other in row.alternatives if row and row.language == language else ():
            yield Entry(other, _("Theme"), url, see=name)


def places(language: str) -> Iterator[Entry]:
    for place in published_places().named():
        name, url = place.label(), reverse("place", args=[place.slug])
        note = place.country_label() if place.kind == place.Kind.CITY else ""
        yield Entry(name, _("Place"), url, note=note)
        if place.name and place.name != name:
            yield Entry(place.name, _("Place"), url, see=name)


def organisations(language: str) -> Iterator[Entry]:
    for organisation in published_organisations().only("name", "acronym", "slug"):
        url = organisation.get_absolute_url()
        yield Entry(organisation.name, _("Organisation"), url)
        if organisation.acronym and organisation.acronym != organisation.name:
            yield Entry(organisation.acronym, _("Organisation"), url, see=organisation.name)


def people(language: str) -> Iterator[Entry]:
    found = published_people().select_related("organisation")
    for person in found.only("name", "slug", "organisation__name", "organisation__acronym"):
        note = (person.organisation.acronym or person.organisation.name) if person.organisation else ""
        yield Entry(person.name, _("Person"), person.get_absolute_url(), note=note)


def pages(language: str) -> Iterator[Entry]:
    for model, kind in ((ThematicHubPage, _("Thematic hub")), (PlatformPage, _("Platform"))):
        found = model.objects.for_readers(language).select_related("locale")
        for page in found.only("title", "url_path", "locale__language_code"):
            yield Entry(page.title, kind, address(page))


KINDS = {"organisation": [organisations], "person": [people]}
EVERYTHING = [themes, places, organisations, people, pages]


def initials(entries: Iterable[Entry], language: str) -> list[tuple[str, list[Entry]]]:
    """The entries in the reader's order, by their first letters. What has no letter or digit is left out."""
    found = sorted(entries, key=lambda entry: sort_key(entry.name, language))
    by_letter = groupby(found, key=lambda entry: heading(entry.name, language))
    return [(letter, list(some)) for letter, some in by_letter if letter]


def alphabet_context(request: HttpRequest, kind: str) -> dict[str, Any]:
    """What the A to Z shows: everything, or one of KINDS. Long lists are shown by the `letter` that is asked for."""
    language = get_language() or ""
    entries = [entry for read in KINDS.get(kind, EVERYTHING) for entry in read(language)]
    found = initials(entries, language)
    known = [letter for letter, _some in found]
    asked = clean_values(request, "letter", limit=1)
    chosen = asked[0] if asked else known[0] if len(entries) > MOST_AT_ONCE else ""

    def initial(letter: str, some: list[Entry]) -> Initial:
        id_ = "letter-" + "-".join(f"{ord(each):x}" for each in letter)
        url = "?" + urlencode({"letter": letter}) if chosen else f"#{id_}"
        return Initial(letter, some, id_, url, letter == chosen)

    letters = [initial(letter, some) for letter, some in found]
    return {
        "kind": kind,
        "letters": letters,
        "initials": [each for each in letters if each.is_current or not chosen],
        "by_letter": bool(chosen),
        "fits_one_page": len(entries) <= MOST_AT_ONCE,
        "unknown": "" if chosen in known else chosen,
    }
