"""Units, people and posts as they are at an instant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.people import Axis, Post
from engine.store.facts import ROSTER, valid
from engine.store.reader import Reader
from engine.store.statements import DialectName, Statement
from engine.store.tables import duty_grid, grid_cell, person, post, unit


class PersonView(NamedTuple):
    """A person with the posts he holds."""

    id: str
    name: str
    district: str | None
    posts: tuple[Post, ...]


class UnitView(NamedTuple):
    """A unit of the organisation."""

    id: str
    name: str
    district: str | None
    parent: str | None
    kind: str | None
    trade: str | None


class CellView(NamedTuple):
    """A grid cell with its geometry (GeoJSON, integers of 1e-7°)."""

    cell: str
    name: str | None
    district: str | None
    duty_grid: str | None
    geometry: Any


_POST = (post.c.id, post.c.role, post.c.axis, post.c.unit, post.c.district, post.c.duty_grid)
_POSTS = Statement(
    "posts_of_person",
    lambda _: (
        sa.select(*_POST)
        .where(post.c.person == sa.bindparam("person"), valid(post))
        .order_by(post.c.id)
    ),
)


def _above(_: DialectName) -> sa.Executable:
    start = sa.select(sa.bindparam("unit", type_=sa.Text()).label("id"))
    above = start.cte("above", recursive=True)
    parent = sa.select(unit.c.parent).where(
        unit.c.id == above.c.id, unit.c.parent.is_not(None), valid(unit)
    )
    above = above.union(parent)
    return sa.select(above.c.id)


def _below(_: DialectName) -> sa.Executable:
    start = sa.select(sa.bindparam("unit", type_=sa.Text()).label("id"))
    below = start.cte("below", recursive=True)
    child = sa.select(unit.c.id).where(unit.c.parent == below.c.id, valid(unit))
    below = below.union(child)
    return sa.select(below.c.id)


_ABOVE = Statement("units_above", _above)
_BELOW = Statement("units_below", _below)


def list_posts(reader: Reader, person_id: str, *, now: datetime | None) -> list[Post]:
    """The posts a person holds at `now` (None: the database's own clock)."""
    return [_post(row) for row in reader.rows(_POSTS, person=person_id, now=now)]


def list_units_above(reader: Reader, unit_id: str, *, now: datetime | None) -> list[str]:
    """The unit itself and every unit above it."""
    return [row[0] for row in reader.rows(_ABOVE, unit=unit_id, now=now)]


def list_units_around(reader: Reader, unit_id: str, *, now: datetime | None) -> list[str]:
    """The unit itself, every unit above it, and every unit below it."""
    below = [row[0] for row in reader.rows(_BELOW, unit=unit_id, now=now)]
    return sorted({*list_units_above(reader, unit_id, now=now), *below})


def list_roster(
    reader: Reader,
    role: str,
    *,
    now: datetime | None,
    unit_id: str | None = None,
    district: str | None = None,
    grid: str | None = None,
) -> list[str]:
    """The people who hold a post of a role, as the fact `roster` gives them."""
    where = {"unit": unit_id, "district": district, "duty_grid": grid}
    return [row[0] for row in reader.rows(ROSTER, role=role, now=now, **where)]


def find_person(reader: Reader, person_id: str, *, now: datetime) -> PersonView | None:
    """A person, or None when there is none of this id at `now`."""
    found = list_people(reader, now=now, only=[person_id])
    return found[0] if found else None


def list_people(
    reader: Reader,
    *,
    now: datetime,
    only: Sequence[str] | None = None,
    holding: Mapping[str, str] | None = None,
    after_id: str | None = None,
    limit: int | None = None,
) -> list[PersonView]:
    """People with their posts, by id, in two queries; everybody where nothing narrows.

    `holding` are columns of one and the same post that a person must hold.
    """
    people = sa.select(person.c.id, person.c.name, person.c.district).where(_at(person, now))
    if only is not None:
        people = people.where(person.c.id.in_(only))
    if holding:
        wanted = [post.c[name] == value for name, value in holding.items()]
        people = people.where(
            person.c.id.in_(sa.select(post.c.person).where(_at(post, now), *wanted))
        )
    if after_id is not None:
        people = people.where(person.c.id > after_id)
    rows = reader.select(people.order_by(person.c.id).limit(limit))
    every = only is None and not holding and limit is None
    held = _held(reader, now, None if every else [row[0] for row in rows])
    return [
        PersonView(person_id, name, district, tuple(held.get(person_id, ())))
        for person_id, name, district in rows
    ]


def _held(reader: Reader, now: datetime, people: list[str] | None) -> dict[str, list[Post]]:
    """The posts of these people, or of everybody."""
    posts = sa.select(post.c.person, *_POST).where(_at(post, now)).order_by(post.c.id)
    if people is not None:
        posts = posts.where(post.c.person.in_(people))
    held: dict[str, list[Post]] = {}
    for row in reader.select(posts):
        held.setdefault(row[0], []).append(_post(row[1:]))
    return held


def find_unit(reader: Reader, unit_id: str, *, now: datetime) -> UnitView | None:
    """A unit, or None when there is none of this id at `now`."""
    columns = [unit.c[name] for name in UnitView._fields]
    rows = reader.select(sa.select(*columns).where(unit.c.id == unit_id, _at(unit, now)))
    return UnitView(*rows[0]) if rows else None


def list_units(reader: Reader, *, now: datetime) -> list[UnitView]:
    """Every unit."""
    columns = [unit.c[name] for name in UnitView._fields]
    query = sa.select(*columns).where(_at(unit, now)).order_by(unit.c.id)
    return [UnitView(*row) for row in reader.select(query)]


def list_cells(reader: Reader, *, now: datetime) -> list[CellView]:
    """Every grid cell."""
    columns = [grid_cell.c[name] for name in CellView._fields]
    query = sa.select(*columns).where(_at(grid_cell, now)).order_by(grid_cell.c.cell)
    return [CellView(*row) for row in reader.select(query)]


def list_duty_grids(reader: Reader, *, now: datetime) -> list[dict[str, Any]]:
    """Every duty grid with its neighbours."""
    names = ("id", "name", "district", "neighbours")
    query = (
        sa.select(*(duty_grid.c[name] for name in names))
        .where(_at(duty_grid, now))
        .order_by(duty_grid.c.id)
    )
    return [dict(zip(names, row, strict=True)) for row in reader.select(query)]


def _post(row: Sequence[Any]) -> Post:
    post_id, role, axis, *where = row
    return Post(post_id, role, Axis(axis), *where)


def _at(table: sa.Table, now: datetime) -> sa.ColumnElement[bool]:
    open_or_later = sa.or_(table.c.valid_to.is_(None), table.c.valid_to > now)
    return sa.and_(table.c.valid_from <= now, open_or_later)
