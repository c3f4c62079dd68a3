"""Writing a decision: the second of the command path's two round trips.

Every call here belongs to the transaction of one command; the rows come as the decision made
them. What is gone is deleted before what is new is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import rows as domain
from engine.domain.rows import Decision, PlaceKey, RowChanges
from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.expressions import now_or
from engine.store.snapshot import IdempotencyKey
from engine.store.statements import DialectName, Statement, delete, insert, insert_new, upsert


def _columns(row: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(row))


def _advance_case(_: DialectName) -> sa.Executable:
    state = tables.case_state
    return (
        sa.update(state)
        .where(state.c.case_id == sa.bindparam("case"))
        .values({name: sa.bindparam(name) for name in ("seq", "head", "at", "state", "document")})
    )


def _give_position(_: DialectName) -> sa.Executable:
    # One writer, nothing is ever deleted: the highest position and one is the next, no gaps.
    feed = tables.feed
    after = sa.select(sa.func.coalesce(sa.func.max(feed.c.position), 0) + 1).scalar_subquery()
    return sa.insert(feed).values(
        position=after, stream_id=sa.bindparam("stream_id"), seq=sa.bindparam("seq")
    )


def _put_job(dialect: DialectName) -> sa.Executable:
    # A job that the decision writes anew waits again: whoever held the lease has lost it, and
    # the lock token stays, so that a late answer is still refused.
    given = _columns(domain.Job)
    lease = {"worker": None, "lapsed": 0, "available_at": now_or("lease")}
    table = upsert(tables.job, given, **lease).build(dialect)
    assert isinstance(table, sa.Insert)
    bound: dict[str, Any] = {name: sa.bindparam(name) for name in given}
    return table.values({**bound, **lease, "lock_token": 0, "attempts": 0})


def _put_outbox(_: DialectName) -> sa.Executable:
    given = _columns(domain.OutboxMessage)
    bound: dict[str, Any] = {name: sa.bindparam(name) for name in given}
    lease = {"lock_token": 0, "attempts": 0, "available_at": now_or("lease")}
    return sa.insert(tables.outbox).values({**bound, **lease})


OPEN_CASE = insert(tables.case_state)
ADVANCE_CASE = Statement("advance_case", _advance_case)
PUT_ENTRY = insert(tables.entry)
PUT_UNSEALED = insert(tables.unsealed, ("stream_id", "seq"))
GIVE_POSITION = Statement("give_position", _give_position)
PUT_FILE = upsert(tables.case_file)
PUT_WORK_ITEM = upsert(tables.work_item)
DROP_WORK_ITEM = delete(tables.work_item)
PUT_JOB = Statement("put_job", _put_job)
DROP_JOB = delete(tables.job)
PUT_TIMER = upsert(tables.timer, _columns(domain.Timer), node=None, leased_until=None)
DROP_TIMER = delete(tables.timer)
PUT_WAIT = upsert(tables.message_wait)
DROP_WAIT = delete(tables.message_wait)
PUT_CLOCK = upsert(tables.clock)
PUT_ACT = insert_new(tables.case_act)
PUT_NOTIFICATION = insert(tables.notification, _columns(domain.Notification))
PUT_OUTBOX = Statement("put_outbox", _put_outbox)
PUT_INCIDENT = upsert(tables.incident)
PUT_PERSONAL = insert(tables.personal_value)
KEEP_ANSWER = Statement(
    "keep_answer",
    lambda _: sa.insert(tables.idempotency).values(
        {
            **{n: sa.bindparam(n) for n in ("scope", "key", "fingerprint", "answer")},
            "created_at": now_or("lease"),
        }
    ),
)


def decision_calls(
    decision: Decision, dialect: DialectName, lease: datetime | None
) -> Iterator[Call]:
    """Everything that one decision writes, in order."""
    yield _state_call(decision)
    yield from entry_calls(
        dialect,
        stream_id=decision.case_id,
        seq=decision.seq,
        at=decision.at,
        district=decision.district,
        entry_hash=decision.entry_hash,
        body=decision.entry,
    )
    yield from _gone_calls(decision.case_id, decision.rows)
    yield from _new_calls(decision.rows, lease)


def _state_call(decision: Decision) -> Call:
    values = {
        "seq": decision.seq,
        "head": decision.entry_hash,
        "at": decision.at,
        "state": decision.state,
        "document": decision.document,
    }
    if decision.seq > 1:
        return Call(ADVANCE_CASE, {"case": decision.case_id, **values})
    pins = decision.pins
    return Call(
        OPEN_CASE,
        {
            "case_id": decision.case_id,
            "release": pins.release,
            "catalog": pins.catalog,
            "calendar": pins.calendar,
            "semantics": pins.semantics,
            **values,
        },
    )


def entry_calls(
    dialect: DialectName,
    *,
    stream_id: str,
    seq: int,
    at: datetime,
    district: str | None,
    entry_hash: str,
    body: bytes,
) -> Iterator[Call]:
    """An entry and its place in the feed: now on SQLite, by the sequencer on PostgreSQL."""
    key = {"stream_id": stream_id, "seq": seq}
    yield Call(PUT_ENTRY, {**key, "at": at, "district": district, "hash": entry_hash, "body": body})
    yield Call(GIVE_POSITION if dialect == "sqlite" else PUT_UNSEALED, key)


def _gone_calls(case_id: str, rows: RowChanges) -> Iterator[Call]:
    yield from _drop(DROP_WORK_ITEM, case_id, rows.work_items_gone)
    yield from _drop(DROP_JOB, case_id, rows.jobs_gone)
    yield from _drop(DROP_TIMER, case_id, rows.timers_gone)
    yield from _drop(DROP_WAIT, case_id, rows.waits_gone)


def _drop(statement: Statement, case_id: str, keys: Iterable[PlaceKey]) -> Iterator[Call]:
    for instance, token in keys:
        yield Call(statement, {"case_id": case_id, "instance": instance, "token": token})


def _new_calls(rows: RowChanges, lease: datetime | None) -> Iterator[Call]:
    if rows.file is not None:
        yield Call(PUT_FILE, rows.file)
    for statement, new in (
        (PUT_WORK_ITEM, rows.work_items),
        (PUT_TIMER, rows.timers),
        (PUT_WAIT, rows.waits),
        (PUT_CLOCK, rows.clocks),
        (PUT_ACT, rows.acts),
        (PUT_NOTIFICATION, rows.notifications),
        (PUT_INCIDENT, rows.incidents),
        (PUT_PERSONAL, rows.personal),
    ):
        for row in new:
            yield Call(statement, row)
    for job in rows.jobs:
        yield Call(PUT_JOB, {**_as_map(job), "lease": lease})
    for message in rows.outbox:
        yield Call(PUT_OUTBOX, {**_as_map(message), "lease": lease})


def _as_map(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def answer_call(key: IdempotencyKey, answer: bytes, lease: datetime | None) -> Call:
    """Keeps a write's answer for whoever asks again with the same key."""
    return Call(KEEP_ANSWER, {**key._asdict(), "answer": answer, "lease": lease})
