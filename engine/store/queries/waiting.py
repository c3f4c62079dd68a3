"""Who waits for a message, and which timers are set."""

from dataclasses import fields

import sqlalchemy as sa

from engine.domain.rows import MessageWait, Timer
from engine.store.reader import Reader
from engine.store.tables import message_wait, timer

_w = message_wait.c
_WAIT = [_w[f.name] for f in fields(MessageWait)]
_t = timer.c
_TIMER = [_t[f.name] for f in fields(Timer)]


def list_waits(
    reader: Reader, name: str, *, correlation_key: str | None = None, case_id: str | None = None
) -> list[MessageWait]:
    """The events that wait for this message or signal."""
    conditions = [_w.name == name]
    if correlation_key is not None:
        conditions.append(_w.correlation_key == correlation_key)
    if case_id is not None:
        conditions.append(_w.case_id == case_id)
    query = sa.select(*_WAIT).where(*conditions).order_by(_w.case_id, _w.instance, _w.token)
    return [MessageWait(*row) for row in reader.select(query)]


def list_timers(reader: Reader, case_id: str) -> list[Timer]:
    """The timers that a case waits for, the next first."""
    query = sa.select(*_TIMER).where(_t.case_id == case_id).order_by(_t.due_at, _t.priority)
    return [Timer(*row) for row in reader.select(query)]
