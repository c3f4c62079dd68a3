"""locate_grid 定位网格: the cell of the unit grid in which the reported place lies.

in: `place` {x, y} in integers of 1e-7 degree. out: `grid_cell`. Error: NO_GRID.
"""

from collections.abc import Mapping

from engine.domain.errors import HandlerRefusedError
from engine.domain.evidence import Json
from engine.domain.grid import Point, find_cell
from engine.domain.handlers import HandlerContext

NO_GRID = "NO_GRID"


def locate_grid(variables: Mapping[str, Json], context: HandlerContext) -> Mapping[str, Json]:
    """Finds the cell; refuses with NO_GRID when there is no place, or no cell around it."""
    place = variables.get("place")
    point = _point(place)
    if point is None:
        raise HandlerRefusedError(NO_GRID, "the report has no place with x and y", place=place)
    cell = find_cell(context.lookups.cells(), point)
    if cell is None:
        raise HandlerRefusedError(
            NO_GRID, f"no grid cell lies around x={point.x}, y={point.y}", place=place
        )
    return {"grid_cell": cell.code}


def _point(place: Json) -> Point | None:
    if not isinstance(place, dict):
        return None
    x, y = place.get("x"), place.get("y")
    return Point(x, y) if isinstance(x, int) and isinstance(y, int) else None
