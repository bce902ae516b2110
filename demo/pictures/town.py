"""Motifs of the town: trees, bridge, bicycle."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas, Point, mix
from .palettes import Palette
from .parts import cloud, person, row_of_houses, skins, skyline, sun, tree


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
        person(
            c,
            p,
            rng.uniform(80, 1520),
            rng.uniform(905, 975),
            rng.uniform(120, 145),
            rng.choice(p.hues),
            rng.choice(skins()),
        )


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
        shape += [
            (x + span / 2 + span / 2 * math.cos(a), level + 8 - 128 * math.sin(a))
            for a in [math.pi * s / 40 for s in range(41)]
        ]
    shape.append((-10, level + 8))
    c.polygon([(px, 2 * level + 8 - py) for px, py in shape], mix(p.water, p.ink, 0.5), 0.35)
    c.polygon(shape, stone)
    for x in arches:
        arc = [
            (x + span / 2 + (span / 2 + 9) * math.cos(a), level + 8 - 137 * math.sin(a))
            for a in [math.pi * s / 40 for s in range(41)]
        ]
        c.line(arc, 13, mix(stone, p.light, 0.45))
        foot = x + span
        c.polygon(
            [
                (foot - 6, level + 26),
                (foot + pier / 2, level - 6),
                (foot + pier + 6, level + 26),
                (foot + pier, level + 46),
                (foot, level + 46),
            ],
            mix(stone, p.ink, 0.3),
        )
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
        c.polygon(
            [(number * 220, 960), (number * 220 + 120, 960), (number * 220 + 104, 978), (number * 220 - 16, 978)],
            p.light,
            0.85,
        )
    left, y, r = rng.uniform(420, 560), 680.0, 195.0
    right = left + 600
    c.ellipse(left + 300, y + r + 6, 560, 18, p.ink, 0.18)
    for x in (left, right):
        c.ring(x, y, r, 19, p.ink)
        c.ring(x, y, r - 22, 5, p.light, 0.9)
        for step in range(14):
            a = step / 14 * math.pi
            c.line(
                [
                    (x - math.cos(a) * (r - 20), y - math.sin(a) * (r - 20)),
                    (x + math.cos(a) * (r - 20), y + math.sin(a) * (r - 20)),
                ],
                2,
                p.ink,
                0.45,
            )
        c.circle(x, y, 18, p.ink)
    crank, saddle = (left + 250, y + 10), (left + 165, y - 265)
    frame = rng.choice([p.hues[1], p.hues[2], p.light])
    for begin, finish in (
        ((left, y), crank),
        ((left, y), (left + 185, y - 205)),
        (crank, saddle),
        (crank, (right - 105, y - 240)),
        ((left + 185, y - 205), (right - 112, y - 260)),
    ):
        c.line([begin, finish], 19, frame)
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
