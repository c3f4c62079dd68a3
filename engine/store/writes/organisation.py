"""Writing units, people, posts and places, with the time from which they are so.

A row that begins ends the earlier one of the same id, unless that had an end already. Rows of one
id are written in the order of time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.clock import to_wire
from engine.domain.errors import ConflictError
from engine.domain.evidence import Json
from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.expressions import one_of
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


def _find_later(table: sa.Table, key: str) -> Statement:
    def build(_: DialectName) -> sa.Executable:
        since = sa.bindparam("since", type_=table.c.valid_from.type)
        return (
            sa.select(table.c[key].label("id"))
            .where(one_of(table.c[key], "ids"), table.c.valid_from > since)
            .order_by(table.c[key])
            .limit(sa.literal_column("1"))
        )

    return Statement(f"later_{table.name}", build)


class _Writes(NamedTuple):
    """What is sent to write rows of one table: look for later ones, end earlier ones, put."""

    find_later: Statement
    end: Statement
    put: Statement


def _writes(table: sa.Table, key: str) -> _Writes:
    return _Writes(_find_later(table, key), _end_earlier(table, key), upsert(table))


_UNITS = _writes(tables.unit, "id")
_PEOPLE = _writes(tables.person, "id")
_POSTS = _writes(tables.post, "id")
_DUTY_GRIDS = _writes(tables.duty_grid, "id")
_CELLS = _writes(tables.grid_cell, "cell")


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


def _put(work: UnitOfWork, writes: _Writes, rows: Iterable[Any], key: str) -> None:
    """ConflictError when something is so from a later time: two rows of one id would be open."""
    given = list(rows)
    for since in sorted({row.valid_from for row in given}):
        ids = [getattr(row, key) for row in given if row.valid_from == since]
        later = work.ask([Call(writes.find_later, {"ids": ids, "since": since})])[0].rows
        if later:
            raise ConflictError(
                f"{later[0][0]} was changed at a later time than {to_wire(since)}; what has been "
                "entered is not changed for the time before",
                id=later[0][0],
            )
    for row in given:
        work.write(writes.end, {"old": getattr(row, key), "since": row.valid_from})
        work.write(writes.put, row)
