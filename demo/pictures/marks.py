"""Small marks: portraits of people and logos, without letters."""

from __future__ import annotations

import math
import zlib
from random import Random

from .canvas import Canvas, Tone, mix
from .palettes import PALETTES
from .parts import skins

SIZE = 480


def portrait(seed: str) -> bytes:
    """An avatar of simple shapes for a person who does not exist."""
    rng = Random(f"portrait {seed}")  # noqa: S311 - repeatable on purpose
    p = rng.choice(PALETTES[:5])
    c = Canvas(SIZE, SIZE, p.sky, p.haze)
    c.circle(
        rng.choice([90, 390]),
        rng.uniform(90, 220),
        rng.uniform(110, 170),
        rng.choice([p.hues[1], p.hues[3], p.light]),
        0.7,
    )
    number = rng.randrange(6)
    skin = skins()[number]
    dark = ["#2b201c", "#3a2a22", "#1d2430"]
    hair: Tone = rng.choice(
        dark if number in (2, 3) else [*dark, "#8a5a3b", "#b9763f", "#d9a75b", "#8d8d93", "#5b3a2a"]
    )
    coat = rng.choice([p.hues[0], p.hues[2], p.leaves[0], p.leaves[1], p.ink])
    x, y, r = SIZE / 2, 205.0, 92.0
    style = rng.choice(["short", "long", "bob", "curls", "bun", "short", "long", "cap", "bald"])
    if style == "long":
        c.rect(x - r * 1.2, y - r * 0.9, r * 2.4, r * 2.9, hair, radius=r)
    elif style == "bob":
        c.rect(x - r * 1.18, y - r * 1.05, r * 2.36, r * 2.0, hair, radius=r * 0.85)
    elif style == "curls":
        for step in range(13):
            a = math.pi * (0.9 + 1.2 * step / 12)
            c.circle(x + math.cos(a) * r * 1.02, y + math.sin(a) * r * 1.02, r * 0.42, hair)
    elif style == "bun":
        c.circle(x, y - r * 1.3, r * 0.42, hair)
    c.rect(x - r * 0.34, y + r * 0.5, r * 0.68, r * 1.1, mix(skin, "#5a2f22", 0.22))
    c.arch(x - r * 1.85, y + r * 1.32, r * 3.7, 260, coat)
    if rng.random() < 0.5:
        c.polygon([(x - r * 0.5, y + r * 1.3), (x + r * 0.5, y + r * 1.3), (x, y + r * 2.3)], p.light)
        c.polygon(
            [(x - r * 0.5, y + r * 1.3), (x - r * 0.95, y + r * 1.42), (x - r * 0.1, y + r * 2.6), (x, y + r * 2.3)],
            mix(coat, p.light, 0.18),
        )
        c.polygon(
            [(x + r * 0.5, y + r * 1.3), (x + r * 0.95, y + r * 1.42), (x + r * 0.1, y + r * 2.6), (x, y + r * 2.3)],
            mix(coat, p.ink, 0.2),
        )
    else:
        c.ellipse(x, y + r * 1.38, r * 0.62, r * 0.34, mix(coat, p.light, 0.4))
        c.ellipse(x, y + r * 1.28, r * 0.46, r * 0.26, mix(skin, "#5a2f22", 0.22))
    c.ellipse(x, y + r * 0.08, r * 0.88, r * 1.02, skin)
    c.sector(x, y + r * 0.08, r * 0.94, -60, 80, "#5a2f22", 0.05)
    if style == "bald":
        c.rect(x - r * 0.92, y - r * 0.1, r * 0.16, r * 0.5, hair, radius=8)
        c.rect(x + r * 0.76, y - r * 0.1, r * 0.16, r * 0.5, hair, radius=8)
    elif style == "cap":
        c.sector(x, y - r * 0.22, r * 0.98, 180, 360, p.hues[1])
        c.rect(x - r * 0.98, y - r * 0.3, r * 1.96, r * 0.16, mix(p.hues[1], p.ink, 0.25))
    else:
        tilt = rng.choice([-24, 0, 24])
        c.draw.chord(
            [(x - r * 1.0) * 2, (y - r * 1.06) * 2, (x + r * 1.0) * 2, (y + r * 0.86) * 2],
            188 + tilt,
            352 + tilt,
            fill=hair,
        )
    line = mix(skin, "#2a1510", 0.8)
    for side in (-1, 1):
        c.circle(x + side * r * 0.34, y + r * 0.06, r * 0.07, line)
        c.line([(x + side * r * 0.2, y - r * 0.13), (x + side * r * 0.48, y - r * 0.15)], 5, mix(hair, line, 0.4))
    glasses = rng.random() < 0.35
    if glasses:
        for side in (-1, 1):
            c.ring(x + side * r * 0.36, y + r * 0.06, r * 0.26, 5, p.ink)
        c.line([(x - r * 0.1, y + r * 0.04), (x + r * 0.1, y + r * 0.04)], 5, p.ink)
    c.draw.arc(
        [(x - r * 0.3) * 2, (y + r * 0.22) * 2, (x + r * 0.3) * 2, (y + r * 0.66) * 2], 30, 150, fill=line, width=9
    )
    if style in ("short", "bald", "cap") and rng.random() < 0.55:
        c.draw.chord(
            [(x - r * 0.87) * 2, (y - r * 0.4) * 2, (x + r * 0.87) * 2, (y + r * 1.1) * 2], 28, 152, fill=hair
        )
        c.draw.arc(
            [(x - r * 0.3) * 2, (y + r * 0.3) * 2, (x + r * 0.3) * 2, (y + r * 0.8) * 2],
            30,
            150,
            fill=p.light,
            width=8,
        )
    return c.encoded()


def logo(seed: str) -> bytes:
    """A geometric mark on white."""
    rng = Random(f"logo {seed}")  # noqa: S311 - repeatable on purpose
    p = rng.choice(PALETTES[:5])
    c = Canvas(SIZE, SIZE, "#ffffff", "#ffffff")
    strong, second, deep = p.hues[0], p.hues[1], p.hues[2]
    tones = [strong, second, deep, p.leaves[1]]
    m = SIZE / 2
    style = zlib.crc32(seed.encode()) % 6
    if style == 0:  # four quarters
        for number, (x, y) in enumerate(((100, 100), (244, 100), (100, 244), (244, 244))):
            turn = rng.choice([0, 90, 180, 270])
            cx, cy = x + (136 if turn in (90, 180) else 0), y + (136 if turn in (180, 270) else 0)
            c.sector(cx, cy, 136, turn, turn + 90, tones[number])
    elif style == 1:  # woven bands
        for column in range(3):
            c.rect(92 + column * 112, 56, 72, 368, deep, radius=36)
        for row in range(3):
            c.rect(56, 92 + row * 112, 368, 72, strong, radius=36)
        for number in range(0, 9, 2):
            c.rect(92 + number % 3 * 112, 92 + number // 3 * 112, 72, 72, deep)
        c.circle(m, m, 20, second)
    elif style == 2:  # rings
        for number in range(3):
            a = number / 3 * math.tau - math.pi / 2
            c.ring(m + math.cos(a) * 72, m + 12 + math.sin(a) * 72, 112, 34, tones[number], 0.92)
    elif style == 3:  # petals
        for number in range(8):
            a = number / 8 * math.tau
            c.circle(m + math.cos(a) * 104, m + math.sin(a) * 104, 62, tones[number % 2], 0.85)
        c.circle(m, m, 54, deep)
    elif style == 4:  # steps of houses
        for number, h in enumerate((150, 230, 310, 190)):
            x = 92 + number * 76
            c.rect(x, 400 - h, 66, h, tones[number])
            c.sector(x + 33, 400 - h, 33, 180, 360, tones[number])
        c.rect(80, 406, 320, 14, p.ink)
    else:  # wave in a disc
        c.circle(m, m, 168, deep)
        for number in range(3):
            y = 190 + number * 62
            points = [(m - 150 + step * 10, y + 20 * math.sin(step / 3.2 + number)) for step in range(31)]
            inside = [(x, py) for x, py in points if math.dist((x, py), (m, m)) < 140]
            c.line(inside, 22, (second, "#ffffff", strong)[number])
    return c.encoded()
