"""Motifs of the town: streets, trees, market, bridge, housing, plaza, bicycle, factory."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas, Point, Tone, colour, mix, turned
from .palettes import Palette
from .parts import cloud, person, row_of_houses, skins, skyline, sun, tree


def streets(c: Canvas, p: Palette, rng: Random) -> None:
    """A town plan with streets, blocks of houses and a square."""
    c.rect(0, 0, c.width, c.height, mix(p.paving, p.light, 0.4))
    middle = (c.width / 2, c.height / 2)
    angle = rng.choice([-1, 1]) * rng.uniform(0.18, 0.4)
    walls = [p.hues[0], p.hues[1], p.hues[2], p.hues[3], p.hues[4], mix(p.hues[0], p.light, 0.45)]
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


def _square(c: Canvas, p: Palette, place, box, lot: tuple[float, float, float, float]) -> None:
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


def _block(c: Canvas, p: Palette, rng: Random, box, lot: tuple[float, float, float, float], walls: list) -> None:
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
            for far in (0, 1):
                sides.append((at, y + far * (h - deep), size, deep, True) if flat else (x + far * (w - deep), at, deep, size, False))
    base = rng.choice(walls)
    for sx, sy, sw, sh, flat in sides:
        if rng.random() < 0.06:
            continue
        tone = mix(base if rng.random() < 0.55 else rng.choice(walls), p.light, rng.uniform(0, 0.25))
        c.polygon(box(sx, sy, sw, sh), tone)
        half = box(sx, sy + sh / 2, sw, sh / 2) if flat else box(sx + sw / 2, sy, sw / 2, sh)
        c.polygon(half, p.ink, 0.16)
        c.line([*box(sx, sy, sw, sh), box(sx, sy, sw, sh)[0]], 1.6, p.light, 0.55)


def trees(c: Canvas, p: Palette, rng: Random) -> None:
    """A row of trees with round crowns in front of house fronts."""
    cloud(c, p, rng.uniform(100, 500), 130, 260)
    cloud(c, p, rng.uniform(900, 1250), 80, 200, 0.55)
    skyline(c, rng, 640, mix(p.far, p.haze, 0.35), 300, 470)
    row_of_houses(c, p, rng, 780, 330, 520)
    c.rect(0, 780, c.width, 220, p.paving)
    c.rect(0, 780, c.width, 14, mix(p.paving, p.ink, 0.18))
    c.rect(0, 900, c.width, 100, p.ground)
    c.rect(0, 893, c.width, 9, p.light)
    gap = rng.uniform(245, 290)
    for number in range(8):
        x = number * gap - rng.uniform(20, 60)
        c.ellipse(x, 868, 64, 9, mix(p.leaves[2], p.ground, 0.3))
        tree(c, p, x, 868, rng.uniform(320, 400), number % 3)
    for _ in range(4):
        person(c, p, rng.uniform(80, 1520), rng.uniform(905, 975), rng.uniform(120, 145), rng.choice(p.hues), rng.choice(skins()))


def market(c: Canvas, p: Palette, rng: Random) -> None:
    """Market stalls with striped awnings."""
    sun(c, p, rng.uniform(1150, 1400), 210, 80)
    skyline(c, rng, 640, mix(p.far, p.haze, 0.3), 230, 420)
    row_of_houses(c, p, rng, 690, 190, 300)
    c.rect(0, 690, c.width, 310, p.paving)
    for number in range(5):
        c.rect(0, 700 + number * 12 + number**2 * 12, c.width, 3 + number, p.light, 0.6)
    for number, x in enumerate((1040.0, 70.0, 540.0)):
        _stall(c, p, rng, x + rng.uniform(-20, 20), 900 + (number == 2) * 30, 450, (p.hues[0], p.hues[2], p.leaves[1])[number])
    for x in (rng.uniform(20, 50), 1010.0, 1540.0):
        person(c, p, x, 965, 250, rng.choice(p.hues[:4]), rng.choice(skins()))


def _stall(c: Canvas, p: Palette, rng: Random, x: float, base: float, w: float, stripe: str) -> None:
    c.ellipse(x + w / 2 + 20, base, w * 0.56, 22, p.ink, 0.16)
    for post in (x + 14, x + w - 24):
        c.rect(post, base - 420, 12, 420, p.ink)
    c.rect(x + 20, base - 420, w - 40, 260, p.ink, 0.24)
    person(c, p, x + w * rng.uniform(0.35, 0.65), base - 10, 300, rng.choice(p.hues), rng.choice(skins()))
    counter = base - 170
    for number in range(4):
        cx, fruit = x + 22 + number * (w - 44) / 4, rng.choice([p.hues[0], p.hues[1], p.leaves[1], p.hues[2], p.leaves[2]])
        cw = (w - 44) / 4
        for row, count in ((0, 4), (1, 3), (2, 2)):
            for item in range(count):
                r = cw * 0.115
                fx = cx + cw / 2 + (item - (count - 1) / 2) * r * 2
                c.circle(fx, counter - 8 - row * r * 1.7, r, mix(fruit, p.ink, 0.1 * (item % 2)))
                c.circle(fx - r * 0.3, counter - 8 - row * r * 1.7 - r * 0.3, r * 0.28, p.light, 0.5)
        c.polygon([(cx + 3, counter), (cx + cw - 3, counter), (cx + cw - 10, counter + 52), (cx + 10, counter + 52)], mix(p.hues[4], p.ink, 0.24))
        c.rect(cx + 8, counter + 22, cw - 16, 4, p.ink, 0.25)
    c.rect(x, counter + 50, w, 120, mix(stripe, p.ink, 0.22))
    c.rect(x, counter + 50, w, 16, p.light, 0.85)
    pieces = 10
    for number in range(pieces):
        left, right = x - 24 + number * (w + 48) / pieces, x - 24 + (number + 1) * (w + 48) / pieces
        tone = (stripe, p.light)[number % 2]
        top = [(x + 26 + number * (w - 52) / pieces, base - 480), (x + 26 + (number + 1) * (w - 52) / pieces, base - 480)]
        c.polygon([*top, (right, base - 370), (left, base - 370)], tone)
        c.sector((left + right) / 2, base - 371, (right - left) / 2, 0, 180, mix(tone, p.ink, 0.12))


def bridge(c: Canvas, p: Palette, rng: Random) -> None:
    """A bridge with arches over a river, and the town behind it."""
    sun(c, p, rng.uniform(350, 1250), 300, 105)
    cloud(c, p, rng.uniform(60, 400), 170, 240, 0.6)
    skyline(c, rng, 600, mix(p.far, p.haze, 0.4), 150, 380)
    skyline(c, rng, 620, mix(p.far, p.hues[2], 0.35), 60, 190)
    level = 640.0
    c.rect(0, level, c.width, 400, p.water)
    for number in range(26):
        y = level + 14 + number * 14
        w = rng.uniform(60, 300)
        c.rect(rng.uniform(-50, 1600), y, w, 4, p.light, rng.uniform(0.1, 0.4), radius=2)
    deck, stone = 470.0, mix(p.hues[0], p.light, 0.1)
    span, pier = 420.0, 56.0
    first = rng.uniform(-260, -60)
    shape: list[Point] = [(-10, deck), (c.width + 10, deck), (c.width + 10, level + 8)]
    arches = []
    x = first
    while x < c.width + span:
        arches.append(x)
        x += span + pier
    for x in reversed(arches):
        shape += [(x + span / 2 + span / 2 * math.cos(a), level + 8 - 128 * math.sin(a)) for a in [math.pi * s / 40 for s in range(41)]]
    shape.append((-10, level + 8))
    c.polygon([(px, 2 * level + 8 - py) for px, py in shape], mix(p.water, p.ink, 0.5), 0.35)
    c.polygon(shape, stone)
    for x in arches:
        arc = [(x + span / 2 + (span / 2 + 9) * math.cos(a), level + 8 - 137 * math.sin(a)) for a in [math.pi * s / 40 for s in range(41)]]
        c.line(arc, 13, mix(stone, p.light, 0.45))
        foot = x + span
        c.polygon([(foot - 6, level + 26), (foot + pier / 2, level - 6), (foot + pier + 6, level + 26), (foot + pier, level + 46), (foot, level + 46)], mix(stone, p.ink, 0.3))
        c.rect(foot, deck, pier, level - deck + 8, p.ink, 0.08)
    c.rect(0, deck - 6, c.width, 16, mix(stone, p.light, 0.5))
    for number in range(60):
        c.rect(number * 28, deck - 46, 4, 42, p.ink, 0.75)
    c.rect(0, deck - 50, c.width, 7, p.ink)
    for _ in range(6):
        person(c, p, rng.uniform(60, 1540), deck - 4, rng.uniform(105, 125), rng.choice(p.hues), rng.choice(skins()))
    for number in range(8):
        x = number * 230 + 40
        c.rect(x, deck - 190, 6, 145, p.ink)
        c.circle(x + 3, deck - 196, 13, p.hues[1])
    bx = rng.uniform(300, 1100)
    c.polygon([(bx, 800), (bx + 330, 800), (bx + 285, 862), (bx + 50, 862)], p.hues[2])
    c.rect(bx + 90, 754, 150, 46, p.light)
    for number in range(4):
        c.rect(bx + 100 + number * 34, 764, 22, 22, p.ink, 0.7)
    c.rect(bx - 10, 868, 380, 5, p.light, 0.55, radius=2)
    c.wave(960, 12, 170, rng.uniform(0, 6), mix(p.leaves[0], p.ink, 0.1))


def _iso(x: float, y: float, z: float, origin: Point) -> Point:
    return (origin[0] + (x - y) * 0.866, origin[1] + (x + y) * 0.5 - z)


def _iso_block(c: Canvas, at: Point, size: tuple[float, float, float], tone: Tone, p: Palette, origin: Point) -> None:
    """A cuboid standing on the plane, with light from the left."""
    (x, y), (w, d, h) = at, size
    c.polygon([_iso(*q, origin) for q in ((x, y + d, 0), (x + w, y + d, 0), (x + w, y + d, h), (x, y + d, h))], mix(tone, p.ink, 0.1))
    c.polygon([_iso(*q, origin) for q in ((x + w, y, 0), (x + w, y + d, 0), (x + w, y + d, h), (x + w, y, h))], mix(tone, p.ink, 0.34))
    c.polygon([_iso(*q, origin) for q in ((x, y, h), (x + w, y, h), (x + w, y + d, h), (x, y + d, h))], mix(tone, p.light, 0.4))


def housing(c: Canvas, p: Palette, rng: Random) -> None:
    """Blocks of flats with roof gardens, seen from above at an angle."""
    origin = (c.width / 2, -190.0)
    c.polygon([_iso(*q, origin) for q in ((-1200, -1200, 0), (2600, -1200, 0), (2600, 2600, 0), (-1200, 2600, 0))], mix(p.ground, p.paving, 0.5))
    cell, road = 235.0, 62.0
    walls = [p.hues[0], p.hues[1], p.hues[4], p.hues[3], p.light, p.hues[2], mix(p.hues[0], p.light, 0.5)]
    for column in range(-6, 10):
        for row in range(-6, 10):
            x, y = column * (cell + road), row * (cell + road)
            sx, sy = _iso(x, y, 0, origin)
            if not (-420 < sx < c.width + 420 and -420 < sy < c.height + 420):
                continue
            c.polygon([_iso(*q, origin) for q in ((x - 14, y - 14, 0), (x + cell + 14, y - 14, 0), (x + cell + 14, y + cell + 14, 0), (x - 14, y + cell + 14, 0))], p.paving)
            if rng.random() < 0.24:
                c.polygon([_iso(*q, origin) for q in ((x, y, 0), (x + cell, y, 0), (x + cell, y + cell, 0), (x, y + cell, 0))], p.leaves[2])
                for tx, ty in sorted(((rng.uniform(25, cell - 25), rng.uniform(25, cell - 25)) for _ in range(7)), key=sum):
                    px, py = _iso(x + tx, y + ty, 0, origin)
                    tree(c, p, px, py, rng.uniform(85, 120), rng.randrange(2))
                continue
            h = rng.choice([110, 160, 160, 220, 300])
            tone = rng.choice(walls)
            _iso_block(c, (x, y), (cell, cell, h), tone, p, origin)
            _iso_windows(c, p, rng, (x, y), cell, h, tone, origin)
            inset = cell * 0.16
            roof = p.leaves[2] if rng.random() < 0.55 else mix(tone, p.light, 0.62)
            c.polygon([_iso(*q, origin) for q in ((x + inset, y + inset, h), (x + cell - inset, y + inset, h), (x + cell - inset, y + cell - inset, h), (x + inset, y + cell - inset, h))], roof)
            if roof == p.leaves[2]:
                for share in (0.35, 0.65):
                    px, py = _iso(x + cell * share, y + cell * (1 - share), h, origin)
                    c.circle(px, py - 12, 15, p.leaves[1])
                    c.circle(px - 4, py - 16, 8, p.leaves[2])
            else:
                _iso_block(c, (x + cell * 0.4, y + cell * 0.4), (46, 46, h + 34), mix(tone, p.light, 0.3), p, origin)


def _iso_windows(c: Canvas, p: Palette, rng: Random, at: Point, cell: float, h: float, tone: Tone, origin: Point) -> None:
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
                points = [_iso(x + a, y + cell, b, origin) if face == 0 else _iso(x + cell, y + a, b, origin) for a, b in corners]
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
        c.line([(mx + math.cos(a) * 90, my + math.sin(a) * 90 * flat), (mx + math.cos(a) * 1100, my + math.sin(a) * 1100 * flat)], 3, p.light, 0.55)
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
    for a in (0.6, 1.2, 1.9, 2.5):
        things.append((my + math.sin(a) * 420 * flat, "bench", mx + math.cos(a) * 420))
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
            person(c, p, x, y, 128 * near, rng.choice([p.hues[0], p.hues[1], p.hues[2], p.leaves[1], p.light]), rng.choice(skins()))


def bicycle(c: Canvas, p: Palette, rng: Random) -> None:
    """A bicycle on a wide lane in front of the town."""
    sun(c, p, rng.uniform(250, 1350), 260, 120)
    skyline(c, rng, 720, mix(p.far, p.haze, 0.45), 180, 470)
    skyline(c, rng, 740, mix(p.far, p.hues[2], 0.3), 40, 200)
    for number in range(7):
        tree(c, p, number * 270 + rng.uniform(-40, 40), 790, rng.uniform(200, 280), number % 3)
    c.rect(0, 780, c.width, 220, mix(p.hues[0], p.light, 0.12))
    c.rect(0, 780, c.width, 16, p.light)
    for number in range(9):
        c.polygon([(number * 220, 960), (number * 220 + 120, 960), (number * 220 + 104, 978), (number * 220 - 16, 978)], p.light, 0.85)
    left, y, r = rng.uniform(420, 560), 680.0, 195.0
    right = left + 600
    c.ellipse(left + 300, y + r + 6, 560, 18, p.ink, 0.18)
    for x in (left, right):
        c.ring(x, y, r, 19, p.ink)
        c.ring(x, y, r - 22, 5, p.light, 0.9)
        for step in range(14):
            a = step / 14 * math.pi
            c.line([(x - math.cos(a) * (r - 20), y - math.sin(a) * (r - 20)), (x + math.cos(a) * (r - 20), y + math.sin(a) * (r - 20))], 2, p.ink, 0.45)
        c.circle(x, y, 18, p.ink)
    crank, saddle, head = (left + 250, y + 10), (left + 165, y - 265), (right - 115, y - 275)
    frame = rng.choice([p.hues[1], p.hues[2], p.light])
    for a, b in (((left, y), crank), ((left, y), (left + 185, y - 205)), (crank, saddle), (crank, (right - 105, y - 240)), ((left + 185, y - 205), (right - 112, y - 260))):
        c.line([a, b], 19, frame)
    c.line([(right, y), (right - 118, y - 300)], 19, frame)
    c.line([(right - 118, y - 300), (right - 150, y - 330), (right - 225, y - 322)], 15, p.ink)
    c.line([saddle, (saddle[0] - 8, saddle[1] - 40)], 13, p.ink)
    c.rect(saddle[0] - 72, saddle[1] - 62, 128, 30, p.ink, radius=15)
    c.ring(*crank, 50, 13, p.ink)
    c.line([crank, (crank[0] + 50, crank[1] + 76)], 12, p.ink)
    c.rect(crank[0] + 14, crank[1] + 72, 74, 15, p.ink, radius=7)
    _basket(c, p, right - 118, y - 372)


def _basket(c: Canvas, p: Palette, x: float, y: float) -> None:
    weave = mix(p.hues[4], p.ink, 0.2)
    for number, tone in enumerate((p.leaves[1], p.leaves[2], p.hues[0], p.leaves[0])):
        c.circle(x + 30 + number * 42, y - 6, 33, tone)
    c.polygon([(x, y), (x + 186, y), (x + 164, y + 106), (x + 22, y + 106)], weave)
    for number in range(3):
        c.rect(x + 6 + number * 5, y + 18 + number * 29, 174 - number * 10, 7, p.ink, 0.2)
    c.rect(x - 6, y - 4, 198, 13, mix(weave, p.light, 0.3), radius=6)


def factory(c: Canvas, p: Palette, rng: Random) -> None:
    """A workshop with a chimney and stacks of material."""
    sun(c, p, rng.uniform(1100, 1400), 240, 95)
    cloud(c, p, rng.uniform(600, 900), 130, 230, 0.6)
    skyline(c, rng, 700, mix(p.far, p.haze, 0.4), 90, 300)
    c.rect(0, 700, c.width, 300, p.ground)
    c.rect(0, 700, c.width, 12, mix(p.ground, p.ink, 0.15))
    left, w, wall = rng.uniform(90, 200), 250.0, p.hues[0]
    base, top = 790.0, 470.0
    chimney = left + 4 * w + 30
    c.polygon([(chimney, base), (chimney + 18, 170), (chimney + 92, 170), (chimney + 110, base)], mix(wall, p.ink, 0.2))
    c.polygon([(chimney + 55, base), (chimney + 55, 170), (chimney + 92, 170), (chimney + 110, base)], p.ink, 0.16)
    for y in (205, 262):
        c.rect(chimney + 14, y, 82, 22, p.light, 0.9)
    c.rect(chimney + 8, 156, 94, 20, p.ink)
    for number in range(4):
        x = left + number * w
        c.polygon([(x, top), (x + w * 0.86, top - 155), (x + w * 0.86, top), (x, top)], p.hues[2])
        c.polygon([(x + w * 0.86, top - 155), (x + w, top), (x + w * 0.86, top)], mix(p.hues[2], p.ink, 0.35))
        c.polygon([(x + w * 0.22, top - 14), (x + w * 0.8, top - 118), (x + w * 0.8, top - 14)], mix(p.water, p.light, 0.5))
        c.line([(x + w * 0.5, top - 14), (x + w * 0.5, top - 64)], 5, p.hues[2])
    c.rect(left, top, 4 * w, base - top, wall)
    c.rect(left, top, 4 * w, 16, mix(wall, p.light, 0.5))
    for number in range(4):
        x = left + number * w
        c.rect(x + w - 7, top, 7, base - top, p.ink, 0.1)
        if number == 1:
            c.arch(x + 34, top + 74, w - 76, base - top - 74, p.ink)
            c.arch(x + 50, top + 92, w - 108, base - top - 92, p.hues[1])
            person(c, p, x + w * 0.46, base, 165, p.hues[2], rng.choice(skins()))
        else:
            c.arch(x + 50, top + 66, w - 108, 150, mix(wall, p.ink, 0.6))
            for bar in (0.36, 0.55):
                c.rect(x + w * bar, top + 66, 6, 150, mix(wall, p.light, 0.5))
            c.rect(x + 50, top + 140, w - 108, 6, mix(wall, p.light, 0.5))
    _stacks(c, p, rng, left)


def _stacks(c: Canvas, p: Palette, rng: Random, left: float) -> None:
    """Planks, pipes and bricks in front of the workshop."""
    x = left - 60
    c.ellipse(x + 190, 935, 240, 14, p.ink, 0.16)
    for row in range(5):
        for end in range(4):
            c.rect(x + end * 94 + row * 4, 900 - row * 27, 90, 24, mix((p.hues[1], p.hues[4])[(row + end) % 2], p.ink, 0.04 * row))
    for bar in (30, 300):
        c.rect(x + bar, 924, 36, 14, p.ink)
    x = left + 470
    c.ellipse(x + 160, 950, 220, 14, p.ink, 0.16)
    for row, count in enumerate((5, 4, 3, 2)):
        for number in range(count):
            px, py = x + row * 35 + number * 70, 910 - row * 60
            c.circle(px, py, 34, p.hues[3])
            c.circle(px, py, 22, p.ink, 0.75)
            c.sector(px, py, 34, 200, 250, p.light, 0.6)
    x = left + 920
    c.ellipse(x + 190, 935, 240, 14, p.ink, 0.16)
    for row in range(6):
        for number in range(6):
            shift = 26 if row % 2 else 0
            tone = mix(p.hues[0], p.ink if rng.random() < 0.5 else p.light, rng.uniform(0.05, 0.25))
            c.rect(x + shift + number * 58, 902 - row * 29, 55, 26, tone)
