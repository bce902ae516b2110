"""Where works are from: the map of a search, all places of the network, and a page for each country and city."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.collation import sort_key
from hub.credits import published_organisations
from hub.languages import country_name
from hub.maps.drawing import Drawing, Spot, box_of, draw, locate
from hub.models import Organisation, Place
from hub.sections import sections_from
from hub.trails import Crumb, room

from .engines import EngineUnavailable, get_engine
from .engines.protocol import Results
from .names import Concept, current_names
from .query import SearchQuery, View
from .recognition import most_frequent

# Gives the address of places by their slugs, and by the code of the country that they stand for, if any.
type Address = Callable[[Sequence[str], str], str]

SECTION_SIZE = 6
COUNTED_FOR_PAGE = ("place", "language", "organisation")


@dataclass(frozen=True)
class Country:
    """A country with its cities, by their names."""

    spot: Spot
    cities: Sequence[Spot]


@dataclass(frozen=True)
class PlacesMap:
    """Places on a map, and the same as a list. `whole_url` leads from a part of Europe to all of it."""

    drawing: Drawing
    countries: Sequence[Country]
    places: int
    whole_url: str


def countries_of(
    concepts: Iterable[Concept],
    works: Mapping[str, int] | None,
    language: str,
    url: Address,
    chosen: Collection[str] = (),
) -> list[Country]:
    """Countries by their names, with their cities. `works` are counts by slug.

    A country that is none of the network's places stands for its cities.
    """

    def spot(concept: Concept) -> Spot:
        return Spot(
            label=concept.label(language),
            url=url([concept.slug], ""),
            country=concept.country,
            slugs=(concept.slug,),
            works=None if works is None else works.get(concept.slug, 0),
            is_country=concept.is_country,
            position=concept.position,
            is_chosen=concept.slug in chosen,
        )

    countries: dict[str, Spot] = {}
    cities: dict[str, list[Spot]] = {}
    for concept in concepts:
        if concept.is_country:
            countries[concept.country] = spot(concept)
        else:
            cities.setdefault(concept.country, []).append(spot(concept))
    found = [Country(each, by_name(cities.get(code, ()), language)) for code, each in countries.items()]
    for code, inside in cities.items():
        if code not in countries:
            slugs = tuple(city.slugs[0] for city in inside)
            only = inside[0].works if len(inside) == 1 else None
            is_chosen = all(city.is_chosen for city in inside)
            whole = Spot(
                country_name(code, language),
                url(slugs, code),
                code,
                slugs,
                only,
                True,
                None,
                is_chosen,
                is_stand_in=True,
            )
            found.append(Country(whole, by_name(inside, language)))
    return sorted(found, key=lambda country: sort_key(country.spot.label, language))


def by_name(spots: Iterable[Spot], language: str) -> list[Spot]:
    return sorted(spots, key=lambda spot: sort_key(spot.label, language))


def places_map(countries: Sequence[Country], together: Address) -> PlacesMap:
    """`together` gives the address of places that share a mark, and that of no place in particular.

    The map shows the surroundings of what is chosen.
    """
    spots = [spot for country in countries for spot in (country.spot, *country.cities)]

    def group(grouped: Sequence[Spot]) -> str:
        return together([slug for spot in grouped for slug in spot.slugs], "")

    box = box_of(spot for spot in spots if spot.is_chosen)
    places = sum(not spot.is_stand_in for spot in spots)
    return PlacesMap(draw(spots, group, box), countries, places, together([], ""))


def map_of_results(query: SearchQuery, results: Results, known: Mapping[str, Concept]) -> PlacesMap | None:
    """The places of what a query finds, whose marks narrow the query. None while nothing can be counted."""
    if results.simpler:
        return None
    works, chosen = results.facets.get("place", {}), query.values("place")
    concepts = [concept for slug, concept in known.items() if slug in works or slug in chosen]

    def narrowed(slugs: Sequence[str], _code: str) -> str:
        return query.with_values("place", () if set(slugs) == set(chosen) else slugs).address

    return places_map(countries_of(concepts, works, query.language, narrowed, chosen), narrowed)


def counted(query: SearchQuery) -> Results | None:
    """The counts of a query without its hits, None while there is no index."""
    try:
        return get_engine().search(replace(query, page_size=0))
    except EngineUnavailable:
        return None


def known_places() -> dict[str, Concept]:
    """All places by their slugs."""
    return {name.concept.slug: name.concept for name in current_names().places.names}


def place_page(slugs: Sequence[str], code: str = "") -> str:
    """The address of the page of a place, or of a country that is none of the network's places."""
    return reverse("place", args=[code.lower() or slugs[0]])


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """All places that works are from."""
    language = get_language() or settings.LANGUAGE_CODE
    known = known_places()
    results = counted(SearchQuery(language=language, counted=("place",)))
    works = results.facets.get("place", {}) if results else None
    shown = [concept for slug, concept in known.items() if works is None or works.get(slug)]

    def found_there(slugs: Sequence[str], _code: str) -> str:
        query = SearchQuery(language=language, filters={"place": tuple(slugs)}, view=View.MAP)
        return reverse("search") + query.address

    countries = countries_of(shown, works, language, place_page)
    countries = [country if works is None else with_total(country, language) for country in countries]
    context = {
        "map": places_map(countries, found_there),
        "description": _("Everything in the hub, ordered by country and city."),
        "trail": [room("places")],
    }
    return render(request, "search/places.html", context)


def with_total(country: Country, language: str) -> Country:
    """The country with the number of its works, if it stands in for cities: a work may be from several of them."""
    if country.spot.works is not None:
        return country
    results = counted(SearchQuery(language=language, filters={"place": country.spot.slugs}, counted=()))
    return replace(country, spot=replace(country.spot, works=results.total if results else None))


@require_safe
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything from a country or a city: by the slug of a place, or by the code of a country that is none."""
    language = get_language() or settings.LANGUAGE_CODE
    known = known_places()
    concept = known.get(slug)
    code = concept.country if concept else slug.upper()
    around = {each.slug: each for each in known.values() if each.country == code}
    if not concept:
        own = next((each.slug for each in around.values() if each.is_country), "")
        if not around or own or slug != code.lower():
            if around:
                return redirect("place", own or code.lower(), permanent=True)
            raise Http404
    is_city = bool(concept and not concept.is_country)
    slugs = [concept.slug] if concept else list(around)
    results = counted(SearchQuery(language=language, filters={"place": tuple(slugs)}, counted=COUNTED_FOR_PAGE))
    works = results.facets.get("place", {}) if results else None
    country = countries_of(around.values(), works, language, place_page)[0]
    spot = next(city for city in country.cities if city.slugs == (slug,)) if is_city else country.spot
    ids = Place.objects.filter(slug__in=slugs if is_city else around).values_list("pk", flat=True)
    here = results.facets.get("language", {}).get(language, 0) if results else 0
    return render(
        request,
        "search/place.html",
        {
            "spot": spot,
            "description": _("News, events, hubs and platforms from %(place)s.") % {"place": spot.label},
            "trail": [
                room("places"),
                *([Crumb(country.spot.label, country.spot.url)] if is_city else []),
                Crumb(spot.label, request.path),
            ],
            "country": country.spot,
            "is_city": is_city,
            "cities": [city for city in country.cities if city != spot and city.works != 0],
            "locator": locate(spot, country.cities),
            "works": results.total if results else None,
            "elsewhere": results.total - here if results else 0,
            "sections": sections_from(list(ids), slugs, language=language, size=SECTION_SIZE),
            "organisations": organisations_of(spot, results),
            "slugs": ",".join(slugs),
        },
    )


def organisations_of(spot: Spot, results: Results | None) -> list[Organisation]:
    """Of a country those that are from it, of a city those that take part in its works. By their names."""
    found = published_organisations().order_by("name")
    if spot.is_country:
        return list(found.filter(country=spot.country))
    works = results.facets.get("organisation", {}) if results else {}
    return list(found.filter(slug__in=most_frequent(works))) if works else []
