"""Reads each kind of page into the document of its work. Only what everybody may read gets in."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models.base import ModelState
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from events.models import EventPage, Occurrence
from hub.addresses import address
from hub.dates import last_day
from hub.languages import country_name
from hub.models import ContentPage, Organisation, Person, Place, PlatformPage, ThematicHubPage, Theme, content_models
from news.models import NewsPage

from .analysis import clean
from .attachments import texts_of
from .body import Words, words_of
from .models import IndexChange
from .works import EventTimes, WorkDocument, WorkText

logger = logging.getLogger(__name__)

BATCH = 1_000
MOST_DAYS = 60


def read_all(batch: int = BATCH) -> Iterator[list[WorkDocument]]:
    """Every public work, in batches, each read as it is then. Those that cannot be read stay in the outbox."""
    last: uuid.UUID | None = None
    while True:
        keys = Page.objects.filter(live=True, locale__language_code__in=_languages())
        if last:
            keys = keys.filter(translation_key__gt=last)
        found = list(keys.order_by("translation_key").values_list("translation_key", flat=True).distinct()[:batch])
        if not found:
            return
        works, unreadable = read_each(found)
        IndexChange.objects.touch(unreadable)
        yield list(works.values())
        last = found[-1]


def read_each(keys: Iterable[uuid.UUID]) -> tuple[dict[uuid.UUID, WorkDocument], set[uuid.UUID]]:
    """What `read_works` gives, and the keys of works that cannot be read, which must not hold up the others."""
    wanted = list(keys)
    try:
        return read_works(wanted), set()
    except Exception:
        if len(wanted) == 1:
            logger.exception("Could not read the work %s; trying again later", wanted[0])
            return {}, set(wanted)
    works: dict[uuid.UUID, WorkDocument] = {}
    unreadable: set[uuid.UUID] = set()
    for key in wanted:
        read, failed = read_each([key])
        works |= read
        unreadable |= failed
    return works, unreadable


def read_works(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, WorkDocument]:
    """The works of these translation keys as they are now. A work without a public page is not among them.

    The number of queries depends on the number of page types and not on that of works.
    """
    pages = _public_pages(set(keys))
    if not pages:
        return {}
    concepts = _Concepts.of(pages)
    words = {page.pk: _words(page) for page in pages}
    attachments = texts_of(id_ for page_words in words.values() for id_ in page_words.documents)
    people = dict(
        Person.objects.filter(pk__in={pk for found in words.values() for pk in found.people}).values_list("pk", "name")
    )
    occurrences = _occurrences(pages)
    works: dict[uuid.UUID, list[ContentPage]] = {}
    for page in pages:
        works.setdefault(page.translation_key, []).append(page)
    return {
        key: _document(sorted(versions, key=_original_first), concepts, words, attachments, people, occurrences)
        for key, versions in works.items()
    }


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES]


def _original_first(page: ContentPage) -> tuple[bool, int]:
    return bool(page.translated_from), _languages().index(page.language)


def _public_pages(keys: set[uuid.UUID]) -> list[ContentPage]:
    """Live pages of these works in the languages of the network, without a restriction."""
    restricted = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    live = Page.objects.filter(translation_key__in=keys, live=True, locale__language_code__in=_languages())
    ids: dict[int, list[int]] = {}
    for pk, kind, path in live.order_by("pk").values_list("pk", "content_type_id", "path"):
        if not path.startswith(restricted):
            ids.setdefault(kind, []).append(pk)
    locales = Locale.objects.in_bulk()
    found: list[ContentPage] = []
    for model in content_models():
        of_model = ids.get(ContentType.objects.get_for_model(model).pk)
        for values in model.objects.filter(pk__in=of_model, live=True).order_by("pk").values() if of_model else ():
            page = _page(model, values)
            page.locale = locales[page.locale_id]
            found.append(page)
    return found


def _page(model: type[ContentPage], values: dict[str, Any]) -> ContentPage:
    """A page for reading only: without what Wagtail prepares for editing, which takes as long as all the rest."""
    page = model.__new__(model)
    page._state = ModelState()
    page._state.adding = False
    page.__dict__.update(values)
    return page


def _words(page: ContentPage) -> Words:
    words = words_of(page, ("body",))
    if isinstance(page, EventPage):
        programme = words_of(page, ("speakers", "agenda"))
        words.texts += [*programme.texts, page.venue, page.address]
        words.people += programme.people
    return words


@dataclass
class _Concepts:
    """The concepts of some pages, and which page has which."""

    themes: dict[int, Theme]
    places: dict[int, Place]
    countries: dict[str, Place]
    organisations: dict[int, Organisation]
    people: dict[int, Person]
    links: dict[tuple[str, int], list[int]]
    _names: dict[tuple[type, int, str], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, pages: Sequence[ContentPage]) -> _Concepts:
        links: dict[tuple[str, int], list[int]] = {}
        by_model: dict[type[ContentPage], list[ContentPage]] = {}
        for page in pages:
            by_model.setdefault(type(page), []).append(page)
        for model, found in by_model.items():
            names = ("themes", "places", "organisations", "contact_people")
            for name in (*names, "organisers") if model is EventPage else names:
                for page_id, concept_id in _links(model, name, [page.pk for page in found]):
                    links.setdefault((name, page_id), []).append(concept_id)
        for page in pages:
            single = {
                "themes": page.theme_id if isinstance(page, ThematicHubPage) else None,
                "places": page.place_id if isinstance(page, EventPage) else None,
                "organisations": page.operator_id if isinstance(page, PlatformPage) else None,
                "contact_people": page.submitted_by_id,
            }
            for name, concept_id in single.items():
                if concept_id:
                    links.setdefault((name, page.pk), []).append(concept_id)
            organised = links.pop(("organisers", page.pk), [])
            if organised:
                links.setdefault(("organisations", page.pk), []).extend(organised)

        def ids(name: str) -> set[int]:
            return {pk for (field, _page), pks in links.items() if field == name for pk in pks}

        places = Place.objects.with_names().in_bulk(ids("places"))
        codes = {place.country for place in places.values()}
        countries = Place.objects.filter(kind=Place.Kind.COUNTRY, country__in=codes)
        return cls(
            themes={theme.pk: theme for theme in Theme.objects.with_labels()},
            places=places,
            countries={place.country: place for place in countries},
            organisations=Organisation.objects.in_bulk(ids("organisations")),
            people=Person.objects.in_bulk(ids("contact_people")),
            links=links,
        )

    def themes_of(self, page: ContentPage) -> list[Theme]:
        return [self.themes[pk] for pk in dict.fromkeys(self.links.get(("themes", page.pk), ())) if pk in self.themes]

    def with_ancestors(self, themes: Iterable[Theme]) -> list[str]:
        slugs: dict[str, None] = {}
        for theme in themes:
            current: Theme | None = theme
            while current and current.slug not in slugs:
                slugs[current.slug] = None
                current = self.themes.get(current.parent_id or 0)
        return sorted(slugs)

    def places_of(self, page: ContentPage) -> list[Place]:
        return [self.places[pk] for pk in dict.fromkeys(self.links.get(("places", page.pk), ())) if pk in self.places]

    def place_slugs(self, places: Iterable[Place]) -> list[str]:
        """Slugs of the places, and of the countries of cities."""
        slugs = set()
        for place in places:
            slugs.add(place.slug)
            if place.country in self.countries:
                slugs.add(self.countries[place.country].slug)
        return sorted(slugs)

    def organisations_of(self, page: ContentPage) -> list[Organisation]:
        found = dict.fromkeys(self.links.get(("organisations", page.pk), ()))
        return [self.organisations[pk] for pk in found if pk in self.organisations]

    def names(self, page: ContentPage) -> list[str]:
        """What the page's concepts are called in its language."""
        concepts = [*self.themes_of(page), *self.places_of(page), *self.organisations_of(page)]
        names = [name for concept in concepts for name in self._called(concept, page.language)]
        people = self.links.get(("contact_people", page.pk), ())
        return names + [self.people[pk].name for pk in people if pk in self.people]

    def _called(self, concept: Theme | Place | Organisation, language: str) -> list[str]:
        key = (type(concept), concept.pk, language)
        if key not in self._names:
            self._names[key] = list(_names_of(concept, language))
        return self._names[key]


def _names_of(concept: Theme | Place | Organisation, language: str) -> Iterator[str]:
    if isinstance(concept, Theme):
        yield concept.label(language)
        for row in concept.labels.all():
            if row.language == language:
                yield from row.alternatives
    elif isinstance(concept, Place):
        yield from (concept.label(language), concept.name, country_name(concept.country, language))
    else:
        yield from (concept.name, concept.acronym)


def _links(model: type[ContentPage], name: str, ids: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Rows of a many-to-many field: (page, concept), in the order they were chosen."""
    relation: Any = model._meta.get_field(name)
    rows = relation.remote_field.through._default_manager.filter(**{f"{relation.m2m_field_name()}__in": ids})
    return rows.order_by("pk").values_list(
        f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
    )


def _occurrences(pages: Iterable[ContentPage]) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Occurrence.objects.taking_place().filter(
        event__in=[page.pk for page in pages if isinstance(page, EventPage)]
    )
    for event, start, end in rows.order_by("start").values_list("event", "start", "end"):
        found.setdefault(event, []).append((start, end))
    return found


def _document(
    versions: Sequence[ContentPage],
    concepts: _Concepts,
    words: dict[int, Words],
    attachments: dict[int, str],
    people: dict[int, str],
    occurrences: dict[int, list[tuple[datetime, datetime]]],
) -> WorkDocument:
    original = versions[0]
    themes = concepts.themes_of(original)
    published = [page.first_published_at for page in versions if page.first_published_at]
    first = min(published, default=None)
    times, days = None, [timezone.localdate(first)] if first else []
    if isinstance(original, EventPage):
        dates = occurrences.get(original.pk, [])
        times, days = _event_times(original, dates), _event_days(original, dates)
    return WorkDocument(
        key=str(original.translation_key),
        kind=str(original.kind),
        texts=tuple(_text(page, concepts, words[page.pk], attachments, people) for page in versions),
        published=first,
        days=tuple(days),
        themes=tuple(concepts.with_ancestors(themes)),
        own_themes=tuple(theme.slug for theme in themes),
        places=tuple(concepts.place_slugs(concepts.places_of(original))),
        organisations=tuple(sorted(organisation.slug for organisation in concepts.organisations_of(original))),
        format=original.format if isinstance(original, EventPage) else "",
        event=times,
        deadline=original.deadline if isinstance(original, NewsPage) else None,
    )


def _text(
    page: ContentPage, concepts: _Concepts, words: Words, attachments: dict[int, str], people: dict[int, str]
) -> WorkText:
    names = dict.fromkeys([*concepts.names(page), *(people[pk] for pk in words.people if pk in people)])
    return WorkText(
        language=page.language,
        page_id=page.pk,
        url=address(page),
        title=clean(page.title),
        lead=clean(page.lead),
        body=clean(words.text),
        names=clean("\n".join(name for name in names if name)),
        attachments=clean("\n".join(attachments.get(pk, "") for pk in dict.fromkeys(words.documents))).strip(),
    )


def _event_times(event: EventPage, dates: Sequence[tuple[datetime, datetime]]) -> EventTimes | None:
    if not dates:
        return None
    now = timezone.now()
    start, end = next((date for date in dates if date[1] >= now), dates[-1])
    return EventTimes(start, end, max(date[1] for date in dates), event.timezone, event.all_day, event.status)


def _event_days(event: EventPage, dates: Sequence[tuple[datetime, datetime]]) -> list[date]:
    """The days of every occurrence in the event's own time zone."""
    days: set[date] = set()
    for start, end in dates:
        first = start.astimezone(event.zone).date()
        last = last_day(start.astimezone(event.zone), end.astimezone(event.zone))
        days.update(first + timedelta(days=number) for number in range(min((last - first).days, MOST_DAYS) + 1))
    return sorted(days)
