"""Writing a decision: the second of the command path's two round trips.

Every call here belongs to the transaction of one command; the rows come as the decision made
them. What is gone is deleted before what is new is written.
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.domain import rows as domain
from engine.domain.rows import Decision, RowChanges
from engine.store import tables
from engine.store.drivers.session import Call
from engine.store.expressions import now_or
from engine.store.statements import DialectName, Statement, delete, insert, insert_new, upsert


def _columns(row: type[Any]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(row))


_STATE = ("seq", "head", "at", "state", "document")
_ENTRY = ("stream_id", "seq", "at", "district", "hash", "body")


def _advance_case(_: DialectName) -> sa.Update:
    state = tables.case_state
    return (
        sa.update(state)
        .where(state.c.case_id == sa.bindparam("case_id", type_=state.c.case_id.type))
        .values({name: sa.bindparam(name, type_=state.c[name].type) for name in _STATE})
    )


def _advance_all(dialect: DialectName) -> sa.Executable:
    # Three statements in one: a third of the messages and of the executor's beginnings.
    entry, unsealed = tables.entry, tables.unsealed
    written = sa.insert(entry).values(
        {name: sa.bindparam(name, type_=entry.c[name].type) for name in _ENTRY}
    )
    place = {name: sa.bindparam(name, type_=entry.c[name].type) for name in ("stream_id", "seq")}
    return (
        sa.insert(unsealed)
        .values(place)
        .add_cte(_advance_case(dialect).cte("advanced"), written.cte("written"))
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


def _move_pins(_: DialectName) -> sa.Executable:
    state = tables.case_state
    return (
        sa.update(state)
        .where(state.c.case_id == sa.bindparam("case", type_=state.c.case_id.type))
        .values(calendar=sa.bindparam("pin", type_=sa.Text()))
    )


OPEN_CASE = insert(tables.case_state)
ADVANCE_CASE = Statement("advance_case", _advance_case)
ADVANCE_ALL = Statement("advance_all", _advance_all)
MOVE_PINS = Statement("move_pins", _move_pins)
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


def decision_calls(decision: Decision, dialect: DialectName, lease: datetime | None) -> list[Call]:
    """Everything that one decision writes, in order: head and entry, what is gone, what is new."""
    calls = _head_calls(decision, dialect)
    rows, case_id = decision.rows, decision.case_id
    if decision.pins_moved:
        calls.append(Call(MOVE_PINS, {"case": case_id, "pin": decision.pins.calendar}))
    for drop, keys in (
        (DROP_WORK_ITEM, rows.work_items_gone),
        (DROP_JOB, rows.jobs_gone),
        (DROP_TIMER, rows.timers_gone),
        (DROP_WAIT, rows.waits_gone),
    ):
        for instance, token in keys:
            key = {"case_id": case_id, "instance": instance, "token": token}
            calls.append(Call(drop, key))
    _add_new(calls, rows, lease)
    return calls


def _add_new(calls: list[Call], rows: RowChanges, lease: datetime | None) -> None:
    if rows.file is not None:
        calls.append(Call(PUT_FILE, rows.file))
    for put, new in (
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
            calls.append(Call(put, row))  # noqa: PERF401 most of these are empty
    calls += [Call(PUT_JOB, {**_as_map(job), "lease": lease}) for job in rows.jobs]
    calls += [Call(PUT_OUTBOX, {**_as_map(m), "lease": lease}) for m in rows.outbox]


def _head_calls(decision: Decision, dialect: DialectName) -> list[Call]:
    """The case's row and its entry; on PostgreSQL, for a case that goes on, in one statement."""
    values: dict[str, Any] = {
        "case_id": decision.case_id,
        "stream_id": decision.case_id,
        "seq": decision.seq,
        "at": decision.at,
        "head": decision.entry_hash,
        "hash": decision.entry_hash,
        "state": decision.state,
        "document": decision.document,
        "body": decision.entry,
        "district": decision.district,
    }
    if decision.seq > 1:
        if dialect == "postgresql":
            return [Call(ADVANCE_ALL, values)]
        return [Call(ADVANCE_CASE, values), *_entry_calls(values, dialect)]
    pins = decision.pins
    values["release"], values["catalog"] = pins.release, pins.catalog
    values["calendar"], values["semantics"] = pins.calendar, pins.semantics
    return [Call(OPEN_CASE, values), *_entry_calls(values, dialect)]


def entry_calls(
    dialect: DialectName,
    *,
    stream_id: str,
    seq: int,
    at: datetime,
    entry_hash: str,
    body: bytes,
) -> list[Call]:
    """An entry of a stream that is not a case's."""
    values = {"stream_id": stream_id, "seq": seq, "at": at, "hash": entry_hash, "body": body}
    return _entry_calls({**values, "district": None}, dialect)


def _entry_calls(values: dict[str, Any], dialect: DialectName) -> list[Call]:
    """An entry and its place in the feed: now on SQLite, by the sequencer on PostgreSQL."""
    place = GIVE_POSITION if dialect == "sqlite" else PUT_UNSEALED
    return [Call(PUT_ENTRY, values), Call(place, values)]


def _as_map(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}
