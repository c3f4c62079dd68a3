"""Open human tasks: of a case, of a person's posts (the inbox), of a desk.

A desk may hold a hundred thousand items, so a page reads as many index entries as it shows: each
way in which an item can wait for a post is a question of its own, answered in the index's order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain.ids import is_uuid
from engine.domain.people import Axis, Post
from engine.domain.rows import WorkItem
from engine.store.queries.page import FAR, Page, beyond, cut, decode
from engine.store.queries.people import list_units_above
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.statements import Statement
from engine.store.tables import case_file, work_item

_c = work_item.c
_COLUMNS = [_c[f.name] for f in fields(WorkItem)]
_PLACE = (_c.case_id, _c.instance, _c.token)
#: What is due first comes first; what has no due time comes last, in the order of the cases.
_BY_DUE = (_c.due_at, *_PLACE)
_Conditions = list[sa.ColumnElement[bool]]
#: So many questions are asked side by side; whoever may see still more has them asked as one.
_MOST_WAYS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemFilter:
    """What a list is narrowed to; None does not narrow. `posts` makes it an inbox.

    `reach` leaves the items of cases that are somebody's business; `free_for` what this person
    holds or nobody does.
    """

    reach: Sequence[Reach] | None = None
    posts: Sequence[Post] | None = None
    holder: str | None = None
    free_for: str | None = None
    case_id: str | None = None
    element: str | None = None
    act: str | None = None
    stage: str | None = None
    role: str | None = None
    axis: str | None = None
    unit: str | None = None
    duty_grid: str | None = None
    district: str | None = None
    due_before: datetime | None = None


_EQUAL = (
    "holder",
    "case_id",
    "element",
    "act",
    "stage",
    "axis",
    "unit",
    "duty_grid",
    "district",
)

_OF_CASE = Statement(
    "work_items_of_case",
    lambda _: (
        sa.select(*_COLUMNS)
        .where(_c.case_id == sa.bindparam("case_id"))
        .order_by(_c.instance, _c.token)
    ),
)
_ONE = Statement(
    "work_item",
    lambda _: sa.select(*_COLUMNS).where(
        _c.case_id == sa.bindparam("case_id"),
        _c.instance == sa.bindparam("instance"),
        _c.token == sa.bindparam("token"),
    ),
)


def list_of_case(reader: Reader, case_id: str) -> list[WorkItem]:
    """The open items of a case; none for what is no case's id."""
    if not is_uuid(case_id):
        return []
    return [WorkItem(*row) for row in reader.rows(_OF_CASE, case_id=case_id)]


def find_item(reader: Reader, case_id: str, instance: int, token: int) -> WorkItem | None:
    """An open item, or None when it is done or never was."""
    rows = reader.rows(_ONE, case_id=case_id, instance=instance, token=token)
    return WorkItem(*rows[0]) if rows else None


def list_items(
    reader: Reader,
    wanted: WorkItemFilter,
    *,
    now: datetime | None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[WorkItem]:
    """A page of open items. `now` is case time, for which unit stands below which."""
    key = None if cursor is None else decode(cursor, len(_BY_DUE))
    ways = list(_ways(reader, wanted, now))
    items: list[WorkItem] = []
    if key is None or key[0] != FAR:
        past = sa.true() if key is None else beyond(_BY_DUE, key)
        items = _first(reader, ways, [_c.due_at.is_not(None), past], _BY_DUE, limit + 1)
    if len(items) <= limit and wanted.due_before is None:
        past = sa.true() if key is None or key[0] != FAR else beyond(_PLACE, key[1:])
        rest = limit + 1 - len(items)
        items += _first(reader, ways, [_c.due_at.is_(None), past], _PLACE, rest)
    keys = [(i.due_at or FAR, i.case_id, i.instance, i.token) for i in items]
    return cut(items, keys, limit)


def _first(
    reader: Reader,
    ways: list[_Conditions],
    also: _Conditions,
    order: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> list[WorkItem]:
    """The first items of all the ways together; an item on two of them comes once."""
    if not ways:
        return []
    if len(ways) > _MOST_WAYS:
        ways = [[sa.or_(*(sa.and_(*way) for way in ways))]]
    asked = [sa.select(*_COLUMNS).where(*way, *also).order_by(*order).limit(limit) for way in ways]
    if len(asked) == 1:
        return [WorkItem(*row) for row in reader.select(asked[0])]
    every = sa.union(*(sa.select(query.subquery()) for query in asked)).subquery()
    query = sa.select(every).order_by(*(every.c[key.name] for key in order)).limit(limit)
    return [WorkItem(*row) for row in reader.select(query)]


def _ways(reader: Reader, wanted: WorkItemFilter, now: datetime | None) -> Iterator[_Conditions]:
    """Conditions of which an item has to meet one set."""
    common = _conditions(reader, wanted, now)
    if wanted.posts is None:
        yield common
        return
    roles = _roles_at_desks(reader) if wanted.posts else []
    for post in wanted.posts:
        for way in _waiting_for(reader, post, roles, now):
            yield [*way, *common]


def _conditions(reader: Reader, wanted: WorkItemFilter, now: datetime | None) -> _Conditions:
    found = [_c[n] == getattr(wanted, n) for n in _EQUAL if getattr(wanted, n) is not None]
    if wanted.role is not None:
        found.append(_has_role(wanted.role))
    if wanted.free_for is not None:
        found.append(sa.or_(_c.holder.is_(None), _c.holder == wanted.free_for))
    if wanted.due_before is not None:
        found.append(_c.due_at < wanted.due_before)
    if wanted.reach is not None:
        reached = is_reached(reader, wanted.reach, now=now)
        found.append(_c.case_id.in_(sa.select(case_file.c.case_id).where(reached)))
    return found


def _waiting_for(
    reader: Reader, post: Post, roles: Sequence[str], now: datetime | None
) -> Iterator[_Conditions]:
    """Where an item for this post may wait: the rules of the kernel's authorisation, in SQL."""
    axis = sa.or_(_c.axis.is_(None), _c.axis == str(Axis.NONE), _c.axis == str(post.axis))
    district = post.district
    within = sa.true() if district is None else _or_none(_c.district, district)
    role = sa.or_(_c.role.is_(None), _has_role(post.role))
    above = [] if post.unit is None else list_units_above(reader, post.unit, now=now)
    for unit in above:
        grid = sa.or_(_c.duty_grid.is_(None), _grid(post.duty_grid))
        yield [_c.unit == unit, grid, role, axis, within]
    if post.duty_grid is not None:
        yield [_c.unit.is_(None), _grid(post.duty_grid), role, axis, within]
    for desk in _desks(reader, post, roles):
        yield [_c.unit.is_(None), _c.duty_grid.is_(None), *desk, axis]


def _desks(reader: Reader, post: Post, roles: Sequence[str]) -> Iterator[_Conditions]:
    """Each role with each district: within one of them the index is in the list's order."""
    for role in (None, *(role for role in roles if post.role in role.split(" "))):
        found = [post.district] if post.district is not None else _at_desks(reader, role)
        for district in (None, *found):
            yield [_is(_c.role, role), _is(_c.district, district)]


def _roles_at_desks(reader: Reader) -> list[str]:
    return [row[0] for row in reader.select(_jumping(_c.role))]


def _at_desks(reader: Reader, role: str | None) -> list[str]:
    """The districts of what waits at desks for a role."""
    return [row[0] for row in reader.select(_jumping(_c.district, _is(_c.role, role)))]


def _jumping(column: sa.Column[Any], *also: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Values of a column at desks, jumping through the index from each to the next."""
    where = (_c.unit.is_(None), _c.duty_grid.is_(None), *also)
    found = sa.select(sa.func.min(column).label("one")).where(*where).cte("found", recursive=True)
    following = sa.select(sa.func.min(column)).where(*where, column > found.c.one)
    found = found.union_all(sa.select(following.scalar_subquery()).where(found.c.one.is_not(None)))
    return sa.select(found.c.one).where(found.c.one.is_not(None))


def _is(column: sa.Column[Any], value: str | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _or_none(column: sa.Column[Any], value: str) -> sa.ColumnElement[bool]:
    return sa.or_(column.is_(None), column == value)


def _grid(duty_grid: str | None) -> sa.ColumnElement[bool]:
    return sa.false() if duty_grid is None else _c.duty_grid == duty_grid


def _has_role(role: str) -> sa.ColumnElement[bool]:
    """Whether the item is for this role; an item can name several, with spaces between."""
    spaced = sa.literal(" ") + _c.role + sa.literal(" ")
    return sa.or_(_c.role == role, spaced.contains(f" {role} ", autoescape=True))
