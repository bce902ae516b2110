"""Pictures of the demonstration, drawn by code. The same motif, seed and palette give the same picture."""

from __future__ import annotations

import io
from random import Random

from PIL import Image

from . import ideas, land, plans, town, trade
from .canvas import Canvas
from .marks import logo, portrait
from .palettes import PALETTES

PAINTERS = {
    "network": ideas.network,
    "streets": plans.streets,
    "river": land.river,
    "trees": town.trees,
    "market": trade.market,
    "bridge": town.bridge,
    "housing": plans.housing,
    "sun": land.sunny_roofs,
    "data": ideas.data,
    "plaza": plans.plaza,
    "bicycle": town.bicycle,
    "harvest": land.harvest,
    "factory": trade.factory,
    "people": ideas.people,
    "mountains": land.mountains,
    "books": ideas.books,
}
MOTIFS = tuple(PAINTERS)
WIDTH, HEIGHT = 1600, 1000


def picture(motif: str, seed: str, palette: int = 0) -> bytes:
    """A picture of 1600 × 1000 as WebP. `palette` counts through the moods of `PALETTES`."""
    colours = PALETTES[palette % len(PALETTES)]
    canvas = Canvas(WIDTH, HEIGHT, colours.sky, colours.haze)
    PAINTERS[motif](canvas, colours, Random(f"{motif} {seed}"))  # noqa: S311 - repeatable on purpose
    return canvas.encoded()


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a finished picture."""
    with Image.open(io.BytesIO(content)) as image:
        return image.size


__all__ = ["MOTIFS", "PALETTES", "logo", "picture", "portrait", "size_of"]
