"""Motifs of trade and work: market, factory."""

from __future__ import annotations

from random import Random

from .canvas import Canvas, mix
from .palettes import Palette
from .parts import cloud, person, row_of_houses, skins, skyline, sun


def market(c: Canvas, p: Palette, rng: Random) -> None:
    """Market stalls with striped awnings."""
    sun(c, p, rng.uniform(1150, 1400), 210, 80)
    skyline(c, rng, 640, mix(p.far, p.haze, 0.3), 230, 420)
    row_of_houses(c, p, rng, 690, 190, 300)
    c.rect(0, 690, c.width, 310, p.paving)
    for number in range(5):
        c.rect(0, 700 + number * 12 + number**2 * 12, c.width, 3 + number, p.light, 0.6)
    for number, x in enumerate((1040.0, 70.0, 540.0)):
        _stall(
            c,
            p,
            rng,
            x + rng.uniform(-20, 20),
            900 + (number == 2) * 30,
            450,
            (p.hues[0], p.hues[2], p.leaves[1])[number],
        )
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
        cx, fruit = (
            x + 22 + number * (w - 44) / 4,
            rng.choice([p.hues[0], p.hues[1], p.leaves[1], p.hues[2], p.leaves[2]]),
        )
        cw = (w - 44) / 4
        for row, count in ((0, 4), (1, 3), (2, 2)):
            for item in range(count):
                r = cw * 0.115
                fx = cx + cw / 2 + (item - (count - 1) / 2) * r * 2
                c.circle(fx, counter - 8 - row * r * 1.7, r, mix(fruit, p.ink, 0.1 * (item % 2)))
                c.circle(fx - r * 0.3, counter - 8 - row * r * 1.7 - r * 0.3, r * 0.28, p.light, 0.5)
        c.polygon(
            [(cx + 3, counter), (cx + cw - 3, counter), (cx + cw - 10, counter + 52), (cx + 10, counter + 52)],
            mix(p.hues[4], p.ink, 0.24),
        )
        c.rect(cx + 8, counter + 22, cw - 16, 4, p.ink, 0.25)
    c.rect(x, counter + 50, w, 120, mix(stripe, p.ink, 0.22))
    c.rect(x, counter + 50, w, 16, p.light, 0.85)
    pieces = 10
    for number in range(pieces):
        left, right = x - 24 + number * (w + 48) / pieces, x - 24 + (number + 1) * (w + 48) / pieces
        tone = (stripe, p.light)[number % 2]
        top = [
            (x + 26 + number * (w - 52) / pieces, base - 480),
            (x + 26 + (number + 1) * (w - 52) / pieces, base - 480),
        ]
        c.polygon([*top, (right, base - 370), (left, base - 370)], tone)
        c.sector((left + right) / 2, base - 371, (right - left) / 2, 0, 180, mix(tone, p.ink, 0.12))


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
    c.polygon(
        [(chimney, base), (chimney + 18, 170), (chimney + 92, 170), (chimney + 110, base)], mix(wall, p.ink, 0.2)
    )
    c.polygon([(chimney + 55, base), (chimney + 55, 170), (chimney + 92, 170), (chimney + 110, base)], p.ink, 0.16)
    for y in (205, 262):
        c.rect(chimney + 14, y, 82, 22, p.light, 0.9)
    c.rect(chimney + 8, 156, 94, 20, p.ink)
    for number in range(4):
        x = left + number * w
        c.polygon([(x, top), (x + w * 0.86, top - 155), (x + w * 0.86, top), (x, top)], p.hues[2])
        c.polygon([(x + w * 0.86, top - 155), (x + w, top), (x + w * 0.86, top)], mix(p.hues[2], p.ink, 0.35))
        c.polygon(
            [(x + w * 0.22, top - 14), (x + w * 0.8, top - 118), (x + w * 0.8, top - 14)], mix(p.water, p.light, 0.5)
        )
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
            c.rect(
                x + end * 94 + row * 4,
                900 - row * 27,
                90,
                24,
                mix((p.hues[1], p.hues[4])[(row + end) % 2], p.ink, 0.04 * row),
            )
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
