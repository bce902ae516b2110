"""Motifs of the land: river, mountains, sun, harvest."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas, Point, Tone, curve, mix
from .palettes import Palette
from .parts import cloud, cottage, skyline, sun, tree


def river(c: Canvas, p: Palette, rng: Random) -> None:
    """A river winding through hills towards a town."""
    sun(c, p, rng.uniform(900, 1350), 230, 90)
    cloud(c, p, rng.uniform(150, 600), 150, 280)
    c.wave(430, 55, 210, rng.uniform(0, 6), mix(p.far, p.haze, 0.35))
    c.wave(490, 40, 150, rng.uniform(0, 6), mix(p.far, p.leaves[2], 0.35))
    town = rng.uniform(420, 900)
    for number in range(7):
        w, h = rng.uniform(70, 104), rng.uniform(90, 190)
        wall = mix((p.hues[4], p.light, p.hues[0], p.hues[3])[number % 4], p.haze, 0.15)
        cottage(c, p, town + number * 80, 556, w, h, wall, mix(p.hues[number % 3], p.ink, 0.1))
    c.rect(town + 250, 300, 54, 252, p.light)
    c.polygon([(town + 242, 302), (town + 277, 196), (town + 312, 302)], p.hues[2])
    c.wave(545, 14, 190, rng.uniform(0, 6), p.leaves[2])
    side = rng.choice([-1, 1])
    middle = c.width / 2
    bends = [
        (middle + side * x, y) for x, y in ((250, 540), (60, 590), (-190, 660), (-40, 760), (260, 860), (120, 1030))
    ]
    widths = (18, 40, 96, 200, 340, 560)
    for extra, tone in ((26, mix(p.hues[4], p.light, 0.25)), (0, p.water)):
        left = curve([(x - w / 2 - extra * w / 240, y) for (x, y), w in zip(bends, widths, strict=True)])
        right = curve([(x + w / 2 + extra * w / 240, y) for (x, y), w in zip(bends, widths, strict=True)])
        c.polygon([*left, *reversed(right)], tone)
    path = curve(bends)
    for _ in range(30):
        x, y = path[rng.randrange(30, len(path) - 6)]
        spread = 20 + (y - 540) * 0.22
        c.rect(
            x + rng.uniform(-spread, spread * 0.5),
            y,
            20 + (y - 540) * 0.22,
            3 + (y - 540) * 0.008,
            p.light,
            0.45,
            radius=2,
        )
    for number in range(34):
        y = 575 + 400 * (number / 34) ** 1.15
        x = rng.uniform(-20, 1620)
        near = (y - 520) / 480
        at = min(path, key=lambda point: abs(point[1] - y))
        if abs(x - at[0]) > 100 + 330 * near:
            tree(c, p, x, y, 60 + 250 * near, number % 3)
    bx, by = path[int(len(path) * 0.62)]
    c.polygon([(bx - 52, by), (bx + 52, by), (bx + 34, by + 22), (bx - 34, by + 22)], p.hues[0])
    c.rect(bx - 3, by - 104, 6, 104, p.ink)
    c.polygon([(bx + 6, by - 102), (bx + 62, by - 12), (bx + 6, by - 12)], p.light)
    c.polygon([(bx - 6, by - 84), (bx - 44, by - 12), (bx - 6, by - 12)], p.hues[1])


def mountains(c: Canvas, p: Palette, rng: Random) -> None:
    """Mountains behind a lake, with a few houses on its shore."""
    sun(c, p, rng.uniform(300, 1300), 270, 115)
    cloud(c, p, rng.uniform(80, 500), 150, 250, 0.6)
    level = 690.0
    for depth in range(3):
        base = mix(p.far, p.hues[2], depth * 0.38)
        x = -200.0 - rng.uniform(0, 150)
        peaks: list[tuple[float, float, float]] = []
        while x < c.width + 200:
            w = rng.uniform(380, 620) - depth * 40
            peaks.append((x + w / 2, w, rng.uniform(300, 470) - depth * 95))
            x += w * 0.62
        for px, w, h in peaks:
            top = (px, level - h)
            c.polygon([top, (px + w / 2, level), (px - w / 2, level)], mix(base, p.light, 0.1))
            c.polygon([top, (px + w / 2, level), (px + w * 0.06, level)], mix(base, p.ink, 0.14))
            if depth < 2:
                s = 0.26
                snow = [
                    top,
                    (px + w / 2 * s, level - h * (1 - s)),
                    (px + w * 0.05, level - h * (0.94 - s * 0.9)),
                    (px - w * 0.03, level - h * (1.05 - s)),
                    (px - w / 2 * s, level - h * (1 - s)),
                ]
                c.polygon(snow, p.light, 0.9)
    c.rect(0, level, c.width, 400, p.water)
    for number in range(40):
        y = level + 8 + number * 8
        c.rect(
            rng.uniform(-80, 1600),
            y,
            rng.uniform(40, 260),
            2 + number * 0.08,
            p.light,
            rng.uniform(0.12, 0.45),
            radius=2,
        )
    c.polygon(
        [
            *curve([(-10, 700), (260, 684), (560, 702), (760, 690), (1100, 704), (1400, 684), (1610, 700)]),
            (1610, 722),
            (-10, 722),
        ],
        p.leaves[0],
    )
    start = rng.uniform(250, 900)
    for number in range(6):
        w, h = rng.uniform(56, 82), rng.uniform(54, 92)
        wall = mix((p.light, p.hues[4], p.hues[0])[number % 3], p.haze, 0.1)
        cottage(c, p, start + number * 84, 706, w, h, wall, mix(p.hues[(number + 1) % 3], p.ink, 0.08))
    for number in range(22):
        _fir(c, p, rng.uniform(-20, 1620), 712, rng.uniform(60, 120), number % 2)
    c.polygon([*curve([(-10, 900), (200, 868), (430, 915), (640, 985), (760, 1040)]), (-10, 1040)], p.leaves[0])
    c.polygon(
        [*curve([(1000, 1040), (1180, 960), (1400, 930), (1610, 890)]), (1610, 1040)], mix(p.leaves[0], p.ink, 0.2)
    )
    for x, y, h in (
        (60, 960, 330),
        (190, 985, 250),
        (330, 1000, 200),
        (1340, 1000, 230),
        (1450, 985, 300),
        (1560, 1000, 380),
    ):
        _fir(c, p, x + rng.uniform(-30, 30), y, h, rng.randrange(2))


def _fir(c: Canvas, p: Palette, x: float, base: float, h: float, shade: int) -> None:
    c.rect(x - h * 0.025, base - h * 0.2, h * 0.05, h * 0.2, p.ink)
    for step in range(3):
        top, w = base - h + step * h * 0.24, h * (0.16 + step * 0.06)
        c.polygon([(x, top), (x + w, top + h * 0.38), (x - w, top + h * 0.38)], p.leaves[shade])
        c.polygon([(x, top), (x + w, top + h * 0.38), (x + w * 0.1, top + h * 0.38)], p.ink, 0.16)


def sunny_roofs(c: Canvas, p: Palette, rng: Random) -> None:
    """The sun above roofs with solar panels."""
    x, y = c.width * rng.uniform(0.36, 0.64), 400.0
    for number in range(9, 0, -1):
        c.circle(x, y, 110 + number * 88, p.light, 0.13)
    for step in range(36):
        a = step / 36 * math.tau
        near, far = 190 + 14 * (step % 2), 250 + 50 * (step % 3)
        c.line(
            [(x + math.cos(a) * near, y + math.sin(a) * near), (x + math.cos(a) * far, y + math.sin(a) * far)],
            7,
            p.hues[1],
            0.9,
        )
    c.circle(x, y, 158, p.hues[1])
    c.sector(x, y, 158, -45, 135, p.hues[0], 0.35)
    skyline(c, rng, 760, mix(p.far, p.haze, 0.35), 90, 260)
    left = -60.0
    walls: list[Tone] = [p.hues[4], p.light, mix(p.hues[0], p.light, 0.3), p.hues[3], p.paving]
    number = 0
    while left < c.width:
        w, h = rng.uniform(280, 380), rng.uniform(150, 260)
        base, wall = 1000.0, walls[number % len(walls)]
        top = base - h
        rise = w * 0.36
        slope = [(left - 16, top), (left + w * 0.18, top - rise), (left + w * 0.82, top - rise), (left + w + 16, top)]
        c.rect(left, top, w, h, wall)
        c.rect(left + w * 0.86, top, w * 0.14, h, p.ink, 0.08)
        c.polygon(slope, mix((p.hues[0], p.hues[2])[number % 2], p.ink, 0.12))
        _panels(c, p, left, top, w, rise)
        for column in range(3):
            c.arch(left + w * (0.12 + column * 0.28), top + 44, w * 0.16, h - 80, mix(wall, p.ink, 0.6))
        left += w + rng.uniform(0, 26)
        number += 1
    for number in range(6):
        tree(c, p, number * 310 + rng.uniform(-60, 60), 1010, rng.uniform(170, 240), number % 3)


def _panels(c: Canvas, p: Palette, left: float, top: float, w: float, rise: float) -> None:
    """Three by two panels lying on the slope of a roof."""

    def at(u: float, v: float) -> Point:
        inset = 0.18 * v
        return (left - 16 + (w + 32) * (inset + u * (1 - 2 * inset)), top - rise * v)

    for column in range(4):
        for row in range(2):
            u, v = 0.15 + column * 0.18, 0.14 + row * 0.38
            corners = [at(u, v), at(u + 0.165, v), at(u + 0.165, v + 0.34), at(u, v + 0.34)]
            c.polygon(corners, mix(p.water, p.ink, 0.62))
            c.polygon([corners[0], corners[3], corners[2]], p.light, 0.14)
            c.line([*corners, corners[0]], 2.5, p.light, 0.8)


def harvest(c: Canvas, p: Palette, rng: Random) -> None:
    """Crates of vegetables in front of a cultivated field."""
    sun(c, p, rng.uniform(300, 1300), 210, 90)
    cloud(c, p, rng.uniform(700, 1200), 120, 260, 0.6)
    c.wave(400, 38, 200, rng.uniform(0, 6), mix(p.far, p.haze, 0.3))
    skyline(c, rng, 440, mix(p.far, p.hues[2], 0.25), 20, 120)
    c.rect(0, 430, c.width, 600, p.leaves[2])
    far = (c.width * rng.uniform(0.35, 0.65), 400.0)
    for number in range(-22, 23):
        tone = (p.leaves[1], mix(p.hues[1], p.leaves[2], 0.35), p.leaves[0])[number % 3]
        near = [(far[0] + number * 130 - 34, 1010), (far[0] + number * 130 + 34, 1010)]
        start = [(far[0] + number * 17 + 3, 432), (far[0] + number * 17 - 3, 432)]
        c.polygon([*near, *start], tone)
    for number in range(9):
        tree(c, p, number * 205 + rng.uniform(-40, 40), 446, rng.uniform(80, 130), number % 3)
    bx = rng.choice([180.0, 1180.0])
    cottage(c, p, bx, 474, 150, 90, mix(p.hues[0], p.light, 0.05), p.ink)
    vegetables: list[Tone] = [
        p.hues[0],
        p.hues[1],
        p.leaves[0],
        p.hues[2],
        mix(p.hues[0], p.hues[1], 0.5),
        p.leaves[1],
        mix(p.hues[0], p.ink, 0.25),
    ]
    rng.shuffle(vegetables)
    for number, (x, y) in enumerate(((20, 700), (520, 690), (1030, 705))):
        _crate(c, p, rng, x + rng.uniform(-14, 14), y, 480, vegetables[number])
    for number, (x, y) in enumerate(((-230, 830), (270, 835), (785, 828), (1290, 836))):
        _crate(c, p, rng, x + rng.uniform(-10, 10), y, 500, vegetables[number + 3])


def _crate(c: Canvas, p: Palette, rng: Random, x: float, y: float, w: float, fruit: Tone) -> None:
    r = w / 14.5
    leafy = rng.random() < 0.4
    for row, count in ((2, 4), (1, 6), (0, 7)):
        for item in range(count):
            fx, fy = x + w / 2 + (item - (count - 1) / 2) * r * 1.95, y - row * r * 1.25 + 6
            tone = mix(fruit, p.ink, 0.05 + 0.12 * ((item + row) % 2))
            if leafy:
                for leaf in (-1, 0, 1):
                    tip = (fx + leaf * r * 0.8, fy - r * 1.7)
                    c.polygon([(fx - r * 0.3, fy), tip, (fx + r * 0.3, fy)], p.leaves[(item + leaf) % 2])
            c.circle(fx, fy, r, tone)
            c.circle(fx - r * 0.3, fy - r * 0.32, r * 0.3, p.light, 0.45)
            if not leafy:
                c.line([(fx, fy - r * 0.7), (fx + r * 0.25, fy - r * 1.15)], 5, p.leaves[0])
    wood = mix(p.hues[4], p.ink, 0.16)
    for row in range(3):
        c.rect(x, y + 12 + row * 46, w, 40, mix(wood, p.light if row == 0 else p.ink, 0.1))
        c.rect(x, y + 46 + row * 46, w, 6, p.ink, 0.25)
    for post in (x - 6, x + w - 24):
        c.rect(post, y, 30, 156, mix(wood, p.ink, 0.18))
        for row in range(3):
            c.circle(post + 15, y + 32 + row * 46, 4, p.ink, 0.6)
    c.rect(x + w * 0.4, y + 28, w * 0.2, 20, p.ink, 0.5, radius=10)
