"""What people and organisations gave: the published pages that name them.

Only who is named by a page that everybody may read has a page of his or her own; a draft, a restricted page, or an
entry in the vocabulary alone, gives none.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q
from wagtail.models import Page

from .models import Concept, Organisation, Person, Place, content_models
from .models.content import ContentPage, Credit
from .models.links import readable

MOST_SHOWN = 12


class Given(NamedTuple):
    """Pages that name somebody in one way: newest first, events that are to come before all. `more` says if there are
    further ones.
    """

    heading: Any
    pages: list[Any]
    more: bool


def credits_of(concept: type[Person | Organisation], model: type[ContentPage]) -> list[Credit]:
    return model.person_credits if concept is Person else model.organisation_credits


def published_people() -> Any:
    """People whom a page names that everybody may read."""
    return Person.objects.filter(_named(Person))


def published_organisations() -> Any:
    """Organisations that such a page names, or one of whose people."""
    people = published_people().filter(organisation=OuterRef("pk"))
    return Organisation.objects.filter(_named(Organisation) | Exists(people))


def published_places() -> Any:
    """Places that such a page names, and countries with such a city."""
    countries = Place.objects.filter(_named(Place)).order_by().values("country")
    return Place.objects.filter(_named(Place) | Q(kind=Place.Kind.COUNTRY, country__in=countries))


def _named(concept: type[Concept]) -> Q:
    """The condition that a readable page, in whatever language, names a concept."""
    condition = Q()
    for model in content_models():
        for name in named_by(concept, model):
            pages = model.objects.readable().filter(**{name: OuterRef("pk")})
            condition |= Q(Exists(pages.order_by()))
    return condition


def named_by(concept: type[Concept], model: type[ContentPage]) -> list[str]:
    """The fields of a type of pages that name a concept."""
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return [field.name for field in fields if field.related_model is concept]


def given_by(concept: Person | Organisation, language: str) -> list[Given]:
    """What a person or an organisation gave, in `language`. One query for each way to be named and type of page."""
    found: dict[str, Given] = {}
    order: dict[str, int] = {}
    for model in sorted(content_models(), key=lambda model: model.section_order):
        shown: set[int] = set()
        for credit in credits_of(type(concept), model):
            pages = model.objects.for_readers(language).filter(pk__in=_ids(model, credit, concept))
            some = list(model.latest(pages.exclude(pk__in=shown))[: MOST_SHOWN + 1])
            shown.update(page.pk for page in some)
            if some:
                heading = str(credit.heading)
                before = found.get(heading, Given(heading, [], False))
                more = before.more or len(some) > MOST_SHOWN
                found[heading] = Given(heading, [*before.pages, *some[:MOST_SHOWN]], more)
                order[heading] = credit.order
    return sorted(found.values(), key=lambda given: order[given.heading])


def _ids(model: type[ContentPage], credit: Credit, concept: Person | Organisation) -> Any:
    condition = Q()
    for lookup in credit.lookups:
        condition |= Q(**{lookup: concept})
    return model.objects.filter(condition).order_by().values("pk")


def works_elsewhere(concept: Person | Organisation, language: str) -> int:
    """How many works that name the concept are live in other languages and not in `language`. One query."""
    named = Q()
    for model in content_models():
        for credit in credits_of(type(concept), model):
            named |= Q(pk__in=_ids(model, credit, concept))
    works = readable(Page.objects.filter(named)).aggregate(
        all=Count("translation_key", distinct=True),
        here=Count("translation_key", distinct=True, filter=Q(locale__language_code=language)),
    )
    return works["all"] - works["here"]
