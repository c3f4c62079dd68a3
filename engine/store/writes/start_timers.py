"""Timer start events in the transaction of what moves them: a release, or the case they open."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import StartTimer
from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.start_timers import is_round, round_of
from engine.store.statements import DialectName, Statement, upsert
from engine.store.unit_of_work import UnitOfWork

_start = tables.start_timer
_COLUMNS = tuple(_start.c[name] for name in StartTimer.__slots__)


def _of_release(_: DialectName) -> sa.Executable:
    mine = _start.c.release == sa.bindparam("wanted")
    return sa.select(*_COLUMNS).where(mine).with_for_update()


def _stop_others(_: DialectName) -> sa.Executable:
    others = _start.c.release != sa.bindparam("wanted")
    return (
        sa.update(_start)
        .where(others, _start.c.due_at.is_not(None))
        .values(due_at=None, node=None, leased_until=None)
        .returning(*_COLUMNS)
    )


def _finish(_: DialectName) -> sa.Executable:
    problem = sa.bindparam("why", type_=sa.Text())
    return (
        sa.update(_start)
        .where(*is_round())
        .values(
            rounds=_start.c.rounds + 1,
            last_due=_start.c.due_at,
            due_at=sa.bindparam("next", type_=_start.c.due_at.type),
            refused=_start.c.refused + sa.bindparam("count", type_=sa.Integer()),
            problem=problem,
            node=None,
            leased_until=None,
        )
        .returning(_start.c.rounds)
    )


LOCK_CURRENT = Statement(
    "lock_current_release",
    lambda _: sa.select(tables.installation.c.current_release).with_for_update(),
)
OF_RELEASE = Statement("starts_of_release", _of_release)
STOP_OTHERS = Statement("stop_other_starts", _stop_others)
FINISH_ROUND = Statement("finish_start_round", _finish)
ARM = upsert(
    _start,
    (*StartTimer.__slots__, "refused"),
    problem=None,
    node=None,
    leased_until=None,
)


def lock_current(work: UnitOfWork) -> str | None:
    """The current release, which stays so until this transaction ends."""
    rows = work.ask([Call(LOCK_CURRENT, {})])[0].rows
    return rows[0][0] if rows else None


def lock_starts(work: UnitOfWork, release: str) -> list[StartTimer]:
    """The timer start events of a release, as they were left."""
    return [StartTimer(*row) for row in work.ask([Call(OF_RELEASE, {"wanted": release})])[0].rows]


def stop_other_starts(work: UnitOfWork, release: str) -> list[StartTimer]:
    """Those of every other release open no more cases; which of them would have."""
    return [StartTimer(*row) for row in work.ask([Call(STOP_OTHERS, {"wanted": release})])[0].rows]


def arm_starts(work: UnitOfWork, timers: Iterable[StartTimer]) -> None:
    """Lets these wait from now on."""
    for timer in timers:
        given = {name: getattr(timer, name) for name in StartTimer.__slots__}
        work.write(ARM, {**given, "refused": 0})


def finish_round(
    work: UnitOfWork, timer: StartTimer, next_due: datetime | None, *, problem: str | None = None
) -> bool:
    """Goes on to the next round; False when this one is done with, or its release replaced.

    `problem` says why the round opens no case. It is kept beside a next round, and gone with the
    next case that is opened.
    """
    values = {"next": next_due, "why": problem, "count": 0 if problem is None else 1}
    return bool(work.ask([Call(FINISH_ROUND, {**round_of(timer), **values})])[0].rows)
