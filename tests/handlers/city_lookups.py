"""Lookups out of a dictionary: the city that handlers are tried with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.grid import Cell
from engine.domain.handlers import HandlerContext, Unit


@dataclass(frozen=True, slots=True)
class ListedCity:
    """What a test says there is."""

    listed_cells: tuple[Cell, ...] = ()
    listed_units: tuple[Unit, ...] = ()
    catalog: Mapping[tuple[str, int], Mapping[str, Any]] | None = None

    def cells(self) -> Sequence[Cell]:
        return self.listed_cells

    def units(self) -> Sequence[Unit]:
        return self.listed_units

    def catalog_row(self, class_code: str, condition: int) -> Mapping[str, Any] | None:
        return (self.catalog or {}).get((class_code, condition))


def context(city: ListedCity) -> HandlerContext:
    return HandlerContext("case-1.0.7", "case-1", "some_element", 1, city)
