"""The map of Europe: its projection, its shapes, and the marks on it."""

import gzip
import re
from itertools import combinations
from math import dist
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.maps.drawing import APART, WHOLE, WIDE, Spot, box_around, box_of, countries, draw, grouped, locate
from hub.maps.make import DRAWING, contains
from hub.maps.projection import HEIGHT, WIDTH, on_drawing, project

SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 12 * 1024  # bytes, compressed


def shape(code):
    """The rings of a country as points."""
    path = ElementTree.fromstring(DRAWING.read_text()).find(f".//{SVG}path[@id='{code}']")
    assert path is not None
    rings = []
    for start, line in re.findall(r"M([^l]+)l([^z]+)z", path.get("d", "")):
        x, y = map(int, re.findall(r"-?\d+", start))
        ring = [(x, y)]
        steps = [int(number) for number in re.findall(r"-?\d+", line)]
        for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
            x, y = x + step_x, y + step_y
            ring.append((x, y))
        rings.append(ring)
    return rings


def is_in(code, latitude, longitude):
    return sum(contains(ring, on_drawing(latitude, longitude)) for ring in shape(code)) % 2 == 1


def city(label, latitude, longitude, works=1, country="DE"):
    return Spot(label, f"/{label}/", country, (label,), works, position=(latitude, longitude))


def test_the_projection_is_that_of_the_registry():
    """The example of EPSG Guidance Note 7-2 for ETRS89-LAEA."""
    assert project(50, 5) == pytest.approx((3962799.45, 2999718.85), abs=0.01)


def test_the_shapes_are_small_and_those_of_the_table():
    drawing = DRAWING.read_bytes()
    assert len(gzip.compress(drawing, 9)) <= LARGEST
    assert [path.get("id") for path in ElementTree.fromstring(drawing).iter(f"{SVG}path")] == list(countries())


@pytest.mark.parametrize(
    ("code", "latitude", "longitude"),
    [
        ("DE", 52.52, 13.405),
        ("AT", 48.2082, 16.3738),
        ("PL", 50.0647, 19.945),
        ("PT", 39.5, -8.2),
        ("LU", 49.61, 6.13),
        ("XK", 42.66, 21.16),
        ("UA", 45.0, 34.1),  # Simferopol
        ("CY", 35.3, 33.4),  # the north of the island
    ],
)
def test_a_city_is_in_the_shape_of_its_country_alone(code, latitude, longitude):
    assert [each for each in countries() if is_in(each, latitude, longitude)] == [code]


def test_the_point_of_a_country_is_in_it():
    outside = [
        code for code, country in countries().items() if not any(contains(r, country.inside) for r in shape(code))
    ]
    assert set(outside) <= {"MC", "SM", "VA"}, "smaller than the drawing can show"


spots = st.lists(st.tuples(st.floats(30, 72), st.floats(-30, 60), st.integers(0, 500)), max_size=60).map(
    lambda rows: [city(f"c{at}", *row) for at, row in enumerate(rows)]
)


@given(spots)
@settings(max_examples=30, deadline=None)
def test_every_place_is_on_the_map_or_named_beside_it_and_marks_keep_their_distance(places):
    drawing = draw(places, lambda group: "/together/")
    for layer in drawing.layers:
        marked = [spot for mark in layer.marks for spot in mark.spots]
        assert sorted(spot.label for spot in (*marked, *drawing.beyond)) == sorted(spot.label for spot in places)
    wide = drawing.layers[1]
    assert wide.name == "wide"
    for one, other in combinations(wide.marks, 2):
        assert dist((float(one.x), float(one.y)), (float(other.x), float(other.y))) > APART * WHOLE.pixel(WIDE) - 2


def test_a_group_is_where_its_first_place_is():
    a, b, c = city("a", 50, 4), city("b", 50.1, 4.1), city("c", 60, 20)
    groups = grouped([(spot, spot.point) for spot in (a, b, c)], 50)
    assert [[spot.label for spot in members] for _point, members in groups] == [["a", "b"], ["c"]]
    assert groups[0][0] == a.point


@given(st.lists(st.tuples(st.floats(0, WIDTH), st.floats(0, HEIGHT)), max_size=5))
def test_a_part_of_the_map_holds_its_points_and_stays_on_the_map(points):
    box = box_around(points)
    assert -0.01 <= box.left <= WIDTH - box.width + 0.01
    assert -0.01 <= box.top <= HEIGHT - box.height + 0.01
    assert all(
        box.left - 0.01 <= x <= box.left + box.width + 0.01 and box.top - 0.01 <= y <= box.top + box.height + 0.01
        for x, y in points
    )


def test_a_country_without_cities_has_a_mark_and_one_with_cities_is_shaded_only():
    sweden = Spot("Sweden", "/se/", "SE", ("se",), 3, is_country=True)
    germany = Spot("Germany", "/de/", "DE", ("de",), 9, is_country=True)
    drawing = draw([sweden, germany, city("Köln", 50.9, 6.9)], lambda group: "")
    assert {mark.said for mark in drawing.layers[0].marks} == {"Sweden: 3 works", "Köln: 1 work"}
    assert [(area.spot.label, area.shade) for area in drawing.areas] == [("Sweden", 1), ("Germany", 3)]


def test_what_is_beyond_the_map():
    bogota = city("Bogotá", 4.7, -74.1, country="CO")
    nowhere = Spot("Nowhere", "/nowhere/", "DE", ("nowhere",), 1)
    japan = Spot("Japan", "/jp/", "JP", ("jp",), 1, is_country=True)
    drawing = draw([bogota, nowhere, japan], lambda group: "")
    assert [spot.label for spot in drawing.beyond] == ["Bogotá", "Nowhere", "Japan"]
    assert not any(layer.marks for layer in drawing.layers)
    assert box_of([bogota, japan]).is_whole
    assert locate(bogota, []) is None
    assert locate(japan, [bogota]) is None
