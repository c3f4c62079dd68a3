"""Rows whose time is over go: stored answers that nobody asks for again, sessions that ended.

Bounded, so that a backlog of a year is worked off between the commands and never in one
transaction. Lease time, as the rows were written. Nothing of a case and nothing of the journal.
"""

from typing import Any

import sqlalchemy as sa

from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.expressions import day_of, now_or
from engine.store.statements import Statement

_DAY = 86_400
#: An answer is kept for whoever repeats his request; nobody repeats it a week later.
ANSWERS_KEPT_SECONDS = 7 * _DAY
#: A session that has just ended is still told apart from one that never was.
SESSIONS_KEPT_SECONDS = _DAY


def _older(
    name: str, table: sa.Table, column: sa.Column[Any], now: sa.ColumnElement[Any]
) -> Statement:
    """Deletes the oldest rows of a table; what another node is deleting is left to it."""
    keys = list(table.primary_key)
    oldest = (
        sa.select(*keys)
        .where(column < now)
        .order_by(column)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return Statement(name, lambda _: sa.delete(table).where(sa.tuple_(*keys).in_(oldest)))


_BEFORE = now_or("lease", plus="plus")
_answer, _session = tables.idempotency, tables.user_session
_ANSWERS = _older("drop_old_answers", _answer, _answer.c.kept_on, day_of(_BEFORE))
_SESSIONS = _older("drop_ended_sessions", _session, _session.c.expires_at, _BEFORE)


def drop_outlived(database: Database, *, limit: int) -> int:
    """Deletes up to `limit` stored answers and as many sessions; how many rows went."""
    lease = database.lease_now()
    calls = [
        Call(statement, {"lease": lease, "plus": -kept, "limit": limit})
        for statement, kept in (
            (_ANSWERS, ANSWERS_KEPT_SECONDS),
            (_SESSIONS, SESSIONS_KEPT_SECONDS),
        )
    ]
    with database.unit_of_work() as work:
        gone = sum(outcome.touched for outcome in work.ask(calls))
        work.commit()
    return gone
