"""Makes the shapes of countries again: static/img/europe.svg and hub/maps/countries.json.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m hub.maps.make package/countries-50m.json

The source is Natural Earth 4.1 at 1:50 million, in the public domain (naturalearthdata.com), which the package
world-atlas (ISC licence) holds as TopoJSON. Borders are arcs that neighbours share; they are projected and simplified
before they are put together, so neighbours still meet. Natural Earth draws who holds a territory. As the Union and the
United Nations do, Crimea is drawn as a part of Ukraine (General Assembly resolution 68/262) and Cyprus as one island.

The drawing has one path for each country, with its ISO code as the id, and `europe`, which is all of them. The table
says of each country the box around it and a point well inside it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import dist
from pathlib import Path

from babel.core import get_global

from .projection import HEIGHT, WIDTH, Point, is_on_drawing, on_drawing

HERE = Path(__file__).parent
DRAWING = HERE.parent.parent / "static" / "img" / "europe.svg"
TABLE = HERE / "countries.json"

# What is left out: bends that enclose less than this, islands smaller than this. In square units, of 4 km² each.
SMALLEST_BEND = 10.0
SMALLEST_ISLAND = 36.0
# How far shapes reach beyond the drawing, so that their cut edges are not seen. In units.
MARGIN = 12
# Islands this small do not widen the box around a country. A share of its largest part.
MINOR = 0.02

WITHOUT_CODE = {"Kosovo": "XK", "N. Cyprus": "CY"}
CRIMEA = (45.2, 34.2)

type Ring = list[Point]
type Arcs = list[int]  # numbers of arcs, ~number for one that is walked backwards


def decoded(topology: dict) -> list[Ring]:
    """The arcs of a TopoJSON topology in degrees, longitude first."""
    (scale_x, scale_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        ring = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            ring.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(ring)
    return arcs


def triangle(a: Point, b: Point, c: Point) -> float:
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def simplified(line: Ring) -> Ring:
    """The line without its smallest bends (Visvalingam and Whyatt 1993). Its ends stay."""
    line = list(line)
    bends = [triangle(*line[at - 1 : at + 2]) for at in range(1, len(line) - 1)]
    while bends and (smallest := min(bends)) < SMALLEST_BEND and len(line) > 4:
        at = bends.index(smallest)
        del line[at + 1], bends[at]
        for near in (at - 1, at):
            if 0 <= near < len(bends):
                # A bend next to a removed one is not smaller than it was: coasts then wear away evenly.
                bends[near] = max(smallest, triangle(*line[near : near + 3]))
    return line


def area(ring: Ring) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def clipped(ring: Ring) -> Ring:
    """What of the ring is on the drawing or its margin (Sutherland and Hodgman 1974)."""
    for axis, limit, sign in ((0, -MARGIN, 1), (0, WIDTH + MARGIN, -1), (1, -MARGIN, 1), (1, HEIGHT + MARGIN, -1)):
        kept: Ring = []
        for before, point in zip([ring[-1], *ring], ring, strict=False):
            inside, was_inside = ((each[axis] - limit) * sign >= 0 for each in (point, before))
            if inside != was_inside:
                share = (limit - before[axis]) / (point[axis] - before[axis])
                kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
            if inside:
                kept.append(point)
        if not kept:
            return []
        ring = kept
    return ring


def joined(rings: Iterable[Arcs], arcs: Sequence[Ring]) -> list[Ring]:
    """Rings of arcs as rings of points. Where two of them share an arc they become one."""
    steps = {step for ring in rings for step in ring}
    steps = {step for step in steps if ~step not in steps}

    def points(step: int) -> Ring:
        return arcs[step] if step >= 0 else arcs[~step][::-1]

    waiting = {step: points(step) for step in sorted(steps)}
    found = []
    while waiting:
        ring = list(waiting.pop(next(iter(waiting))))
        while ring[0] != ring[-1]:
            following = next(step for step, line in waiting.items() if line[0] == ring[-1])
            ring += waiting.pop(following)[1:]
        found.append(ring[:-1])
    return found


def contains(ring: Ring, point: Point) -> bool:
    inside = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > point[1]) != (by > point[1]) and point[0] < (bx - ax) * (point[1] - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def well_inside(ring: Ring, steps: int = 40) -> Point:
    """A point of the drawing in the ring that is far from its border, on a grid."""
    (left, top), (right, bottom) = box([ring])
    grid = [
        (left + (right - left) * column / steps, top + (bottom - top) * row / steps)
        for column in range(1, steps)
        for row in range(1, steps)
    ]
    inside = [point for point in grid if contains(ring, point) and is_on_drawing(point)]
    return max(inside or ring, key=lambda point: min(dist(point, corner) for corner in ring))


def box(rings: Iterable[Ring]) -> tuple[Point, Point]:
    xs, ys = zip(*(point for ring in rings for point in ring), strict=True)
    return (min(xs), min(ys)), (max(xs), max(ys))


def path(rings: Iterable[Ring]) -> str:
    """The rings as SVG path data, in whole units."""
    parts = []
    for ring in rings:
        corners = [(round(x), round(y)) for x, y in ring]
        steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(corners)]
        line = " ".join(f"{x} {y}" for x, y in steps if x or y) or "1 0 0 1"  # a country smaller than a unit
        parts.append(f"M{corners[0][0]} {corners[0][1]}l{line}z")
    return "".join(parts).replace(" -", "-")


def shapes(topology: dict) -> dict[str, list[Ring]]:
    """The rings of each country on the drawing, the largest first."""
    degrees = decoded(topology)
    places = [[on_drawing(max(latitude, -60), longitude) for longitude, latitude in arc] for arc in degrees]
    simple = [simplified(arc) for arc in places]
    polygons: dict[str, list[list[Arcs]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        name, number = country["properties"]["name"], country.get("id", "")
        code = WITHOUT_CODE.get(name) or get_global("territory_aliases").get(number, [""])[0]
        parts = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
        for part in parts if code else ():
            is_crimea = code == "RU" and contains(joined(part, places)[0], on_drawing(*CRIMEA))
            polygons.setdefault("UA" if is_crimea else code, []).append(part)
    found = {}
    for code, parts in polygons.items():
        if not any(is_on_drawing(point) for part in parts for step in part[0] for point in places[max(step, ~step)]):
            continue
        rings = [clipped(ring) for ring in joined((ring for part in parts for ring in part), simple)]
        rings = sorted((ring for ring in rings if len(ring) > 2), key=lambda ring: -abs(area(ring)))
        if rings:
            found[code] = [rings[0], *(ring for ring in rings[1:] if abs(area(ring)) >= SMALLEST_ISLAND)]
    return dict(sorted(found.items()))


def main(source: str) -> None:
    found = shapes(json.loads(Path(source).read_text()))
    paths = "".join(
        f'<path id="{code}" vector-effect="non-scaling-stroke" d="{path(rings)}"/>' for code, rings in found.items()
    )
    DRAWING.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><g id="europe">{paths}</g></svg>\n'
    )
    table = {}
    for code, rings in found.items():
        parts = [ring for ring in rings if abs(area(ring)) >= MINOR * abs(area(rings[0]))]
        (left, top), (right, bottom) = box(parts)
        inside = well_inside(rings[0])
        table[code] = [
            *(max(0, round(left)), max(0, round(top)), min(WIDTH, round(right)), min(HEIGHT, round(bottom))),
            *map(round, inside),
        ]
    lines = ",\n".join(f"{json.dumps(code)}: {json.dumps(row)}" for code, row in table.items())
    TABLE.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main(sys.argv[1])
