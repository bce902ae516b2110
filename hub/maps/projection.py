"""From latitude and longitude to the drawing of Europe.

The projection is ETRS89-LAEA Europe (EPSG:3035), which the EU's own statistical maps use: Lambert azimuthal equal area
on the ellipsoid GRS 1980. The formulas are those of method 9820 in IOGP's Guidance Note 7-2.
"""

from __future__ import annotations

from math import asin, atanh, cos, radians, sin, sqrt

type Point = tuple[float, float]

SEMI_MAJOR_AXIS = 6_378_137.0  # metres
FLATTENING = 1 / 298.257222101
CENTRE = (radians(52), radians(10))
FALSE_EASTING, FALSE_NORTHING = 4_321_000.0, 3_210_000.0  # metres

ECCENTRICITY = sqrt(2 * FLATTENING - FLATTENING**2)

# The drawing, from Iceland to Georgia and from Crete to the North Cape.
LEFT, TOP = 2_520_000, 5_470_000  # metres of the projection
METRES_PER_UNIT = 2_000
WIDTH, HEIGHT = 2_400, 2_080  # units


def _authalic(latitude: float) -> float:
    """The q of the formulas: what makes areas equal on an ellipsoid. In radians."""
    scaled = ECCENTRICITY * sin(latitude)
    return (1 - ECCENTRICITY**2) * (sin(latitude) / (1 - scaled**2) + atanh(scaled) / ECCENTRICITY)


POLE = _authalic(radians(90))
RADIUS = SEMI_MAJOR_AXIS * sqrt(POLE / 2)
BETA = asin(_authalic(CENTRE[0]) / POLE)
STRETCH = SEMI_MAJOR_AXIS * cos(CENTRE[0]) / (sqrt(1 - (ECCENTRICITY * sin(CENTRE[0])) ** 2) * RADIUS * cos(BETA))


def project(latitude: float, longitude: float) -> Point:
    """Easting and northing in metres of a place given in degrees. The antipode of the centre has none."""
    beta = asin(_authalic(radians(latitude)) / POLE)
    away = radians(longitude) - CENTRE[1]
    nearness = 1 + sin(BETA) * sin(beta) + cos(BETA) * cos(beta) * cos(away)
    scale = RADIUS * sqrt(2 / nearness)
    return (
        FALSE_EASTING + scale * STRETCH * cos(beta) * sin(away),
        FALSE_NORTHING + scale / STRETCH * (cos(BETA) * sin(beta) - sin(BETA) * cos(beta) * cos(away)),
    )


def on_drawing(latitude: float, longitude: float) -> Point:
    """The same in units of the drawing, whose origin is its upper left corner."""
    easting, northing = project(latitude, longitude)
    return (easting - LEFT) / METRES_PER_UNIT, (TOP - northing) / METRES_PER_UNIT


def is_on_drawing(point: Point) -> bool:
    return 0 <= point[0] <= WIDTH and 0 <= point[1] <= HEIGHT
