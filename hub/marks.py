"""A colour and a drawn mark for each main theme, shared by the themes below it."""

from __future__ import annotations

# Drawn by us on a field of 24 by 24. `.5` is the second tone: the same colour at half its strength.
BLOCKS = """
<path d="M2 2h9v9H2z"/><path opacity=".5" d="M13 2h9v9h-9z"/>
<path opacity=".5" d="M2 13h9v9H2z"/><path d="M13 13h9a9 9 0 0 1-9 9z"/>
"""
RASTER = """
<circle cx="5" cy="5" r="3"/><circle cx="12" cy="5" r="3"/><circle cx="19" cy="5" r="1.5" opacity=".5"/>
<circle cx="5" cy="12" r="1.5" opacity=".5"/><circle cx="12" cy="12" r="3"/><circle cx="19" cy="12" r="3"/>
<circle cx="5" cy="19" r="1.5" opacity=".5"/><circle cx="12" cy="19" r="1.5" opacity=".5"/>
<circle cx="19" cy="19" r="3"/>
"""
LEAVES = """
<path d="M11.5 22C6 22 2 18 2 12V9.5h2c4.5 0 7.5 3.5 7.5 8z"/>
<path opacity=".5" d="M12.5 22v-9C12.5 7 16 2 22 2v7c0 8-4 13-9.5 13z"/>
"""
CIRCLES = """
<circle cx="9" cy="12" r="7" opacity=".5"/>
<path d="M15 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm0 3.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"/>
"""
STEPS = """
<path opacity=".5" d="M2 15h5.5v7H2z"/><path d="M9.25 8.5h5.5V22h-5.5z"/><path opacity=".5" d="M16.5 2H22v20h-5.5z"/>
"""
WEAVE = """
<path d="M5 2h5v9H5zM5 19h5v3H5zM14 2h5v3h-5zM14 13h5v9h-5z"/>
<path opacity=".5" d="M2 13h10v5H2zM21 13h1v5h-1zM2 6h1v4H2zM12 6h10v5H12z"/>
"""
WAVES = """
<path d="M2 8c3.3-4 6.7-4 10 0s6.7 4 10 0v4c-3.3 4-6.7 4-10 0s-6.7-4-10 0z"/>
<path opacity=".5" d="M2 16c3.3-4 6.7-4 10 0s6.7 4 10 0v4c-3.3 4-6.7 4-10 0s-6.7-4-10 0z"/>
"""
RINGS = """
<path opacity=".5" d="M2 22A20 20 0 0 1 22 2v5A15 15 0 0 0 7 22z"/>
<path d="M10 22a12 12 0 0 1 12-12v5a7 7 0 0 0-7 7zM18.5 22a3.5 3.5 0 0 1 3.5-3.5V22z"/>
"""
MARKS = tuple(drawing.replace("\n", "") for drawing in (BLOCKS, RASTER, LEAVES, CIRCLES, STEPS, WEAVE, WAVES, RINGS))
# --theme-0 to --theme-7 of the light scheme in hub.css.
COLOUR_VALUES = ("#135a66", "#1d5691", "#2f6a3c", "#78397f", "#9c3a20", "#40479a", "#75590a", "#9a2c58")
COLOURS = len(COLOUR_VALUES)


def mark(rank: int) -> str:
    """The drawing for the main theme of this rank (0 for the first)."""
    return MARKS[rank % len(MARKS)]


def colour(rank: int) -> int:
    """The number of its colour. Beyond eight main themes, colours meet other marks before a pair comes again."""
    return (rank + rank // COLOURS) % COLOURS
