"""What appears in several pictures: sun, hills, houses, trees, people."""

from __future__ import annotations

from random import Random

from .canvas import Canvas, Tone, mix
from .palettes import Palette


def sun(c: Canvas, p: Palette, x: float, y: float, r: float) -> None:
    """A disc with a wide, faint glow."""
    for share, alpha in ((2.5, 0.10), (1.9, 0.14), (1.4, 0.2)):
        c.circle(x, y, r * share, p.light, alpha)
    c.circle(x, y, r, p.hues[1])


def cloud(c: Canvas, p: Palette, x: float, y: float, size: float, alpha: float = 0.75) -> None:
    c.rect(x, y, size, size * 0.18, p.light, alpha, radius=size * 0.09)
    c.rect(x + size * 0.22, y - size * 0.13, size * 0.5, size * 0.2, p.light, alpha, radius=size * 0.1)


def skyline(c: Canvas, rng: Random, base: float, tone: Tone, low: float, high: float) -> None:
    """A row of plain silhouettes with their feet on `base`."""
    x = -20.0
    while x < c.width:
        w, h = rng.uniform(60, 130), rng.uniform(low, high)
        roof = rng.random()
        c.rect(x, base - h, w + 1, h, tone)
        if roof < 0.35:
            c.polygon([(x, base - h + 1), (x + w / 2, base - h - w * 0.42), (x + w, base - h + 1)], tone)
        elif roof < 0.5:
            c.arch(x + w * 0.2, base - h - w * 0.35, w * 0.6, w * 0.5, tone)
        elif roof < 0.62:
            c.polygon([(x + w * 0.35, base - h), (x + w * 0.5, base - h - 95), (x + w * 0.65, base - h)], tone)
        x += w


def tree(c: Canvas, p: Palette, x: float, base: float, size: float, shade: int) -> None:
    """A round crown, half of it in the light, on a trunk."""
    dark, bright = p.leaves[shade], p.leaves[min(shade + 1, 2)] if shade < 2 else mix(p.leaves[2], p.light, 0.3)
    r, y = size * 0.36, base - size * 0.66
    c.ellipse(x + size * 0.12, base, size * 0.34, size * 0.045, p.ink, 0.16)
    c.rect(x - size * 0.025, y, size * 0.05, size * 0.66, p.ink)
    c.circle(x, y, r, dark)
    c.sector(x, y, r, 135, 315, bright)
    c.line([(x, y + r * 0.62), (x, y - r * 0.25)], size * 0.018, p.ink, 0.55)
    c.line([(x, y + r * 0.35), (x + r * 0.34, y - r * 0.02)], size * 0.018, p.ink, 0.55)


def windows(
    c: Canvas, rng: Random, box: tuple[float, float, float, float], grid: tuple[int, int], glass: Tone, lit: Tone
) -> None:
    """A grid of (columns, rows) windows inside the box x, y, w, h; now and then one is lit."""
    x, y, w, h = box
    columns, rows = grid
    for row in range(rows):
        for column in range(columns):
            cell_w, cell_h = w / columns, h / rows
            wx, wy = x + column * cell_w + cell_w * 0.26, y + row * cell_h + cell_h * 0.2
            is_lit = rng.random() < 0.16
            c.rect(wx, wy, cell_w * 0.48, cell_h * 0.58, lit if is_lit else glass)
            c.rect(wx - cell_w * 0.05, wy + cell_h * 0.58, cell_w * 0.58, cell_h * 0.06, lit, 0.55)


def house(
    c: Canvas, p: Palette, rng: Random, x: float, base: float, w: float, h: float, wall: Tone, roof: Tone
) -> None:
    """A town house seen from the street."""
    glass = mix(wall, p.ink, 0.62)
    trim = mix(wall, p.light, 0.55)
    top = base - h
    kind = rng.choice(["gable", "flat", "mansard", "gable"])
    if kind == "gable":
        c.polygon([(x - 6, top), (x + w / 2, top - w * 0.46), (x + w + 6, top)], roof)
        c.circle(x + w / 2, top - w * 0.16, w * 0.07, trim)
    elif kind == "mansard":
        c.polygon(
            [(x - 4, top), (x + w * 0.14, top - w * 0.36), (x + w * 0.86, top - w * 0.36), (x + w + 4, top)], roof
        )
        for share in (0.28, 0.58):
            c.arch(x + w * share, top - w * 0.26, w * 0.14, w * 0.2, trim)
    else:
        c.rect(x - 6, top - 18, w + 12, 20, roof)
        c.rect(x + w * 0.66, top - 60, w * 0.12, 50, roof)
    c.rect(x, top, w, h, wall)
    c.rect(x + w * 0.82, top, w * 0.18, h, p.ink, 0.07)
    ground = min(150.0, h * 0.34)
    columns = max(2, round(w / 72))
    rows = max(1, round((h - ground) / 96))
    windows(c, rng, (x + w * 0.05, top + 14, w * 0.9, h - ground - 14), (columns, rows), glass, p.hues[1])
    c.rect(x, base - ground, w, 8, trim)
    if rng.random() < 0.5:
        c.rect(x + w * 0.08, base - ground + 34, w * 0.5, ground - 60, glass)
        step = w * 0.6 / 6
        for stripe in range(6):
            c.rect(x + w * 0.04 + stripe * step, base - ground + 22, step + 0.5, 26, (trim, roof)[stripe % 2])
        c.arch(x + w * 0.7, base - ground + 36, w * 0.2, ground - 36, roof)
    else:
        for share in (0.1, 0.4, 0.7):
            c.arch(x + w * share, base - ground + 32, w * 0.2, ground - 32, roof if share == 0.4 else glass)


def cottage(c: Canvas, p: Palette, x: float, base: float, w: float, h: float, wall: Tone, roof: Tone) -> None:
    """A small house, far away."""
    c.rect(x, base - h, w, h, wall)
    c.rect(x + w * 0.7, base - h, w * 0.3, h, p.ink, 0.08)
    c.polygon([(x - 5, base - h + 1), (x + w / 2, base - h - w * 0.5), (x + w + 5, base - h + 1)], roof)
    for share in (0.18, 0.56):
        c.rect(x + w * share, base - h * 0.72, w * 0.2, h * 0.24, mix(wall, p.ink, 0.6))
    c.arch(x + w * 0.38, base - h * 0.34, w * 0.22, h * 0.34, mix(wall, p.ink, 0.6))


def row_of_houses(c: Canvas, p: Palette, rng: Random, base: float, low: float, high: float) -> None:
    """House fronts side by side across the whole picture."""
    walls: list[Tone] = [
        p.hues[4],
        p.hues[3],
        mix(p.hues[0], p.light, 0.35),
        p.light,
        mix(p.hues[1], p.light, 0.3),
        p.paving,
    ]
    roofs: list[Tone] = [p.hues[2], p.hues[0], p.ink, mix(p.hues[2], p.ink, 0.3)]
    x, last = -30.0, -1
    while x < c.width:
        w, h = rng.uniform(150, 250), rng.uniform(low, high)
        last = rng.choice([number for number in range(len(walls)) if number != last])
        house(c, p, rng, x, base, w, h, walls[last], rng.choice(roofs))
        x += w


def person(c: Canvas, p: Palette, x: float, base: float, size: float, coat: Tone, skin: Tone) -> None:
    """Somebody standing, as two simple shapes and a head."""
    c.ellipse(x + size * 0.1, base, size * 0.26, size * 0.035, p.ink, 0.18)
    c.rect(x - size * 0.11, base - size * 0.36, size * 0.09, size * 0.36, p.ink)
    c.rect(x + size * 0.02, base - size * 0.36, size * 0.09, size * 0.36, p.ink)
    c.arch(x - size * 0.17, base - size * 0.76, size * 0.34, size * 0.46, coat)
    c.circle(x, base - size * 0.87, size * 0.105, skin)


def skins() -> tuple[str, ...]:
    return ("#f0c8a4", "#d79f76", "#a86f4c", "#7a4a35", "#f5d7bd", "#c68a62")
