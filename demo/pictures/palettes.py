"""The colours of the pictures. One family, six moods: each main theme has its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    sky: str
    haze: str  # where the sky meets the ground
    far: str  # what is far away
    ground: str
    paving: str
    light: str
    ink: str
    water: str
    leaves: tuple[str, str, str]  # dark to light
    hues: tuple[str, str, str, str, str]  # strong, warm, deep, pale, sand


PALETTES = (
    Palette(  # petrol and coral
        "#bcdcdc", "#f6eddd", "#9cc4c3", "#dfd0b3", "#efe6d3", "#fdf9f1", "#17383f", "#5aa3b0",
        ("#2b6f6a", "#3e8e7e", "#86b89d"), ("#de7258", "#e9b44c", "#1f6672", "#8fc0bb", "#f2d3a0"),
    ),
    Palette(  # ocean and orange
        "#b3d8ea", "#f8f1e2", "#8ab8d2", "#d5dfe0", "#eaf0ee", "#fcfaf4", "#0f2f52", "#3f88b5",
        ("#2f6f73", "#4c9488", "#93c2ab"), ("#f09a4e", "#f6c667", "#14567f", "#93c1dc", "#f5dcb6"),
    ),
    Palette(  # meadow and mustard
        "#d3e6cc", "#f9f4de", "#a9c9a4", "#cfd3a0", "#ece8cb", "#fdfbf0", "#20402f", "#76b3ac",
        ("#3a7350", "#5d9a5f", "#a5c57f"), ("#d9683f", "#e8b840", "#2f6f57", "#aecb95", "#f3dfa0"),
    ),
    Palette(  # plum and rose
        "#dcd3ea", "#fcefe9", "#b9a9d0", "#dcc9d3", "#f2e6e8", "#fdf8f6", "#352449", "#7f93c4",
        ("#4e6f72", "#71968a", "#a9c3ae"), ("#c65f82", "#e9b25a", "#5f3f83", "#c3b0da", "#f3d4c0"),
    ),
    Palette(  # brick and teal
        "#f3d3b8", "#fcf2e3", "#dfae90", "#dcbf9f", "#f1e1cb", "#fefaf2", "#43242a", "#6fa3a6",
        ("#526f4a", "#75905c", "#adb884"), ("#c4513a", "#ee9a48", "#3f7d80", "#ecbfa4", "#f6dcae"),
    ),
    Palette(  # dusk
        "#3a4a7f", "#f5b694", "#6d6f9f", "#4a4b74", "#6a668e", "#fff2df", "#1a2144", "#56699f",
        ("#24475a", "#35676f", "#5f9088"), ("#ef6f5e", "#f8b661", "#31407a", "#a9b2dc", "#fbd9a9"),
    ),
)  # fmt: skip
