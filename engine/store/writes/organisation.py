"""Writing units, people, posts and places, with the time from which they are so.

A row that begins ends the earlier one of the same id, unless that had an end already.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.evidence import Json
from engine.store import tables
from engine.store.statements import DialectName, Statement, upsert
from engine.store.types import EPOCH
from engine.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRow:
    """A department, crew, centre or district office."""

    id: str
    name: str
    district: str | None = None
    parent: str | None = None
    kind: str | None = None
    trade: str | None = None
    valid_from: datetime = EPOCH
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """Somebody who works here."""

    id: str
    name: str
    district: str | None = None
    valid_from: datetime = EPOCH
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post of a person."""

    id: str
    person: str
    role: str
    axis: str
    unit: str | None = None
    district: str | None = None
    duty_grid: str | None = None
    valid_from: datetime = EPOCH
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyGridRow:
    """A duty grid 责任网格 and the ones beside it."""

    id: str
    name: str | None = None
    district: str | None = None
    neighbours: tuple[str, ...] = ()
    valid_from: datetime = EPOCH
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCellRow:
    """A cell 单元网格."""

    cell: str
    name: str | None = None
    district: str | None = None
    duty_grid: str | None = None
    geometry: Json = None
    valid_from: datetime = EPOCH
    valid_to: datetime | None = None


def _end_earlier(table: sa.Table, key: str) -> Statement:
    def build(_: DialectName) -> sa.Executable:
        return (
            sa.update(table)
            .where(
                table.c[key] == sa.bindparam("old"),
                table.c.valid_from < sa.bindparam("since", type_=table.c.valid_from.type),
                table.c.valid_to.is_(None),
            )
            .values(valid_to=sa.bindparam("since", type_=table.c.valid_from.type))
        )

    return Statement(f"end_{table.name}", build)


def _pair(table: sa.Table, key: str) -> tuple[Statement, Statement]:
    return _end_earlier(table, key), upsert(table)


_UNITS = _pair(tables.unit, "id")
_PEOPLE = _pair(tables.person, "id")
_POSTS = _pair(tables.post, "id")
_DUTY_GRIDS = _pair(tables.duty_grid, "id")
_CELLS = _pair(tables.grid_cell, "cell")


def put_units(work: UnitOfWork, rows: Iterable[UnitRow]) -> None:
    """Writes units."""
    _put(work, _UNITS, rows, "id")


def put_people(
    work: UnitOfWork, people: Iterable[PersonRow], posts: Iterable[PostRow] = ()
) -> None:
    """Writes people and their posts."""
    _put(work, _PEOPLE, people, "id")
    _put(work, _POSTS, posts, "id")


def put_duty_grids(work: UnitOfWork, rows: Iterable[DutyGridRow]) -> None:
    """Writes duty grids."""
    _put(work, _DUTY_GRIDS, rows, "id")


def put_grid_cells(work: UnitOfWork, rows: Iterable[GridCellRow]) -> None:
    """Writes grid cells."""
    _put(work, _CELLS, rows, "cell")


def _put(
    work: UnitOfWork, statements: tuple[Statement, Statement], rows: Iterable[Any], key: str
) -> None:
    end, put = statements
    for row in rows:
        work.write(end, {"old": getattr(row, key), "since": row.valid_from})
        work.write(put, row)
