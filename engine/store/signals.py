"""Signals on their way: who is to receive one, claiming, and what is done with. Lease time.

Claiming only says which node delivers; that a receiver hears a signal once is the doing of
`finish_delivery`, in the transaction of the command that it is delivered by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from engine.domain.rows import SignalDelivery
from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call
from engine.store.errors import again
from engine.store.expressions import now_or
from engine.store.failpoints import failpoints
from engine.store.statements import DialectName, Statement, insert_for
from engine.store.transactions import one_statement
from engine.store.unit_of_work import UnitOfWork

_out = tables.signal_delivery
_COLUMNS = tuple(_out.c[name] for name in SignalDelivery.__slots__)
_KEY = [_out.c[name] for name in ("chain", "name", "receiver", "cause")]
#: The receiver that stands for every start event which waits for the signal.
STARTS = "*"
#: How often one chain of signals reaches one receiver, as messages inside a case do.
MOST_TIMES = 100
_TOO_OFTEN = "too-often"


def _put(dialect: DialectName) -> sa.Executable:
    """Further times that a chain came back too often are one row, told once."""
    given = {c.name: sa.bindparam(c.name, type_=c.type) for c in _COLUMNS}
    statement = insert_for(dialect)(_out).values({**given, "available_at": now_or("lease")})
    found: sa.Executable = statement.on_conflict_do_update(
        index_elements=[c.name for c in _KEY],
        set_={"again": _out.c.again + 1, "available_at": statement.excluded.available_at},
    )
    return found


def _waiting(_: DialectName) -> sa.Executable:
    wait = tables.message_wait.c
    return (
        sa.select(wait.case_id)
        .where(wait.kind == "signal", wait.name == sa.bindparam("wanted"))
        .distinct()
        .order_by(wait.case_id)
    )


def _claim(_: DialectName) -> sa.Executable:
    free = (
        sa.select(*_KEY)
        .where(_out.c.available_at <= now_or("lease"))
        .order_by(_out.c.available_at, *_KEY)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(_out)
        .where(sa.tuple_(*_KEY).in_(free))
        .values(available_at=now_or("lease", plus="seconds"))
        .returning(*_COLUMNS)
    )


def _mine() -> list[sa.ColumnElement[bool]]:
    return [column == sa.bindparam(f"its_{column.name}") for column in _KEY]


def _finish(_: DialectName) -> sa.Executable:
    undone = _out.c.delivered == sa.false()
    return (
        sa.update(_out)
        .where(*_mine(), undone)
        .values(delivered=sa.true(), available_at=None)
        .returning(_out.c.receiver)
    )


def _times(_: DialectName) -> sa.Executable:
    return (
        sa.select(_out.c.receiver, sa.func.count().label("n"))
        .where(
            _out.c.chain == sa.bindparam("begun"),
            _out.c.name == sa.bindparam("wanted"),
        )
        .group_by(_out.c.receiver)
    )


def _tell(_: DialectName) -> sa.Executable:
    same = _out.c.again == sa.bindparam("told", type_=sa.Integer())
    return (
        sa.update(_out)
        .where(*_mine(), _out.c.delivered == sa.true(), same)
        .values(again=0, available_at=None)
        .returning(_out.c.receiver)
    )


def _delay(_: DialectName) -> sa.Executable:
    return sa.update(_out).where(*_mine()).values(available_at=now_or("lease", plus="seconds"))


def _drop_rested(_: DialectName) -> sa.Executable:
    """A chain goes on from what is still to be delivered; when nothing is, it is at rest."""
    other = _out.alias("other")
    moving = sa.exists().where(other.c.chain == _out.c.chain, other.c.available_at.is_not(None))
    rested = sa.select(*_KEY).where(~moving).limit(sa.bindparam("limit", type_=sa.Integer()))
    return sa.delete(_out).where(sa.tuple_(*_KEY).in_(rested))


PUT_DELIVERY = Statement("put_signal_delivery", _put)
CASES_SIGNALLED = Statement("cases_signalled", _waiting)
CLAIM_DELIVERIES = Statement("claim_signal_deliveries", _claim)
FINISH_DELIVERY = Statement("finish_signal_delivery", _finish)
TIMES_REACHED = Statement("signal_times_reached", _times)
TELL_AGAIN = Statement("tell_signal_again", _tell)
DELAY_DELIVERY = Statement("delay_signal_delivery", _delay)
DROP_RESTED = Statement("drop_rested_signals", _drop_rested)
COUNT_WAITING = Statement(
    "count_signal_deliveries",
    lambda _: (
        sa.select(sa.func.count().label("n"))
        .select_from(_out)
        .where(_out.c.available_at.is_not(None))
    ),
)


def cases_signalled(work: UnitOfWork, name: str) -> list[str]:
    """The cases in which an event waits for this signal, as this transaction sees them."""
    return [row[0] for row in work.ask([Call(CASES_SIGNALLED, {"wanted": name})])[0].rows]


def put_deliveries(work: UnitOfWork, deliveries: Sequence[SignalDelivery]) -> None:
    """Lets a signal be on its way once this transaction is committed.

    Signals that answer each other come to rest: a receiver that their chain has reached so often
    is not reached once more, which is told.
    """
    lease = work.lease_now()
    for delivery in _within_bounds(work, deliveries):
        given = {name: getattr(delivery, name) for name in SignalDelivery.__slots__}
        work.write(PUT_DELIVERY, {**given, "lease": lease})


def _within_bounds(
    work: UnitOfWork, deliveries: Sequence[SignalDelivery]
) -> Iterator[SignalDelivery]:
    first = deliveries[0] if deliveries else None
    if first is None or first.chain == first.cause:  # a chain that begins has reached nobody
        yield from deliveries
        return
    asked = {"begun": first.chain, "wanted": first.name}
    rows = work.ask([Call(TIMES_REACHED, asked)])[0].rows
    times: dict[str, int] = dict(rows)
    for delivery in deliveries:
        if times.get(delivery.receiver, 0) < MOST_TIMES:
            yield delivery
        else:
            yield replace(delivery, cause=_TOO_OFTEN, delivered=True, again=1)


def claim_deliveries(database: Database, *, seconds: int, limit: int) -> list[SignalDelivery]:
    """Leases what is to be delivered or told, what was sent first goes first."""
    values = {"seconds": seconds, "limit": limit, "lease": database.lease_now()}
    rows = again(lambda: one_statement(database, Call(CLAIM_DELIVERIES, values))).rows
    failpoints.reach("after_claim")
    return sorted((SignalDelivery(*row) for row in rows), key=lambda d: (d.at, d.cause, d.receiver))


def finish_delivery(work: UnitOfWork, delivery: SignalDelivery) -> bool:
    """Done with by this transaction; False when it was done with before."""
    return bool(work.ask([Call(FINISH_DELIVERY, _place(delivery))])[0].rows)


def finish_telling(work: UnitOfWork, delivery: SignalDelivery) -> bool:
    """That the chain came back was told by this transaction; False when it was told before."""
    values = {**_place(delivery), "told": delivery.again}
    return bool(work.ask([Call(TELL_AGAIN, values)])[0].rows)


def delay_delivery(database: Database, delivery: SignalDelivery, *, seconds: int) -> None:
    """Lets nobody claim it for a while, because it could not be delivered now."""
    lease = {"lease": database.lease_now(), "seconds": seconds}
    one_statement(database, Call(DELAY_DELIVERY, {**_place(delivery), **lease}))


def drop_rested(database: Database, *, limit: int) -> int:
    """Drops what is done with of chains that are at rest; how many rows."""
    return one_statement(database, Call(DROP_RESTED, {"limit": limit})).touched


def count_deliveries(database: Database) -> int:
    """How many are on their way."""
    number: int = one_statement(database, Call(COUNT_WAITING, {})).rows[0][0]
    return number


def _place(delivery: SignalDelivery) -> dict[str, object]:
    return {f"its_{column.name}": getattr(delivery, column.name) for column in _KEY}
