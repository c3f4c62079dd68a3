"""Claiming due timers. Due is case time, the lease is real time.

Claiming only says which node fires; that a timer fires once is the case's own doing: its row goes
in the transaction of the command that it fires.
"""

from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import Timer
from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.errors import again
from engine.store.expressions import now_or
from engine.store.failpoints import failpoints
from engine.store.postponed import is_put_off
from engine.store.statements import DialectName, Statement
from engine.store.transactions import one_statement

_timer = tables.timer
_COLUMNS = tuple(_timer.c[name] for name in Timer.__slots__)


def _claim(_: DialectName) -> sa.Executable:
    due = (
        sa.select(_timer.c.case_id, _timer.c.instance, _timer.c.token)
        .where(
            _timer.c.due_at <= now_or("now"),
            sa.or_(_timer.c.leased_until.is_(None), _timer.c.leased_until <= now_or("lease")),
        )
        .order_by(_timer.c.due_at, _timer.c.priority)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(_timer)
        .where(sa.tuple_(_timer.c.case_id, _timer.c.instance, _timer.c.token).in_(due))
        .values(
            node=sa.bindparam("holder", type_=sa.Text()),
            leased_until=now_or("lease", plus="seconds"),
        )
        .returning(*_COLUMNS)
    )


def _release(_: DialectName) -> sa.Executable:
    return (
        sa.update(_timer)
        .where(
            _timer.c.case_id == sa.bindparam("case"),
            _timer.c.instance == sa.bindparam("place"),
            _timer.c.token == sa.bindparam("number"),
        )
        .values(node=None, leased_until=now_or("lease", plus="seconds"))
    )


def _count_postponed(_: DialectName) -> sa.Executable:
    return sa.select(sa.func.count().label("n")).select_from(_timer).where(is_put_off())


def _due_of_case(_: DialectName) -> sa.Executable:
    mine = _timer.c.case_id == sa.bindparam("case")
    return (
        sa.select(*_COLUMNS)
        .where(mine, _timer.c.due_at <= now_or("now"), sa.not_(is_put_off()))
        .order_by(_timer.c.due_at, _timer.c.priority, _timer.c.instance, _timer.c.token)
    )


DUE_OF_CASE = Statement("due_of_case", _due_of_case)
CLAIM_TIMERS = Statement("claim_timers", _claim)
RELEASE_TIMER = Statement("release_timer", _release)
COUNT_POSTPONED = Statement("count_postponed_timers", _count_postponed)
NEXT_DUE = Statement("next_due", lambda _: sa.select(sa.func.min(_timer.c.due_at).label("due")))


def claim_due(
    database: Database, *, now: datetime | None, node: str, lease_seconds: int, limit: int
) -> list[Timer]:
    """Leases the timers that are due at `now` (None: case time), in order of due and priority."""
    values = {
        "now": database.case_now() if now is None else now,
        "holder": node,
        "seconds": lease_seconds,
        "limit": limit,
        "lease": database.lease_now(),
    }
    rows = again(lambda: one_statement(database, Call(CLAIM_TIMERS, values))).rows
    failpoints.reach("after_claim")
    timers = [Timer(*row) for row in rows]
    return sorted(timers, key=lambda t: (t.due_at, t.priority, t.case_id, t.instance, t.token))


def due_of(database: Database, case_id: str, now: datetime) -> list[Timer]:
    """The timers of one case that are due at `now`, whoever holds them, but those put off."""
    values = {"case": case_id, "now": now}
    rows = again(lambda: one_statement(database, Call(DUE_OF_CASE, values))).rows
    return [Timer(*row) for row in rows]


def postpone(database: Database, timer: Timer, *, seconds: int) -> None:
    """Lets nobody claim a timer for a while, because its firing failed."""
    key = {"case": timer.case_id, "place": timer.instance, "number": timer.token}
    lease = {"lease": database.lease_now(), "seconds": seconds}
    one_statement(database, Call(RELEASE_TIMER, {**key, **lease}))


def count_postponed(database: Database) -> int:
    """How many timers could not be fired and wait to be tried again."""
    number: int = one_statement(database, Call(COUNT_POSTPONED, {})).rows[0][0]
    return number


def next_due(database: Database) -> datetime | None:
    """The earliest due time of any timer, or None when no case waits for one."""
    due: datetime | None = one_statement(database, Call(NEXT_DUE, {})).rows[0][0]
    return due
