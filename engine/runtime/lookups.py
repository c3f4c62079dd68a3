"""What the runtime hands to handlers: the city's cells and units, and the case's catalog.

Copies are kept as long as nothing was imported, at most a minute: rows are valid from and to an
instant, and that passes without an import.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.domain.grid import Cell, read_cell
from engine.domain.handlers import Unit
from engine.service.installation import Installation
from engine.store.queries.case import find_snapshot
from engine.store.queries.city import CityVersion, city_version
from engine.store.queries.people import CellView, UnitView, list_cells, list_units
from engine.store.queries.releases import read_catalog

_KEPT_FOR = timedelta(minutes=1)
_CATALOGS_KEPT = 8

Catalog = Mapping[tuple[str, int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _City:
    version: CityVersion
    read_at: datetime
    cells: tuple[CellView, ...]
    units: tuple[Unit, ...]


class CityLookups:
    """Shared by the workers of a node."""

    def __init__(self, inst: Installation) -> None:
        self._inst = inst
        self._guard = threading.Lock()
        self._city: _City | None = None
        self._cells: tuple[Cell, ...] | None = None
        self._catalogs: dict[str, Catalog] = {}

    def of_case(self, case_id: str) -> "CaseLookups":
        """Lookups of a handler that works for this case."""
        return CaseLookups(self, case_id)

    def cells(self) -> Sequence[Cell]:
        """Every cell that has a geometry."""
        with self._guard:
            city = self._fresh()
            if self._cells is None:
                drawn = [c for c in city.cells if c.geometry is not None]
                self._cells = tuple(read_cell(c.cell, c.geometry) for c in drawn)
            return self._cells

    def units(self) -> Sequence[Unit]:
        with self._guard:
            return self._fresh().units

    def catalog_of(self, case_id: str) -> Catalog:
        """The catalog version that the case pins; a version never changes."""
        with self._inst.database.reads() as reader:
            snapshot = find_snapshot(reader, case_id)
            if snapshot is None:
                return {}
            version = snapshot.pins.catalog
            with self._guard:
                found = self._catalogs.get(version)
            if found is None:
                found = {
                    (row["class"], row["condition"]): row for row in read_catalog(reader, version)
                }
        with self._guard:
            while len(self._catalogs) >= _CATALOGS_KEPT:
                self._catalogs.pop(next(iter(self._catalogs)))
            self._catalogs[version] = found
        return found

    def _fresh(self) -> _City:
        now = self._inst.lease_clock.now()
        with self._inst.database.reads() as reader:
            version = city_version(reader)
            old = self._city
            if old is not None and old.version == version and now - old.read_at < _KEPT_FOR:
                return old
            at = self._inst.now()
            city = _City(
                version,
                now,
                tuple(list_cells(reader, now=at)),
                tuple(_unit(view) for view in list_units(reader, now=at)),
            )
        if old is None or old.cells != city.cells:
            self._cells = None
        self._city = city
        return city


@dataclass(frozen=True, slots=True)
class CaseLookups:
    """The city, and the catalog as one case pins it."""

    city: CityLookups
    case_id: str

    def cells(self) -> Sequence[Cell]:
        return self.city.cells()

    def units(self) -> Sequence[Unit]:
        return self.city.units()

    def catalog_row(self, class_code: str, condition: int) -> Mapping[str, Any] | None:
        return self.city.catalog_of(self.case_id).get((class_code, condition))


def _unit(view: UnitView) -> Unit:
    return Unit(view.id, view.name, view.kind, view.district, view.trade)
