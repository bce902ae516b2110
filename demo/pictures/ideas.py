"""Motifs of ideas: network, data, people, books."""

from __future__ import annotations

import math
from random import Random

from .canvas import Canvas, Point, Tone, curve, mix
from .palettes import Palette
from .parts import skins


def network(c: Canvas, p: Palette, rng: Random) -> None:
    """Dots in several colours, joined into a net by fine lines."""
    for _ in range(4):
        c.circle(rng.uniform(0, c.width), rng.uniform(0, c.height), rng.uniform(220, 420), p.light, 0.2)
    x, y = c.width * rng.uniform(0.3, 0.7), c.height * rng.uniform(0.4, 0.6)
    for number in range(7):
        c.ring(x, y, 120 + number * 130, 2.5, p.light, 0.7)
    nodes: list[tuple[float, float, float]] = []
    tries = 0
    while len(nodes) < 90 and tries < 2500:
        tries += 1
        px, py = rng.uniform(-60, c.width + 60), rng.uniform(-60, c.height + 60)
        r = float(rng.choice([9, 9, 12, 12, 16, 16, 22, 30, 44]))
        if all(math.dist((px, py), other[:2]) > 62 + r + other[2] for other in nodes):
            nodes.append((px, py, r))
    pairs: set[tuple[int, int]] = set()
    for one, node in enumerate(nodes):
        others = sorted(range(len(nodes)), key=lambda other: math.dist(node[:2], nodes[other][:2]))
        for other in others[1 : 4 if node[2] < 22 else 7]:
            pairs.add((min(one, other), max(one, other)))
    line = p.ink if p.ink != "#1a2144" else p.light
    for one, other in sorted(pairs):
        a, b = nodes[one], nodes[other]
        c.line([a[:2], b[:2]], 2.6 if max(a[2], b[2]) < 30 else 4, line, 0.5)
    for px, py, r in nodes:
        tone = rng.choice([p.hues[0], p.hues[1], p.hues[2], p.leaves[1], p.hues[0], p.hues[3]])
        if r >= 30:
            c.circle(px, py, r * 1.75, tone, 0.2)
            c.ring(px, py, r * 1.45, 3, tone)
        c.circle(px, py, r, tone)
        c.sector(px, py, r, 135, 315, p.light, 0.24)
        if r >= 22:
            c.circle(px, py, r * 0.36, p.light)


def data(c: Canvas, p: Palette, rng: Random) -> None:
    """Columns and dots of a chart on a calm background."""
    c.circle(c.width * rng.uniform(0.6, 0.85), 250, 330, p.light, 0.35)
    base, left, right = 850.0, 130.0, 1470.0
    for number in range(7):
        c.rect(left, base - number * 110, right - left, 2.5, p.light, 0.75)
    count = 13
    step = (right - left) / count
    phase, tilt = rng.uniform(0, 6), rng.choice([-1, 1])
    heights = [
        250 + 120 * math.sin(number * 0.7 + phase) + tilt * (number - count / 2) * 24 + rng.uniform(-36, 36)
        for number in range(count)
    ]
    for number, height in enumerate(heights):
        x, w = left + number * step + step * 0.16, step * 0.68
        height = max(110, height)
        tones = (p.hues[2], p.hues[0], p.hues[1]) if number % 3 else (p.leaves[0], p.leaves[1], p.hues[1])
        split = height * rng.uniform(0.42, 0.62)
        c.arch(x + 10, base - height, w, height, p.ink, 0.1)
        c.arch(x, base - height, w, height, tones[1])
        c.rect(x, base - split, w, split, tones[0])
        c.rect(x, base - split * rng.uniform(0.3, 0.5), w, split * 0.08, p.light, 0.85)
    points: list[Point] = [
        (left + number * step + step / 2, base - max(110, height) - 120 - 46 * math.sin(number * 1.1 + phase))
        for number, height in enumerate(heights)
    ]
    smooth = curve(points)
    c.polygon([*smooth, (points[-1][0], base), (points[0][0], base)], p.hues[3], 0.22)
    c.line(smooth, 8, p.ink if p.sky != "#3a4a7f" else p.light, 0.95)
    for number, (x, y) in enumerate(points):
        r = rng.choice([15, 15, 20, 27])
        c.circle(x, y, r + 8, p.light)
        c.circle(x, y, r, (p.hues[0], p.hues[1], p.leaves[1])[number % 3])
    for _ in range(26):
        c.circle(rng.uniform(left, right), rng.uniform(90, 360), rng.choice([5, 7, 10]), rng.choice(p.hues), 0.55)
    c.rect(left - 30, base, right - left + 60, 9, p.ink)
    for number in range(count):
        c.circle(left + number * step + step / 2, base + 44, 9, p.ink, 0.5)


def people(c: Canvas, p: Palette, rng: Random) -> None:
    """A group of people talking around a shared table."""
    c.circle(c.width / 2, 430, 560, p.light, 0.28)
    c.circle(c.width / 2, 430, 420, p.light, 0.25)
    c.rect(0, 760, c.width, 240, p.paving)
    c.rect(0, 760, c.width, 8, p.ink, 0.12)
    tones: list[Tone] = [
        p.hues[0],
        p.hues[1],
        p.hues[2],
        p.leaves[1],
        p.hues[3],
        p.leaves[0],
        mix(p.hues[0], p.light, 0.4),
    ]
    rng.shuffle(tones)
    hair: list[Tone] = [
        p.ink,
        mix(p.hues[0], p.ink, 0.5),
        mix(p.hues[1], p.ink, 0.35),
        mix(p.ink, p.light, 0.25),
        mix(p.hues[2], p.ink, 0.4),
    ]
    for number in range(5):
        x, y = 290.0 + number * 255, 450.0 + 46 * abs(number - 2)
        _sitter(c, p, rng, x, y, 1.0, tones[number], rng.choice(hair))
    for number, x in enumerate(rng.sample([360, 620, 880, 1140], 3)):
        _bubble(c, p, x, 150 + rng.uniform(-30, 40), (p.light, p.hues[4], p.light)[number], number)
    table = mix(p.hues[4], p.ink, 0.12)
    c.rect(c.width / 2 - 60, 860, 120, 140, mix(table, p.ink, 0.4))
    c.ellipse(c.width / 2, 820, 690, 158, mix(table, p.ink, 0.3))
    c.ellipse(c.width / 2, 796, 690, 158, table)
    c.ellipse(c.width / 2, 790, 640, 138, mix(table, p.light, 0.3))
    for number in range(5):
        x, y = 410 + number * 196, 752 + (number % 2) * 66 + rng.uniform(-10, 10)
        if number % 2:
            c.polygon([(x - 78, y + 20), (x + 40, y + 34), (x + 84, y - 12), (x - 34, y - 26)], p.light)
            for line in range(3):
                c.line(
                    [(x - 44 + line * 12, y + 14 - line * 13), (x + 36 + line * 12, y + 22 - line * 13)],
                    4,
                    rng.choice(p.hues[:3]),
                    0.7,
                )
        else:
            c.ellipse(x + 4, y + 20, 34, 11, p.ink, 0.15)
            c.rect(x - 25, y - 34, 50, 50, rng.choice([p.hues[0], p.hues[2]]), radius=12)
            c.ellipse(x, y - 32, 25, 8, mix(p.hues[0], p.ink, 0.65))
    for x, tone in ((150, tones[5]), (1450, tones[6])):
        _sitter(c, p, rng, x, 640, 1.35, tone, rng.choice(hair))


def _sitter(c: Canvas, p: Palette, rng: Random, x: float, y: float, size: float, coat: Tone, hair: Tone) -> None:
    """Head and shoulders of somebody at the table; y is the middle of the head."""
    skin, r = rng.choice(skins()), 62 * size
    if rng.random() < 0.45:
        c.rect(x - r * 1.08, y - r * 0.2, r * 2.16, r * 1.7, hair, radius=r * 0.6)
    c.rect(x - r * 0.3, y + r * 0.5, r * 0.6, r * 0.9, mix(skin, p.ink, 0.14))
    c.arch(x - r * 1.7, y + r * 1.15, r * 3.4, r * 4.6, coat)
    c.polygon(
        [(x - r * 0.42, y + r * 1.16), (x + r * 0.42, y + r * 1.16), (x, y + r * 1.85)], mix(coat, p.light, 0.55)
    )
    c.sector(x, y + r * 2.85, r * 1.7, -90, 0, p.ink, 0.08)
    c.circle(x, y, r, skin)
    c.sector(x, y - r * 0.06, r * 1.06, 180 + rng.uniform(-14, 14), 360 + rng.uniform(-14, 14), hair)


def _bubble(c: Canvas, p: Palette, x: float, y: float, tone: str, number: int) -> None:
    c.rect(x - 110, y - 66, 220, 120, tone, radius=58)
    tip = -1 if number % 2 else 1
    c.polygon([(x + tip * 20, y + 40), (x + tip * 66, y + 40), (x + tip * 62, y + 88)], tone)
    for dot in (-1, 0, 1):
        c.circle(x + dot * 50, y - 6, 14, (p.hues[0], p.hues[2], p.leaves[1])[dot])


def books(c: Canvas, p: Palette, rng: Random) -> None:
    """A row of books of different heights and colours."""
    c.circle(c.width * rng.uniform(0.25, 0.75), 380, 360, p.light, 0.35)
    shelf, x = 850.0, 90.0
    c.rect(0, shelf, c.width, 40, mix(p.hues[4], p.ink, 0.3))
    c.rect(0, shelf + 40, c.width, 110, mix(p.hues[4], p.ink, 0.12))
    c.rect(0, shelf, c.width, 9, p.light, 0.5)
    tones: list[Tone] = [
        p.hues[0],
        p.hues[1],
        p.hues[2],
        p.hues[3],
        p.hues[4],
        p.leaves[0],
        p.leaves[1],
        p.ink,
        mix(p.hues[0], p.light, 0.4),
    ]
    last, leaning, plants = -1, rng.uniform(250, 700), rng.uniform(750, 1250)
    while x < 1500:
        w, h = rng.uniform(52, 118), rng.uniform(380, 640)
        last = rng.choice([number for number in range(len(tones)) if number != last])
        tone = tones[last]
        if x > leaning:
            leaning = c.width * 2
            _leaning(c, p, x, shelf, w, h * 0.9, tone)
            x += w + h * 0.3
            continue
        if x > plants:
            plants = c.width * 2
            _plant(c, p, rng, x + 90, shelf)
            x += 185
            continue
        c.rect(x + 10, shelf - h + 8, w, h - 8, p.ink, 0.1)
        c.rect(x, shelf - h, w, h, tone, radius=6)
        c.rect(x + w * 0.8, shelf - h + 3, w * 0.2, h - 3, p.ink, 0.12)
        band = mix(tone, p.light, 0.6)
        style = rng.randrange(4)
        if style == 0:
            c.rect(x, shelf - h + 50, w, 12, band)
            c.rect(x, shelf - h + 74, w, 5, band)
            c.rect(x, shelf - 76, w, 12, band)
        elif style == 1:
            c.rect(x + w * 0.24, shelf - h + 66, w * 0.46, h * 0.34, band, radius=6)
        elif style == 2:
            c.circle(x + w / 2, shelf - h + 96, w * 0.24, band)
            c.rect(x, shelf - 60, w, 8, band)
        else:
            for number in range(4):
                c.rect(x, shelf - h * 0.3 - number * h * 0.16, w, 8, band)
        x += w + 4


def _leaning(c: Canvas, p: Palette, x: float, shelf: float, w: float, h: float, tone: Tone) -> None:
    lean = h * 0.27
    c.polygon([(x + lean, shelf - h), (x + lean + w, shelf - h + 14), (x + w, shelf), (x, shelf)], tone)
    c.polygon(
        [
            (x + lean * 0.8, shelf - h * 0.8),
            (x + lean * 0.8 + w, shelf - h * 0.8 + 12),
            (x + lean * 0.72 + w, shelf - h * 0.72 + 12),
            (x + lean * 0.72, shelf - h * 0.72),
        ],
        p.light,
        0.6,
    )


def _plant(c: Canvas, p: Palette, rng: Random, x: float, shelf: float) -> None:
    for number in range(9):
        a = math.pi * (0.12 + 0.76 * number / 8)
        length = rng.uniform(170, 270)
        tip = (x - math.cos(a) * length * 0.55, shelf - 110 - math.sin(a) * length)
        mx, my = (x + tip[0]) / 2, (shelf - 108 + tip[1]) / 2
        leaf = [(x - 9, shelf - 108), (mx - 26, my), tip, (mx + 26, my + 10), (x + 9, shelf - 108)]
        c.polygon(leaf, p.leaves[number % 3])
    c.polygon([(x - 68, shelf - 122), (x + 68, shelf - 122), (x + 48, shelf), (x - 48, shelf)], p.light)
    c.rect(x - 76, shelf - 134, 152, 26, mix(p.light, p.ink, 0.12))
