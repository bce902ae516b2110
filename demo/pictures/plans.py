"""Motifs seen from above: streets, housing, plaza."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from .canvas import Canvas, Point, Tone, colour, mix, turned
from .palettes import Palette
from .parts import person, skins, tree

type Place = Callable[[list[Point]], list[Point]]
type Box = Callable[[float, float, float, float], list[Point]]


def streets(c: Canvas, p: Palette, rng: Random) -> None:
    """A town plan with streets, blocks of houses and a square."""
    c.rect(0, 0, c.width, c.height, mix(p.paving, p.light, 0.4))
    middle = (c.width / 2, c.height / 2)
    angle = rng.choice([-1, 1]) * rng.uniform(0.18, 0.4)
    walls: list[Tone] = [p.hues[0], p.hues[1], p.hues[2], p.hues[3], p.hues[4], mix(p.hues[0], p.light, 0.45)]
    lots: list[tuple[float, float, float, float]] = []

    def divide(x: float, y: float, w: float, h: float) -> None:
        if max(w, h) < 330 or (max(w, h) < 400 and rng.random() < 0.35):
            lots.append((x, y, w, h))
        elif w > h:
            part = w * rng.uniform(0.4, 0.6)
            divide(x, y, part, h)
            divide(x + part, y, w - part, h)
        else:
            part = h * rng.uniform(0.4, 0.6)
            divide(x, y, w, part)
            divide(x, y + part, w, h - part)

    divide(-500, -700, 2600, 2400)

    def place(points: list[Point]) -> list[Point]:
        return turned(points, angle, middle)

    def box(x: float, y: float, w: float, h: float) -> list[Point]:
        return place([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])

    nearest = min(
        lots, key=lambda lot: math.dist((lot[0] + lot[2] / 2, lot[1] + lot[3] / 2), (middle[0] + 120, middle[1] + 40))
    )
    for lot in lots:
        x, y, w, h = lot[0] + 22, lot[1] + 22, lot[2] - 44, lot[3] - 44
        if lot is nearest:
            _square(c, p, place, box, (x, y, w, h))
        elif rng.random() < 0.16:
            c.polygon(box(x, y, w, h), p.leaves[2])
            c.line(place([(x, y + h * 0.7), (x + w * 0.5, y + h * 0.45), (x + w, y + h * 0.2)]), 9, p.light, 0.8)
            for _ in range(11):
                ((tx, ty),) = place([(x + rng.uniform(25, w - 25), y + rng.uniform(25, h - 25))])
                _crown(c, p, tx, ty, rng.uniform(17, 32), rng.randrange(2))
        else:
            _block(c, p, rng, box, (x, y, w, h), walls)
    for lot in rng.sample(lots, len(lots) // 2):
        for share in (0.2, 0.5, 0.8):
            ((tx, ty),) = place([(lot[0] + lot[2] * share, lot[1])])
            _crown(c, p, tx, ty, 13, rng.randrange(2))


def _crown(c: Canvas, p: Palette, x: float, y: float, r: float, shade: int) -> None:
    """A tree seen from above, with its shadow."""
    c.circle(x + r * 0.35, y + r * 0.4, r, p.ink, 0.16)
    c.circle(x, y, r, p.leaves[shade])
    c.circle(x - r * 0.22, y - r * 0.24, r * 0.62, p.leaves[shade + 1], 0.75)


def _square(c: Canvas, p: Palette, place: Place, box: Box, lot: tuple[float, float, float, float]) -> None:
    x, y, w, h = lot
    c.polygon(box(x - 22, y - 22, w + 44, h + 44), p.hues[4])
    ((mx, my),) = place([(x + w / 2, y + h / 2)])
    for number, r in enumerate((0.44, 0.34, 0.24)):
        c.ring(mx, my, min(w, h) * r, 7, p.light, 0.9 - number * 0.15)
    c.circle(mx, my, min(w, h) * 0.15, p.light)
    c.circle(mx, my, min(w, h) * 0.11, p.water)
    c.circle(mx, my, min(w, h) * 0.035, p.light)
    for step in range(12):
        along = step / 12 * math.tau
        _crown(c, p, mx + math.cos(along) * w * 0.5, my + math.sin(along) * h * 0.5, 20, step % 2)


def _block(
    c: Canvas, p: Palette, rng: Random, box: Box, lot: tuple[float, float, float, float], walls: list[Tone]
) -> None:
    """Houses around a green court, with roofs of two slopes."""
    x, y, w, h = lot
    deep = min(w, h) * 0.3
    c.polygon([(px + 14, py + 18) for px, py in box(x, y, w, h)], p.ink, 0.14)
    c.polygon(box(x, y, w, h), p.leaves[2])
    c.polygon(box(x + deep, y + deep, w - 2 * deep, 16), p.ink, 0.15)
    sides: list[tuple[float, float, float, float, bool]] = []
    for start, length, flat in ((x, w, True), (y + deep, h - 2 * deep, False)):
        pieces = max(1, round(length / 105))
        for number in range(pieces):
            at, size = start + number * length / pieces, length / pieces
            for far in (0.0, 1.0):
                flat_lot = (at, y + far * (h - deep), size, deep, True)
                sides.append(flat_lot if flat else (x + far * (w - deep), at, deep, size, False))
    base = rng.choice(walls)
    for sx, sy, sw, sh, flat in sides:
        if rng.random() < 0.06:
            continue
        tone = mix(base if rng.random() < 0.55 else rng.choice(walls), p.light, rng.uniform(0, 0.25))
        c.polygon(box(sx, sy, sw, sh), tone)
        half = box(sx, sy + sh / 2, sw, sh / 2) if flat else box(sx + sw / 2, sy, sw / 2, sh)
        c.polygon(half, p.ink, 0.16)
        c.line([*box(sx, sy, sw, sh), box(sx, sy, sw, sh)[0]], 1.6, p.light, 0.55)


def housing(c: Canvas, p: Palette, rng: Random) -> None:
    """Blocks of flats with roof gardens, seen from above at an angle."""
    origin = (c.width / 2, -190.0)
    c.polygon(
        [_iso(q, origin) for q in ((-1200, -1200, 0), (2600, -1200, 0), (2600, 2600, 0), (-1200, 2600, 0))],
        mix(p.ground, p.paving, 0.5),
    )
    cell, road = 235.0, 62.0
    walls: list[Tone] = [p.hues[0], p.hues[1], p.hues[4], p.hues[3], p.light, p.hues[2], mix(p.hues[0], p.light, 0.5)]
    for column in range(-6, 10):
        for row in range(-6, 10):
            x, y = column * (cell + road), row * (cell + road)
            sx, sy = _iso((x, y, 0), origin)
            if not (-420 < sx < c.width + 420 and -420 < sy < c.height + 420):
                continue
            c.polygon(
                [
                    _iso(q, origin)
                    for q in (
                        (x - 14, y - 14, 0),
                        (x + cell + 14, y - 14, 0),
                        (x + cell + 14, y + cell + 14, 0),
                        (x - 14, y + cell + 14, 0),
                    )
                ],
                p.paving,
            )
            if rng.random() < 0.24:
                c.polygon(
                    [
                        _iso(q, origin)
                        for q in ((x, y, 0), (x + cell, y, 0), (x + cell, y + cell, 0), (x, y + cell, 0))
                    ],
                    p.leaves[2],
                )
                for tx, ty in sorted(
                    ((rng.uniform(25, cell - 25), rng.uniform(25, cell - 25)) for _ in range(7)), key=sum
                ):
                    px, py = _iso((x + tx, y + ty, 0), origin)
                    tree(c, p, px, py, rng.uniform(85, 120), rng.randrange(2))
                continue
            h = rng.choice([110, 160, 160, 220, 300])
            tone = rng.choice(walls)
            _iso_block(c, (x, y, 0), (cell, cell, h), tone, p, origin)
            _iso_windows(c, p, rng, (x, y), cell, h, tone, origin)
            inset = cell * 0.16
            roof = p.leaves[2] if rng.random() < 0.55 else mix(tone, p.light, 0.62)
            c.polygon(
                [
                    _iso(q, origin)
                    for q in (
                        (x + inset, y + inset, h),
                        (x + cell - inset, y + inset, h),
                        (x + cell - inset, y + cell - inset, h),
                        (x + inset, y + cell - inset, h),
                    )
                ],
                roof,
            )
            if roof == p.leaves[2]:
                for share in (0.35, 0.65):
                    px, py = _iso((x + cell * share, y + cell * (1 - share), h), origin)
                    c.circle(px, py - 12, 15, p.leaves[1])
                    c.circle(px - 4, py - 16, 8, p.leaves[2])
            else:
                _iso_block(c, (x + cell * 0.4, y + cell * 0.4, h), (46, 46, 34), mix(tone, p.light, 0.3), p, origin)


def _iso(at: tuple[float, float, float], origin: Point) -> Point:
    """Where a point of the ground plane, `z` above it, lies on the sheet."""
    x, y, z = at
    return (origin[0] + (x - y) * 0.866, origin[1] + (x + y) * 0.5 - z)


def _iso_block(
    c: Canvas,
    at: tuple[float, float, float],
    size: tuple[float, float, float],
    tone: Tone,
    p: Palette,
    origin: Point,
) -> None:
    """A cuboid, with light from the left."""
    (x, y, z), (w, d, h) = at, size
    h += z
    c.polygon(
        [_iso(q, origin) for q in ((x, y + d, z), (x + w, y + d, z), (x + w, y + d, h), (x, y + d, h))],
        mix(tone, p.ink, 0.1),
    )
    c.polygon(
        [_iso(q, origin) for q in ((x + w, y, z), (x + w, y + d, z), (x + w, y + d, h), (x + w, y, h))],
        mix(tone, p.ink, 0.34),
    )
    c.polygon(
        [_iso(q, origin) for q in ((x, y, h), (x + w, y, h), (x + w, y + d, h), (x, y + d, h))],
        mix(tone, p.light, 0.4),
    )


def _iso_windows(
    c: Canvas, p: Palette, rng: Random, at: Point, cell: float, h: float, tone: Tone, origin: Point
) -> None:
    x, y = at
    floors = round(h / 54)
    for floor in range(floors):
        z = h - 16 - floor * (h - 8) / floors
        for number in range(4):
            start = cell * (0.09 + number * 0.225)
            for face, base in ((0, 0.55), (1, 0.7)):
                lit = rng.random() < 0.14
                glass = colour(p.hues[1]) if lit else mix(tone, p.ink, base)
                corners = [(start, z), (start + cell * 0.12, z), (start + cell * 0.12, z - 28), (start, z - 28)]
                points = [
                    _iso((x + a, y + cell, b), origin) if face == 0 else _iso((x + cell, y + a, b), origin)
                    for a, b in corners
                ]
                c.polygon(points, glass[:3])


def plaza(c: Canvas, p: Palette, rng: Random) -> None:
    """A square with a fountain, trees and people, seen from a roof."""
    c.rect(0, 0, c.width, c.height, mix(p.paving, p.light, 0.25))
    mx, my = c.width * rng.uniform(0.42, 0.58), c.height * 0.54
    flat = 0.52
    for number in range(13, 0, -1):
        tone = (p.hues[4], mix(p.hues[4], p.light, 0.5), mix(p.hues[0], p.light, 0.62))[number % 3]
        c.ellipse(mx, my, number * 84, number * 84 * flat, tone)
    for step in range(24):
        a = step / 24 * math.tau
        c.line(
            [
                (mx + math.cos(a) * 90, my + math.sin(a) * 90 * flat),
                (mx + math.cos(a) * 1100, my + math.sin(a) * 1100 * flat),
            ],
            3,
            p.light,
            0.55,
        )
    c.ellipse(mx + 16, my + 16, 150, 78, p.ink, 0.14)
    c.ellipse(mx, my, 150, 78, p.light)
    c.ellipse(mx, my - 8, 128, 64, p.water)
    c.ellipse(mx, my - 8, 80, 38, mix(p.water, p.light, 0.35))
    for side in (-1, 1):
        for spread, rise in ((30, 120), (62, 80)):
            arc = [(mx + side * spread * 2 * t, my - 20 - rise * 4 * t * (1 - t)) for t in [s / 16 for s in range(17)]]
            c.line(arc, 5, p.light, 0.85)
    c.line([(mx, my - 12), (mx, my - 130)], 8, p.light)
    things: list[tuple[float, str, float]] = []
    for step in range(20):
        a = step / 20 * math.tau
        x, y = mx + math.cos(a) * 640, my + math.sin(a) * 640 * flat
        if not 0.3 < a / math.pi < 0.7:
            things.append((y, "tree", x))
    for _ in range(22):
        a, r = rng.uniform(0, math.tau), rng.uniform(210, 560)
        things.append((my + math.sin(a) * r * flat, "person", mx + math.cos(a) * r))
    things += [(my + math.sin(a) * 420 * flat, "bench", mx + math.cos(a) * 420) for a in (0.6, 1.2, 1.9, 2.5)]
    for number, (y, kind, x) in enumerate(sorted(things)):
        near = 0.65 + 0.6 * y / c.height
        if kind == "tree":
            tree(c, p, x, y, 270 * near, number % 3)
        elif kind == "bench":
            c.ellipse(x + 6, y + 8, 60, 9, p.ink, 0.15)
            c.rect(x - 52, y - 22, 104, 12, p.hues[2])
            c.rect(x - 44, y - 10, 8, 18, p.ink)
            c.rect(x + 36, y - 10, 8, 18, p.ink)
        else:
            person(
                c,
                p,
                x,
                y,
                128 * near,
                rng.choice([p.hues[0], p.hues[1], p.hues[2], p.leaves[1], p.light]),
                rng.choice(skins()),
            )
