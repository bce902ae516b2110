"""Draws our marks, which are written in SVG, with Pillow: `<path>` and `<circle>`, filled in one colour."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from xml.etree.ElementTree import fromstring

from PIL import Image, ImageChops, ImageDraw

Point = complex  # x and y

TOKEN = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+\.?)(?:[eE][-+]?\d+)?")
# How many numbers a command takes: https://www.w3.org/TR/SVG11/paths.html
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "A": 7, "Z": 0}
STEPS = 24  # lines for a curve
FINER = 4  # times as fine as the picture, for smooth edges


def stencil(drawing: str, field: float, size: int) -> Image.Image:
    """How much of each of `size` by `size` pixels the drawing covers (mode L), from a field of `field` by `field`."""
    scale = size * FINER / field
    whole = Image.new("L", (size * FINER, size * FINER))
    for element in fromstring(f"<svg>{drawing}</svg>"):  # noqa: S314 - our own drawings
        shape = Image.new("1", whole.size)
        for outline in _outlines(element.tag, dict(element.attrib)):
            part = Image.new("1", whole.size)
            ImageDraw.Draw(part).polygon([(point.real * scale, point.imag * scale) for point in outline], fill=1)
            shape = ImageChops.logical_xor(shape, part)  # a shape inside another is a hole
        tone = round(255 * float(element.get("opacity", 1)))
        whole.paste(tone, mask=shape)
    return whole.resize((size, size), Image.Resampling.LANCZOS)


def _outlines(tag: str, attributes: dict[str, str]) -> Iterator[list[Point]]:
    if tag == "circle":
        centre, radius = complex(float(attributes["cx"]), float(attributes["cy"])), float(attributes["r"])
        steps = 4 * STEPS
        yield [centre + radius * _turn(2 * math.pi * step / steps) for step in range(steps)]
    elif tag == "path":
        yield from outlines(attributes["d"])


def outlines(path: str) -> Iterator[list[Point]]:
    """The closed lines of a path (the `d` of SVG), its curves as short straight ones."""
    line: list[Point] = []
    here = start = handle = 0j
    for command, numbers in _commands(path):
        kind = command.upper()
        origin = here if command.islower() else 0j
        points = [origin + complex(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]
        next_handle = None
        match kind:
            case "M":
                if len(line) > 2:
                    yield line
                start = points[0]
                line = [start]
            case "L":
                line.append(points[0])
            case "H":
                line.append(complex(origin.real + numbers[0], here.imag))
            case "V":
                line.append(complex(here.real, origin.imag + numbers[0]))
            case "C" | "S":
                if kind == "S":
                    points.insert(0, 2 * here - handle)
                line += _bezier(here, *points)
                next_handle = points[1]
            case "Q":
                middle, end = points
                line += _bezier(here, here + (middle - here) * 2 / 3, end + (middle - end) * 2 / 3, end)
            case "A":
                end = origin + complex(numbers[5], numbers[6])
                line += _arc(here, end, numbers[0], numbers[1], bool(numbers[3]), bool(numbers[4]))
            case "Z":
                line.append(start)
        here = line[-1]
        handle = here if next_handle is None else next_handle
    if len(line) > 2:
        yield line


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Commands with their numbers. Numbers after a complete command repeat it; flags of arcs may be glued together."""
    tokens = TOKEN.findall(path)
    command, at = "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        numbers: list[float] = []
        while len(numbers) < TAKES[command.upper()]:
            token = tokens[at]
            if command in "aA" and len(numbers) in (3, 4) and len(token) > 1:
                tokens[at : at + 1] = [token[0], token[1:]]
                token = token[0]
            numbers.append(float(token))
            at += 1
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)


def _bezier(start: Point, first: Point, second: Point, end: Point) -> list[Point]:
    return [
        (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end
        for t in (step / STEPS for step in range(1, STEPS + 1))
    ]


def _arc(start: Point, end: Point, rx: float, ry: float, large: bool, sweep: bool) -> list[Point]:
    """An arc of an ellipse that is not turned (https://www.w3.org/TR/SVG11/implnote.html#ArcImplementationNotes)."""
    squeeze = ry / rx
    a, b = (complex(point.real * squeeze, point.imag) for point in (start, end))
    half = abs(b - a) / 2
    radius = max(ry, half)
    away = math.sqrt(radius**2 - half**2) * (1 if large == sweep else -1)
    centre = (a + b) / 2 - 1j * (b - a) / (2 * half) * away if half else a
    begin, finish = _angle(a - centre), _angle(b - centre)
    if sweep and finish < begin:
        finish += 2 * math.pi
    if not sweep and finish > begin:
        finish -= 2 * math.pi
    turns = (begin + (finish - begin) * step / STEPS for step in range(1, STEPS + 1))
    points = [centre + radius * _turn(turn) for turn in turns]
    return [complex(point.real / squeeze, point.imag) for point in points]


def _turn(angle: float) -> Point:
    return complex(math.cos(angle), math.sin(angle))


def _angle(point: Point) -> float:
    return math.atan2(point.imag, point.real)
