"""Facts a decision reads from outside the case, one statement a kind (`engine/domain/facts.py`)."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.calendars import Calendar
from engine.domain.errors import StoreError
from engine.domain.evidence import Json, canonical, digest
from engine.domain.rows import Pins
from engine.store import tables
from engine.store.drivers.session import Call, Outcome
from engine.store.expressions import now_or
from engine.store.statements import DialectName, Statement, upsert

Shape = Callable[[Outcome], Json]


class FactQuery(NamedTuple):
    """What to ask for a fact, and how its answer becomes the fact."""

    call: Call
    shape: Shape


def valid(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether a row is valid at the parameter `now` (NULL: the database's own clock)."""
    return sa.and_(
        table.c.valid_from <= now_or("now"),
        sa.or_(table.c.valid_to.is_(None), table.c.valid_to > now_or("now")),
    )


def _object(table: sa.Table, key: str, *columns: str) -> Statement:
    """The valid row of a key."""
    query = sa.select(*(table.c[name] for name in columns)).where(
        table.c[key] == sa.bindparam("id"), valid(table)
    )
    return Statement(f"fact_{table.name}", lambda _: query)


_UNIT = ("district", "id", "kind", "name", "parent")
_GRID = ("cell", "district", "duty_grid", "name")
_DUTY_GRID = ("district", "id", "neighbours")
_POST = ("axis", "district", "duty_grid", "id", "role", "unit")


def _posts(_: DialectName) -> sa.Executable:
    post = tables.post
    return (
        sa.select(*(post.c[name] for name in _POST))
        .where(post.c.person == sa.bindparam("person"), valid(post))
        .order_by(post.c.id)
    )


def _catalog(_: DialectName) -> sa.Executable:
    row = tables.catalog_row
    return sa.select(row.c.content).where(
        row.c.version == sa.bindparam("version"),
        row.c.class_code == sa.bindparam("class_code"),
        row.c.condition == sa.bindparam("condition"),
    )


def _roster(_: DialectName) -> sa.Executable:
    # A post of the whole city (no district) is on every district's roster; a unit's roster holds
    # the crews below it.
    post, unit = tables.post, tables.unit
    wanted = sa.bindparam("unit", type_=sa.Text())
    below = sa.select(wanted.label("id")).cte("below", recursive=True)
    child = sa.select(unit.c.id).where(unit.c.parent == below.c.id, valid(unit))
    below = below.union(child)
    district = sa.bindparam("district", type_=sa.Text())
    grid = sa.bindparam("duty_grid", type_=sa.Text())
    return (
        sa.select(post.c.person)
        .where(
            post.c.role == sa.bindparam("role"),
            valid(post),
            sa.or_(sa.cast(wanted, sa.Text()).is_(None), post.c.unit.in_(sa.select(below.c.id))),
            sa.or_(
                sa.cast(district, sa.Text()).is_(None),
                post.c.district.is_(None),
                post.c.district == district,
            ),
            sa.or_(sa.cast(grid, sa.Text()).is_(None), post.c.duty_grid == grid),
        )
        .distinct()
        .order_by(post.c.person)
    )


def _attached(_: DialectName) -> sa.Executable:
    table = tables.attachment
    return sa.select(table.c.media_type).where(
        table.c.case_id == sa.bindparam("case_id"), table.c.sha256 == sa.bindparam("sha256")
    )


def _take_number(dialect: DialectName) -> sa.Executable:
    counter = tables.case_counter
    put = upsert(counter, taken=counter.c.taken + 1).build(dialect)
    assert isinstance(put, sa.Insert)
    bound: dict[str, Any] = {name: sa.bindparam(name) for name in ("district", "day")}
    return put.values({**bound, "taken": 1}).returning(counter.c.taken)


def _calendar(_: DialectName) -> sa.Executable:
    table = tables.calendar_version
    return sa.select(table.c.content).where(
        table.c.calendar == sa.bindparam("name"), table.c.version == sa.bindparam("version")
    )


POSTS = Statement("fact_posts", _posts)
CATALOG = Statement("fact_catalog", _catalog)
ROSTER = Statement("fact_roster", _roster)
NUMBER = Statement("fact_number", _take_number)
GRID = _object(tables.grid_cell, "cell", *_GRID)
DUTY_GRID = _object(tables.duty_grid, "id", *_DUTY_GRID)
ATTACHED = Statement("fact_attached", _attached)
CALENDAR = Statement("fact_calendar", _calendar)
UNIT = _object(tables.unit, "id", *_UNIT)


def fact_query(key: str, now: datetime | None, pins: Pins | None) -> FactQuery:
    """The question for a fact's key; StoreError for a kind that nobody knows."""
    kind, _, argument = key.partition(":")
    if kind == "catalog":
        return _catalog_query(argument, pins)
    if kind == "roster":
        wanted = {"unit": None, "district": None, "duty_grid": None, **json.loads(argument)}
        return FactQuery(Call(ROSTER, {**wanted, "now": now}), _first_column)
    if kind == "posts":
        return FactQuery(Call(POSTS, {"person": argument, "now": now}), _objects(_POST))
    if kind in _BY_PAIR:
        return _pair_query(kind, argument)
    if kind in _BY_ID:
        statement, columns = _BY_ID[kind]
        return FactQuery(Call(statement, {"id": argument, "now": now}), _one_object(columns))
    raise StoreError(f"there is no fact {key!r}", key=key)


_BY_PAIR = frozenset({"attachment", "calendar", "number"})
_BY_ID: dict[str, tuple[Statement, tuple[str, ...]]] = {
    "grid": (GRID, _GRID),
    "duty_grid": (DUTY_GRID, _DUTY_GRID),
    "unit": (UNIT, _UNIT),
}


def _pair_query(kind: str, argument: str) -> FactQuery:
    """A fact whose argument has two parts, parted at the last mark."""
    if kind == "number":
        district, _, day = argument.rpartition("/")
        return FactQuery(Call(NUMBER, {"district": district, "day": day}), _scalar)
    if kind == "attachment":
        case_id, _, sha256 = argument.rpartition("/")
        return FactQuery(Call(ATTACHED, {"case_id": case_id, "sha256": sha256}), _scalar)
    name, _, version = argument.rpartition("@")
    return FactQuery(Call(CALENDAR, {"name": name, "version": version}), _calendar_digest)


#: What the column can hold; of every other number there is no row.
_CONDITION = re.compile(r"[0-9]{1,9}")
_NO_CONDITION = -1


def _catalog_query(argument: str, pins: Pins | None) -> FactQuery:
    class_code, _, condition = argument.rpartition("/")
    if pins is None:
        raise StoreError(f"catalog:{argument} needs pins", key=argument)
    number = int(condition) if _CONDITION.fullmatch(condition) else _NO_CONDITION
    values = {"version": pins.catalog, "class_code": class_code, "condition": number}
    return FactQuery(Call(CATALOG, values), _scalar)


def _scalar(outcome: Outcome) -> Any:
    return outcome.rows[0][0] if outcome.rows else None


def _calendar_digest(outcome: Outcome) -> Any:
    content = _scalar(outcome)
    if content is None:
        return None
    return digest(canonical(Calendar.from_json(content).to_json()))


def _first_column(outcome: Outcome) -> Any:
    return [row[0] for row in outcome.rows]


def _objects(columns: tuple[str, ...]) -> Shape:
    """Rows as objects, without the columns that are null."""

    def shape(outcome: Outcome) -> Any:
        rows = (zip(columns, row, strict=True) for row in outcome.rows)
        return [{name: value for name, value in row if value is not None} for row in rows]

    return shape


def _one_object(columns: tuple[str, ...]) -> Shape:
    every = _objects(columns)

    def shape(outcome: Outcome) -> Any:
        found = every(outcome)
        assert isinstance(found, list)
        return found[0] if found else None

    return shape
