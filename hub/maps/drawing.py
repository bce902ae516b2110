"""Places on the drawing of Europe: countries shaded by their works, cities as marks that keep room for a finger."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import dist, sqrt
from pathlib import Path

from babel.numbers import format_decimal
from django.utils.translation import ngettext

from ..languages import cldr
from .projection import HEIGHT, WIDTH, Point, is_on_drawing, on_drawing

# A drawing is shown at any width; a layer of marks is made for the narrowest one that it is shown at, in CSS pixels.
NARROW, WIDE = 320, 544
SMALLEST_RADIUS, LARGEST_RADIUS = 12.5, 17.0  # of a mark, in CSS pixels: WCAG 2.2 asks for targets of 24
APART = 29.0  # between the centres of two marks, in CSS pixels
LETTERS = 12.5  # in CSS pixels
DOT = 5.5  # the radius of a city that is only shown, in CSS pixels
SHADES = 3

# A part of the drawing shows at least this much, in units of 2 km: around a place, and around several that are to be
# told apart.
NEAREST, NEAREST_TOGETHER = 420, 200
AROUND = 1.25


@dataclass(frozen=True)
class Box:
    """A part of the drawing, in units."""

    left: float = 0
    top: float = 0
    width: float = WIDTH
    height: float = HEIGHT

    @property
    def view_box(self) -> str:
        """As SVG writes it."""
        return f"{self.left:.0f} {self.top:.0f} {self.width:.0f} {self.height:.0f}"

    @property
    def is_whole(self) -> bool:
        return self.width >= WIDTH

    def has(self, point: Point) -> bool:
        return 0 <= point[0] - self.left <= self.width and 0 <= point[1] - self.top <= self.height

    def pixel(self, width: float) -> float:
        """A CSS pixel in units where the drawing is `width` CSS pixels wide."""
        return self.width / width


WHOLE = Box()


@dataclass(frozen=True)
class Country:
    """What the drawing knows of a country: the box around it and a point well inside it."""

    corners: tuple[Point, Point]
    inside: Point


@cache
def countries() -> dict[str, Country]:
    """The countries on the drawing by their codes (ISO 3166-1 alpha-2, and XK)."""
    table = json.loads((Path(__file__).parent / "countries.json").read_text())
    return {code: Country(((row[0], row[1]), (row[2], row[3])), (row[4], row[5])) for code, row in table.items()}


@dataclass(frozen=True)
class Spot:
    """A place to be drawn. `works` is None where nobody has counted.

    A country that is none of the network's places stands in for its cities: `slugs` are theirs. `position` is latitude
    and longitude in degrees.
    """

    label: str
    url: str
    country: str
    slugs: tuple[str, ...] = ()
    works: int | None = None
    is_country: bool = False
    position: tuple[float, float] | None = None
    is_chosen: bool = False
    is_stand_in: bool = False

    @property
    def said(self) -> str:
        """The place with the number of its works, in the active language."""
        if self.works is None:
            return self.label
        amount = format_decimal(self.works, locale=cldr())
        works = ngettext("%(amount)s work", "%(amount)s works", self.works) % {"amount": amount}
        return f"{self.label}: {works}"

    @property
    def point(self) -> Point | None:
        """Where it is on the drawing, None if it is beyond it or nobody knows."""
        if self.is_country:
            known = countries().get(self.country)
            return known.inside if known else None
        point = on_drawing(*self.position) if self.position else None
        return point if point and is_on_drawing(point) else None


@dataclass(frozen=True)
class Area:
    """A country with works. `shade` is 1 for few of them, SHADES for many, 0 if nobody has counted."""

    spot: Spot
    shade: int


@dataclass(frozen=True)
class Mark:
    """One spot, or several that are too near each other to be told apart. In units of the drawing."""

    spots: Sequence[Spot]
    url: str
    x: str
    y: str
    radius: str

    @property
    def is_chosen(self) -> bool:
        return all(spot.is_chosen for spot in self.spots)

    @property
    def is_group(self) -> bool:
        return len(self.spots) > 1

    @property
    def said(self) -> str:
        return "; ".join(spot.said for spot in self.spots)

    @property
    def number(self) -> str:
        """Of a place its works, of a group its places."""
        amount = len(self.spots) if self.is_group else self.spots[0].works
        return "" if amount is None else format_decimal(amount, locale=cldr())


@dataclass(frozen=True)
class Layer:
    """Marks for drawings of one kind of width, and the size of their letters in units."""

    name: str
    marks: Sequence[Mark]
    letters: str


@dataclass(frozen=True)
class Drawing:
    """`beyond` holds the places that are not on the drawing of Europe."""

    box: Box
    areas: Sequence[Area]
    layers: Sequence[Layer]
    beyond: Sequence[Spot]


def box_around(points: Sequence[Point], nearest: float = NEAREST) -> Box:
    """The part of the drawing with these points, in its proportions and with something around them."""
    if not points:
        return WHOLE
    xs, ys = zip(*points, strict=True)
    width = max((max(xs) - min(xs)) * AROUND, (max(ys) - min(ys)) * AROUND * WIDTH / HEIGHT, nearest)
    if width >= WIDTH:
        return WHOLE
    height = width * HEIGHT / WIDTH
    left = min(max((max(xs) + min(xs) - width) / 2, 0), WIDTH - width)
    top = min(max((max(ys) + min(ys) - height) / 2, 0), HEIGHT - height)
    return Box(left, top, width, height)


def box_of(spots: Iterable[Spot]) -> Box:
    """The part of the drawing with these places: a country, what is around a city, or several as near as can be."""
    spots = [spot for spot in spots if spot.point]
    known = [countries()[spot.country].corners for spot in spots if spot.is_country]
    points = [point for corners in known for point in corners]
    points += [spot.point for spot in spots if spot.point and not spot.is_country]
    return box_around(points, NEAREST if len(spots) == 1 else NEAREST_TOGETHER)


@dataclass(frozen=True)
class Locator:
    """Where a place is: its country is told from the others by `code`, `marks` are the cities."""

    box: Box
    code: str
    marks: Sequence[Mark]


def locate(spot: Spot, cities: Iterable[Spot]) -> Locator | None:
    """A city in its country, or a country with its `cities`. None for a place beyond the drawing."""
    if not spot.point:
        return None
    shown = [spot] if not spot.is_country else [city for city in cities if city.point and city.works != 0]
    country = countries().get(spot.country)
    corners = country.corners if country else ()
    box = box_around([*corners, *(city.point for city in shown if city.point)])
    radius = f"{DOT * box.pixel(NARROW):.1f}"
    marks = [
        Mark([city], city.url, f"{city.point[0]:.0f}", f"{city.point[1]:.0f}", radius) for city in shown if city.point
    ]
    return Locator(box, spot.country if country else "", marks)


def draw(spots: Iterable[Spot], together: Callable[[Sequence[Spot]], str], box: Box = WHOLE) -> Drawing:
    """The drawing of `spots`. `together` gives the address for several of them.

    A country is shaded, and has a mark where none of its cities has one: so every place can be reached by keyboard.
    """
    spots = list(spots)
    beyond = [spot for spot in spots if spot.point is None and not spot.is_stand_in]
    shown = [(spot, spot.point) for spot in spots if spot.point]
    marked = {spot.country for spot, _point in shown if not spot.is_country}
    marks = [
        (spot, point) for spot, point in shown if box.has(point) and not (spot.is_country and spot.country in marked)
    ]
    marks.sort(key=lambda pair: (-(pair[0].works or 0), pair[0].label))
    works: dict[str, int] = {}
    for spot in spots:
        works[spot.country] = max(works.get(spot.country, 0), spot.works or 0)
    areas = [spot for spot, _point in shown if spot.is_country]
    most = max((works[spot.country] for spot in areas), default=0)
    return Drawing(
        box,
        [Area(spot, -(-works[spot.country] * SHADES // most) if most else 0) for spot in areas],
        [_layer("narrow", marks, together, box.pixel(NARROW)), _layer("wide", marks, together, box.pixel(WIDE))],
        beyond,
    )


def _layer(
    name: str, marks: Sequence[tuple[Spot, Point]], together: Callable[[Sequence[Spot]], str], pixel: float
) -> Layer:
    most = max((spot.works or 0 for spot, _point in marks), default=0) or 1

    def mark(point: Point, spots: Sequence[Spot]) -> Mark:
        share = sqrt((spots[0].works or 0) / most)
        radius = (SMALLEST_RADIUS + (LARGEST_RADIUS - SMALLEST_RADIUS) * share) * pixel
        url = spots[0].url if len(spots) == 1 else together(spots)
        return Mark(spots, url, f"{point[0]:.0f}", f"{point[1]:.0f}", f"{radius:.1f}")

    groups = grouped(marks, APART * pixel)
    # As one reads: from the north to the south, from the west to the east.
    groups.sort(key=lambda group: (round(group[0][1] / 200), group[0][0]))
    return Layer(name, [mark(point, spots) for point, spots in groups], f"{LETTERS * pixel:.1f}")


def grouped(marks: Iterable[tuple[Spot, Point]], apart: float) -> list[tuple[Point, list[Spot]]]:
    """Spots that are nearer to each other than `apart` in one group, which is where its first one is."""
    groups: dict[tuple[int, int], list[tuple[Point, list[Spot]]]] = {}
    found = []
    for spot, point in marks:
        column, row = int(point[0] // apart), int(point[1] // apart)
        near = [
            group
            for x in (column - 1, column, column + 1)
            for y in (row - 1, row, row + 1)
            for group in groups.get((x, y), ())
            if dist(group[0], point) < apart
        ]
        if near:
            min(near, key=lambda group: dist(group[0], point))[1].append(spot)
        else:
            group = (point, [spot])
            groups.setdefault((column, row), []).append(group)
            found.append(group)
    return found
