"""Cells of the unit grid 单元网格 on the map: in which cell does a point lie.

Coordinates are integers of 1e-7 degree, and so is the arithmetic: no rounding decides to whom a
case belongs. Knows nothing of projections; a cell is small enough to be flat.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from engine.domain.errors import InvalidRequestError

Side = Literal["inside", "border", "outside"]


class Point(NamedTuple):
    """A place; `x` is the longitude."""

    x: int
    y: int


Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell and its rings. A point within an odd number of rings is inside; holes need no more."""

    code: str
    rings: tuple[Ring, ...]
    _low: Point = field(init=False, repr=False)
    _high: Point = field(init=False, repr=False)

    def __post_init__(self) -> None:
        points = [point for ring in self.rings for point in ring] or [Point(0, 0)]
        low = Point(min(p.x for p in points), min(p.y for p in points))
        high = Point(max(p.x for p in points), max(p.y for p in points))
        object.__setattr__(self, "_low", low)
        object.__setattr__(self, "_high", high)

    def side(self, point: Point) -> Side:
        """Where the point lies."""
        low, high = self._low, self._high
        if not (low.x <= point.x <= high.x and low.y <= point.y <= high.y):
            return "outside"
        crossings = 0
        for ring in self.rings:
            for start, end in zip(ring, (*ring[1:], *ring[:1]), strict=True):
                if _on_edge(start, end, point):
                    return "border"
                crossings += _crosses(start, end, point)
        return "inside" if crossings % 2 else "outside"


def find_cell(cells: Iterable[Cell], point: Point) -> Cell | None:
    """The cell around a point. On a border the smallest code wins, so that the answer is one."""
    touched: list[Cell] = []
    for cell in cells:
        side = cell.side(point)
        if side == "inside":
            return cell
        if side == "border":
            touched.append(cell)
    return min(touched, key=lambda cell: cell.code, default=None)


def read_cell(code: str, geometry: Mapping[str, Any] | None) -> Cell:
    """A cell from a GeoJSON Polygon or MultiPolygon; InvalidRequestError names the cell."""
    kind = None if geometry is None else geometry.get("type")
    if geometry is None or kind not in ("Polygon", "MultiPolygon"):
        raise InvalidRequestError(f"cell {code} has no Polygon or MultiPolygon", cell=code)
    found = geometry.get("coordinates") or ()
    polygons = [found] if kind == "Polygon" else found
    try:
        rings = [_ring(ring) for polygon in polygons for ring in polygon]
    except (TypeError, ValueError) as exc:
        raise InvalidRequestError(f"cell {code}: {exc}", cell=code) from exc
    return Cell(code, tuple(rings))


def _ring(positions: Sequence[Sequence[Any]]) -> Ring:
    points = []
    for x, y, *_ in positions:
        if not (isinstance(x, int) and isinstance(y, int)):
            raise TypeError(f"[{x}, {y}] are not integers of 1e-7 degree")
        points.append(Point(x, y))
    return tuple(points)


def _turn(start: Point, end: Point, point: Point) -> int:
    """Positive when the point lies to the left of the way from start to end, 0 on its line."""
    return (end.x - start.x) * (point.y - start.y) - (end.y - start.y) * (point.x - start.x)


def _on_edge(start: Point, end: Point, point: Point) -> bool:
    between = min(start.x, end.x) <= point.x <= max(start.x, end.x) and min(
        start.y, end.y
    ) <= point.y <= max(start.y, end.y)
    return between and _turn(start, end, point) == 0


def _crosses(start: Point, end: Point, point: Point) -> bool:
    """Whether a ray to the east meets the edge; an end counts for the upper edge only."""
    if (start.y > point.y) is (end.y > point.y):
        return False
    return (_turn(start, end, point) > 0) is (end.y > start.y)
