"""Claiming timer start events that are due. Due is case time, the lease is real time.

As with the timers of cases, claiming only says which node fires; that a round opens one case is
the doing of `finish_round`, in the transaction of that case.
"""

from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import StartTimer
from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.errors import again
from engine.store.expressions import now_or
from engine.store.failpoints import failpoints
from engine.store.postponed import is_put_off
from engine.store.statements import DialectName, Statement
from engine.store.transactions import one_statement

_start = tables.start_timer
_KEY = [_start.c[name] for name in ("release", "process", "element", "number")]
_COLUMNS = tuple(_start.c[name] for name in StartTimer.__slots__)


def _claim(_: DialectName) -> sa.Executable:
    due = (
        sa.select(*_KEY)
        .where(
            _start.c.due_at <= now_or("now"),
            sa.or_(_start.c.leased_until.is_(None), _start.c.leased_until <= now_or("lease")),
        )
        .order_by(_start.c.due_at)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(_start)
        .where(sa.tuple_(*_KEY).in_(due))
        .values(
            node=sa.bindparam("holder", type_=sa.Text()),
            leased_until=now_or("lease", plus="seconds"),
        )
        .returning(*_COLUMNS)
    )


def _postpone(_: DialectName) -> sa.Executable:
    return (
        sa.update(_start)
        .where(*is_round())
        .values(node=None, leased_until=now_or("lease", plus="seconds"))
    )


def is_round() -> list[sa.ColumnElement[bool]]:
    """The row of a timer, while it waits for the round that `round_of` says."""
    due = _start.c.due_at == sa.bindparam("round", type_=_start.c.due_at.type)
    return [due, *(column == sa.bindparam(f"its_{column.name}") for column in _KEY)]


def round_of(timer: StartTimer) -> dict[str, object]:
    """The parameters of `is_round`."""
    key = {f"its_{column.name}": getattr(timer, column.name) for column in _KEY}
    return {**key, "round": timer.due_at}


def _count_postponed(_: DialectName) -> sa.Executable:
    return sa.select(sa.func.count().label("n")).select_from(_start).where(is_put_off(_start))


CLAIM_STARTS = Statement("claim_starts", _claim)
POSTPONE_START = Statement("postpone_start", _postpone)
COUNT_POSTPONED_STARTS = Statement("count_postponed_starts", _count_postponed)
NEXT_START = Statement("next_start", lambda _: sa.select(sa.func.min(_start.c.due_at).label("due")))


def claim_due_starts(
    database: Database, *, now: datetime | None, node: str, lease_seconds: int, limit: int
) -> list[StartTimer]:
    """Leases the timer start events that are due at `now` (None: case time), the earliest first."""
    values = {
        "now": database.case_now() if now is None else now,
        "holder": node,
        "seconds": lease_seconds,
        "limit": limit,
        "lease": database.lease_now(),
    }
    rows = again(lambda: one_statement(database, Call(CLAIM_STARTS, values))).rows
    failpoints.reach("after_claim")
    timers = [StartTimer(*row) for row in rows]
    return sorted(timers, key=lambda t: (t.due_at, t.process, t.element, t.number))


def postpone_start(database: Database, timer: StartTimer, *, seconds: int) -> None:
    """Lets nobody claim this round for a while, because it could not be fired."""
    lease = {"lease": database.lease_now(), "seconds": seconds}
    one_statement(database, Call(POSTPONE_START, {**round_of(timer), **lease}))


def count_postponed_starts(database: Database) -> int:
    """How many could not be fired and wait to be tried again."""
    number: int = one_statement(database, Call(COUNT_POSTPONED_STARTS, {})).rows[0][0]
    return number


def next_start(database: Database) -> datetime | None:
    """When the next case is opened by a timer; None when no release waits for one."""
    due: datetime | None = one_statement(database, Call(NEXT_START, {})).rows[0][0]
    return due
