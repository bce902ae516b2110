"""A sheet to draw on, in units of the finished picture, smooth at the edges."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence

from PIL import Image, ImageColor, ImageDraw

SCALE = 2  # drawn twice as large, then reduced: this smooths the edges

type Point = tuple[float, float]
type Colour = tuple[int, ...]
type Tone = str | Colour  # "#17383f" or its numbers


def colour(value: Tone, alpha: float = 1.0) -> Colour:
    """A colour as numbers, with `alpha` from 0 (clear) to 1 (solid)."""
    red, green, blue = ImageColor.getrgb(value)[:3] if isinstance(value, str) else value[:3]
    return (red, green, blue, round(255 * alpha))


def mix(first: Tone, second: Tone, share: float) -> Colour:
    """A colour between two: 0 is the first, 1 the second."""
    pairs = zip(colour(first)[:3], colour(second)[:3], strict=True)
    return tuple(round(a + (b - a) * share) for a, b in pairs)


class Canvas:
    def __init__(self, width: int, height: int, top: Tone, bottom: Tone) -> None:
        """A sheet of `width` × `height`, shaded from the colour `top` to the colour `bottom`."""
        self.width, self.height = width, height
        shade = Image.new("RGB", (1, 2))
        shade.putpixel((0, 0), colour(top)[:3])
        shade.putpixel((0, 1), colour(bottom)[:3])
        # Enlarging two points leaves the outer quarters flat, so the box takes the part in between.
        self.image = shade.resize((width * SCALE, height * SCALE), Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5))
        self.draw = ImageDraw.Draw(self.image, "RGBA")

    @staticmethod
    def _points(points: Iterable[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    def polygon(self, points: Sequence[Point], fill: Tone, alpha: float = 1.0) -> None:
        self.draw.polygon(self._points(points), fill=colour(fill, alpha))

    def rect(self, x: float, y: float, w: float, h: float, fill: Tone, alpha: float = 1.0, radius: float = 0) -> None:
        box = self._points([(x, y), (x + w - 0.5, y + h - 0.5)])
        if radius:
            self.draw.rounded_rectangle(box, radius * SCALE, fill=colour(fill, alpha))
        else:
            self.draw.rectangle(box, fill=colour(fill, alpha))

    def arch(self, x: float, y: float, w: float, h: float, fill: Tone, alpha: float = 1.0) -> None:
        """A rectangle with a round top."""
        r = min(w / 2, h)
        top = [(x + w / 2 - r * math.cos(a), y + r - r * math.sin(a)) for a in _turn(0, math.pi)]
        self.polygon([*top, (x + w, y + h), (x, y + h)], fill, alpha)

    def circle(self, x: float, y: float, r: float, fill: Tone, alpha: float = 1.0) -> None:
        self.ellipse(x, y, r, r, fill, alpha)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Tone, alpha: float = 1.0) -> None:
        self.draw.ellipse(self._points([(x - rx, y - ry), (x + rx, y + ry)]), fill=colour(fill, alpha))

    def ring(self, x: float, y: float, r: float, width: float, fill: Tone, alpha: float = 1.0) -> None:
        box = self._points([(x - r, y - r), (x + r, y + r)])
        self.draw.ellipse(box, outline=colour(fill, alpha), width=round(width * SCALE))

    def sector(self, x: float, y: float, r: float, start: float, end: float, fill: Tone, alpha: float = 1.0) -> None:
        """A slice of a circle; degrees, clockwise from three o'clock."""
        box = self._points([(x - r, y - r), (x + r, y + r)])
        self.draw.pieslice(box, start, end, fill=colour(fill, alpha))

    def line(self, points: Sequence[Point], width: float, fill: Tone, alpha: float = 1.0) -> None:
        """A line with round joints, and round ends where it is solid."""
        scaled = self._points(points)
        self.draw.line(scaled, fill=colour(fill, alpha), width=max(1, round(width * SCALE)), joint="curve")
        if alpha == 1.0 and width > 3:
            r = width * SCALE / 2
            for x, y in (scaled[0], scaled[-1]):
                self.draw.ellipse([x - r, y - r, x + r, y + r], fill=colour(fill))

    def wave(self, y: float, height: float, length: float, phase: float, fill: Tone, alpha: float = 1.0) -> None:
        """Everything below a wavy line around `y`."""
        self.polygon([*self.crest(y, height, length, phase), (self.width, self.height), (0, self.height)], fill, alpha)

    def crest(self, y: float, height: float, length: float, phase: float) -> list[Point]:
        """The points of a calm, slightly uneven wave across the sheet."""
        return [
            (
                x,
                y + height * math.sin(x / length + phase) + height * 0.35 * math.sin(x / length * 2.3 + phase * 1.7),
            )
            for x in range(0, self.width + 21, 20)
        ]

    def encoded(self) -> bytes:
        """The finished picture as WebP."""
        output = io.BytesIO()
        self.image.reduce(SCALE).save(output, "WEBP", quality=82, method=1)
        return output.getvalue()


def _turn(start: float, end: float, steps: int = 48) -> list[float]:
    return [start + (end - start) * step / steps for step in range(steps + 1)]


def turned(points: Iterable[Point], angle: float, around: Point = (0, 0)) -> list[Point]:
    """The points turned by `angle` (radians)."""
    cos, sin = math.cos(angle), math.sin(angle)
    ox, oy = around
    return [(ox + (x - ox) * cos - (y - oy) * sin, oy + (x - ox) * sin + (y - oy) * cos) for x, y in points]


def curve(points: Sequence[Point], steps: int = 16) -> list[Point]:
    """A smooth line through the points (Catmull-Rom)."""
    padded = [points[0], *points, points[-1]]
    smooth = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        for step in range(steps):
            t = step / steps
            smooth.append(
                tuple(
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )
            )
    return [*smooth, points[-1]]  # type: ignore[list-item]
