"""The grid 单元网格: cells on the map, imported as GeoJSON; duty grids may come with them.

Coordinates arrive in degrees (decimal text, as the wire has no floats) and are kept as integers of
1e-7 degree.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.domain.errors import InvalidRequestError
from engine.domain.evidence import Json, canonical, digest, to_plain
from engine.domain.grid import read_cell
from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.service.administration import ORGANISATION, Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.organisation_tables import check_neighbours, read_organisation
from engine.service.tables import check_unique, refusal, rows_of, text, text_or_none
from engine.store import UnitOfWork
from engine.store.queries.people import list_cells, list_duty_grids
from engine.store.writes.organisation import (
    DutyGridRow,
    GridCellRow,
    put_duty_grids,
    put_grid_cells,
)

_SCALE = Decimal(10) ** 7
_LARGEST = 180 * 10**7


def import_grid(
    inst: Installation, actor: Actor, data: Any, *, idempotency_key: str | None = None
) -> Answer:
    """Imports cells (and `duty_grids`, where the file has them); only what differs is written."""
    cells = read_cells(data)
    grids = read_organisation({"duty_grids": data.get("duty_grids")}).duty_grids
    content = digest(canonical([to_plain(_cell_plain(cell)) for cell in cells]))

    def change(work: UnitOfWork) -> Changed:
        now = work.now()
        with inst.database.reads() as reader:
            known = {c.cell: GridCellRow(**c._asdict()) for c in list_cells(reader, now=now)}
            rows = list_duty_grids(reader, now=now)
        present = {
            r["id"]: DutyGridRow(**{**r, "neighbours": tuple(r["neighbours"])}) for r in rows
        }
        all_grids = present | {grid.id: grid for grid in grids}
        check_neighbours(grids, all_grids)
        _check_duty_grids(cells, all_grids)
        new_grids = [grid for grid in grids if grid != present.get(grid.id)]
        new_cells = [cell for cell in cells if cell != known.get(cell.cell)]
        put_duty_grids(work, (replace(grid, valid_from=now) for grid in new_grids))
        put_grid_cells(work, (replace(cell, valid_from=now) for cell in new_cells))
        counts = {"cells": len(new_cells), "duty_grids": len(new_grids)}
        said = {**counts, "sha256": content}
        events = (Event("grid.entered", said),) if new_cells or new_grids else ()
        return Changed(events, {"counts": counts})

    answer = record(
        inst,
        actor,
        ORGANISATION,
        "import_grid",
        args={"cells": len(cells), "sha256": content},
        change=change,
        idempotency_key=idempotency_key,
    )
    inst.remembered.forget()
    return answer


def read_cells(data: Any) -> list[GridCellRow]:
    """The cells of a FeatureCollection; a refusal names the feature."""
    features = rows_of(data, "features")
    if data.get("type") != "FeatureCollection":
        raise refusal("type", "is not FeatureCollection: the grid is a GeoJSON file")
    cells = [_cell(feature, f"features/{n}") for n, feature in enumerate(features)]
    check_unique((cell.cell for cell in cells), "features")
    return cells


def _cell(feature: Mapping[str, Any], place: str) -> GridCellRow:
    found, geometry = feature.get("properties"), feature.get("geometry")
    if not isinstance(found, Mapping):
        raise refusal(f"{place}/properties", "is not an object")
    inner = f"{place}/properties"
    code = text(found, "cell", inner)
    return GridCellRow(
        cell=code,
        name=text_or_none(found, "name", inner),
        district=text(found, "district", inner),
        duty_grid=text_or_none(found, "duty_grid", inner),
        geometry=None if geometry is None else _geometry(code, geometry, f"{place}/geometry"),
    )


def _geometry(code: str, geometry: Any, place: str) -> Json:
    if not isinstance(geometry, Mapping):
        raise refusal(place, "is not an object")
    kept: dict[str, Any] = {
        "coordinates": _scaled(geometry.get("coordinates"), f"{place}/coordinates"),
        "type": geometry.get("type"),
    }
    try:
        read_cell(code, kept)
    except InvalidRequestError as exc:
        raise refusal(place, exc.message) from exc
    return kept


def _scaled(value: Any, place: str) -> Any:
    """Degrees as integers of 1e-7; lists stay lists."""
    if isinstance(value, list):
        return [_scaled(item, f"{place}/{n}") for n, item in enumerate(value)]
    try:
        degrees = Decimal(str(value))
        scaled = (degrees * _SCALE).to_integral_value()
    except (ArithmeticError, ValueError) as exc:
        raise refusal(place, f"is not a number of degrees: {value!r}") from exc
    if not degrees.is_finite() or abs(scaled) > _LARGEST:
        raise refusal(place, f"lies beyond 180 degrees: {value!r}")
    return int(scaled)


def _check_duty_grids(cells: list[GridCellRow], grids: Mapping[str, DutyGridRow]) -> None:
    for n, cell in enumerate(cells):
        if cell.duty_grid is not None and cell.duty_grid not in grids:
            place = f"features/{n}/properties/duty_grid"
            raise refusal(place, f"names {cell.duty_grid!r}, which is no duty grid")


def _cell_plain(cell: GridCellRow) -> dict[str, Any]:
    names = ("cell", "name", "district", "duty_grid", "geometry")
    return {name: getattr(cell, name) for name in names}
