from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import InvalidRequestError
from engine.domain.grid import Cell, Point, find_cell, read_cell

SQUARE = Cell("b", ((Point(0, 0), Point(10, 0), Point(10, 10), Point(0, 10), Point(0, 0)),))
EAST = Cell("a", ((Point(10, 0), Point(20, 0), Point(20, 10), Point(10, 10)),))
HOLED = Cell("h", (*SQUARE.rings, (Point(4, 4), Point(6, 4), Point(6, 6), Point(4, 6))))
coordinates = st.integers(-20, 20)
points = st.builds(Point, coordinates, coordinates)


@pytest.mark.parametrize(
    ("point", "side"),
    [
        (Point(5, 5), "inside"),
        (Point(0, 5), "border"),
        (Point(10, 10), "border"),
        (Point(11, 5), "outside"),
        (Point(5, -1), "outside"),
    ],
)
def test_cell_tells_on_which_side_a_point_lies(point: Point, side: str) -> None:
    assert SQUARE.side(point) == side


def test_point_in_a_hole_is_outside() -> None:
    assert HOLED.side(Point(5, 5)) == "outside"
    assert HOLED.side(Point(4, 5)) == "border"
    assert HOLED.side(Point(2, 5)) == "inside"


def test_point_on_a_shared_border_belongs_to_the_smaller_code_in_any_order() -> None:
    shared = Point(10, 5)
    assert find_cell([SQUARE, EAST], shared) == EAST
    assert find_cell([EAST, SQUARE], shared) == EAST


def test_point_in_no_cell_finds_none() -> None:
    assert find_cell([SQUARE, EAST], Point(30, 5)) is None


@given(st.lists(points, min_size=3, max_size=7), points)
def test_side_agrees_with_the_winding_of_exact_fractions(ring: list[Point], point: Point) -> None:
    """The rule of the odd number of crossings, worked out with fractions instead of signs."""
    edges = list(zip(ring, ring[1:] + ring[:1], strict=True))
    crossings = 0
    for start, end in edges:
        if (start.y > point.y) != (end.y > point.y):
            share = Fraction(point.y - start.y, end.y - start.y)
            crossings += point.x < start.x + share * (end.x - start.x)
    found = Cell("c", (tuple(ring),)).side(point)
    if found != "border":
        assert (found == "inside") == (crossings % 2 == 1)


def test_multi_polygon_is_read_with_all_its_rings() -> None:
    square = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    far = [[9, 9], [10, 9], [10, 10], [9, 9]]
    cell = read_cell("m", {"type": "MultiPolygon", "coordinates": [[square], [far]]})
    assert len(cell.rings) == 2


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[["1.5", "2"]]]},
        {"type": "Polygon", "coordinates": [[[1.5, 2]]]},
    ],
)
def test_geometry_that_is_no_polygon_of_integers_is_refused_by_cell(geometry: Any) -> None:
    with pytest.raises(InvalidRequestError, match="cell 007"):
        read_cell("007", geometry)
