"""Delivering the outbox: at least once, in order per case, with back-off. Lease time."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.errors import LockLostError
from engine.domain.rows import OutboxMessage
from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.errors import again
from engine.store.expressions import now_or
from engine.store.failpoints import failpoints
from engine.store.statements import DialectName, Statement
from engine.store.transactions import one_statement

_out = tables.outbox
_COLUMNS = tuple(_out.c[name] for name in OutboxMessage.__slots__)
_FIRST_DELAY_SECONDS = 5
_LONGEST_DELAY_SECONDS = 6 * 3600


class ClaimedMessage(NamedTuple):
    """A message to deliver, under lease."""

    message: OutboxMessage
    lock_token: int
    attempts: int
    expires_at: datetime

    @property
    def id(self) -> str:
        """Stable over every attempt: what a receiver knows a repetition by."""
        return f"{self.message.case_id}.{self.message.seq}.{self.message.n}"


def _claim(_: DialectName) -> sa.Executable:
    # Only the oldest message of a case: one that waits for its back-off holds back the later ones.
    other = _out.alias("earlier")
    earlier = sa.exists().where(
        other.c.case_id == _out.c.case_id,
        sa.or_(other.c.seq < _out.c.seq, sa.and_(other.c.seq == _out.c.seq, other.c.n < _out.c.n)),
    )
    free = (
        sa.select(_out.c.case_id, _out.c.seq, _out.c.n)
        .where(_out.c.available_at <= now_or("lease"), ~earlier)
        .order_by(_out.c.available_at)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(_out)
        .where(sa.tuple_(_out.c.case_id, _out.c.seq, _out.c.n).in_(free))
        .values(
            lock_token=_out.c.lock_token + 1,
            attempts=_out.c.attempts + 1,
            available_at=now_or("lease", plus="seconds"),
        )
        .returning(*_COLUMNS, _out.c.lock_token, _out.c.attempts, _out.c.available_at)
    )


def _mine() -> sa.ColumnElement[bool]:
    return sa.and_(
        _out.c.case_id == sa.bindparam("case"),
        _out.c.seq == sa.bindparam("entry"),
        _out.c.n == sa.bindparam("number"),
        _out.c.lock_token == sa.bindparam("lock"),
    )


def _failed(_: DialectName) -> sa.Executable:
    return (
        sa.update(_out)
        .where(_mine())
        .values(
            available_at=now_or("lease", plus="seconds"),
            last_error=sa.bindparam("error", type_=sa.Text()),
        )
    )


CLAIM_OUTBOX = Statement("claim_outbox", _claim)
DELIVERED = Statement("outbox_delivered", lambda _: sa.delete(_out).where(_mine()))
FAILED = Statement("outbox_failed", _failed)


def claim_outbox(database: Database, *, seconds: int, limit: int) -> list[ClaimedMessage]:
    """Leases messages to deliver; of each case the oldest only."""
    values = {"seconds": seconds, "limit": limit, "lease": database.lease_now()}
    rows = again(lambda: one_statement(database, Call(CLAIM_OUTBOX, values))).rows
    failpoints.reach("after_claim")
    size = len(_COLUMNS)
    claimed = [ClaimedMessage(OutboxMessage(*row[:size]), *row[size:]) for row in rows]
    return sorted(claimed, key=lambda c: (c.message.at, c.id))


def mark_delivered(database: Database, claimed: ClaimedMessage) -> None:
    """Removes a delivered message; LockLostError when somebody else has it by now."""
    _answer(database, Call(DELIVERED, _key(claimed)), claimed)


def mark_failed(database: Database, claimed: ClaimedMessage, *, error: str) -> None:
    """Keeps a message for a later attempt: 5 s after the first, twice that each time, up to 6 h."""
    delay = min(_FIRST_DELAY_SECONDS * 2 ** (claimed.attempts - 1), _LONGEST_DELAY_SECONDS)
    lease = {"lease": database.lease_now(), "seconds": delay, "error": error}
    _answer(database, Call(FAILED, {**_key(claimed), **lease}), claimed)


def _key(claimed: ClaimedMessage) -> Mapping[str, object]:
    message = claimed.message
    place = {"case": message.case_id, "entry": message.seq, "number": message.n}
    return {**place, "lock": claimed.lock_token}


def _answer(database: Database, call: Call, claimed: ClaimedMessage) -> None:
    if one_statement(database, call).touched == 0:
        raise LockLostError(message_id=claimed.id, lock_token=claimed.lock_token)
