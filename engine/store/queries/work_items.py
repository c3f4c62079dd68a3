"""Open human tasks: of a case, of a person's posts (the inbox), of a desk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from engine.domain.people import Axis, Post
from engine.domain.rows import WorkItem
from engine.store.queries.page import FAR, Page, after, cut
from engine.store.queries.people import list_units_above
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.statements import Statement
from engine.store.tables import case_file, work_item
from engine.store.types import Instant

_c = work_item.c
_COLUMNS = [_c[f.name] for f in fields(WorkItem)]
_DUE = sa.func.coalesce(_c.due_at, sa.literal(FAR, Instant()), type_=Instant())
#: What is due first comes first; what has no due time comes last, in the order of the cases.
_KEYS = (_DUE, _c.case_id, _c.instance, _c.token)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemFilter:
    """What a list is narrowed to; None does not narrow. `posts` makes it an inbox.

    `reach` leaves the items of cases that are somebody's business.
    """

    reach: Sequence[Reach] | None = None
    posts: Sequence[Post] | None = None
    holder: str | None = None
    unclaimed: bool = False
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
    """The open items of a case."""
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
    query = (
        sa.select(*_COLUMNS, _DUE.label("sort_due"))
        .where(*_conditions(reader, wanted, now), after(_KEYS, cursor))
        .order_by(*_KEYS)
        .limit(limit + 1)
    )
    rows = reader.select(query)
    items = [WorkItem(*row[:-1]) for row in rows]
    keys = [(row[-1], *row[:3]) for row in rows]
    return cut(items, keys, limit)


def _conditions(
    reader: Reader, wanted: WorkItemFilter, now: datetime | None
) -> list[sa.ColumnElement[bool]]:
    found = [_c[n] == getattr(wanted, n) for n in _EQUAL if getattr(wanted, n) is not None]
    if wanted.role is not None:
        found.append(_has_role(wanted.role))
    if wanted.unclaimed:
        found.append(_c.holder.is_(None))
    if wanted.due_before is not None:
        found.append(_c.due_at < wanted.due_before)
    if wanted.posts is not None:
        found.append(_inbox(reader, wanted.posts, now))
    if wanted.reach is not None:
        reached = is_reached(reader, wanted.reach, now=now)
        found.append(_c.case_id.in_(sa.select(case_file.c.case_id).where(reached)))
    return found


def _inbox(reader: Reader, posts: Iterable[Post], now: datetime | None) -> sa.ColumnElement[bool]:
    """Whether one of the posts may do the item: the rules of the kernel's authorisation, in SQL."""
    return sa.or_(sa.false(), *(_fits(reader, post, now) for post in posts))


def _fits(reader: Reader, post: Post, now: datetime | None) -> sa.ColumnElement[bool]:
    above = [] if post.unit is None else list_units_above(reader, post.unit, now=now)
    where = [sa.and_(_c.unit.is_(None), _c.duty_grid.is_(None))]
    if above:
        where.append(
            sa.and_(_c.unit.in_(above), sa.or_(_c.duty_grid.is_(None), _grid(post.duty_grid)))
        )
    if post.duty_grid is not None:
        where.append(sa.and_(_c.unit.is_(None), _grid(post.duty_grid)))
    return sa.and_(
        sa.or_(_c.role.is_(None), _has_role(post.role)),
        sa.or_(_c.axis.is_(None), _c.axis == str(Axis.NONE), _c.axis == str(post.axis)),
        sa.true()
        if post.district is None
        else sa.or_(_c.district.is_(None), _c.district == post.district),
        sa.or_(*where),
    )


def _grid(duty_grid: str | None) -> sa.ColumnElement[bool]:
    return sa.false() if duty_grid is None else _c.duty_grid == duty_grid


def _has_role(role: str) -> sa.ColumnElement[bool]:
    """Whether the item is for this role; an item can name several, with spaces between."""
    spaced = sa.literal(" ") + _c.role + sa.literal(" ")
    return sa.or_(_c.role == role, spaced.contains(f" {role} ", autoescape=True))
