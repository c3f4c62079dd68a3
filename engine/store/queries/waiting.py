"""Who waits for a message, and which timers are set."""

from dataclasses import fields

import sqlalchemy as sa

from engine.domain.rows import Timer
from engine.store.reader import Reader
from engine.store.tables import message_wait, timer

_w = message_wait.c
_t = timer.c
_TIMER = [_t[f.name] for f in fields(Timer)]


def cases_waiting(reader: Reader, name: str, correlation_key: str | None, most: int) -> list[str]:
    """Up to so many cases in which an event waits for this message."""
    conditions = [_w.name == name, _w.kind == "message"]
    if correlation_key is not None:
        conditions.append(_w.correlation_key == correlation_key)
    query = sa.select(_w.case_id).where(*conditions).distinct().limit(most)
    return [row[0] for row in reader.select(query)]


def list_timers(reader: Reader, case_id: str) -> list[Timer]:
    """The timers that a case waits for, the next first."""
    query = sa.select(*_TIMER).where(_t.case_id == case_id).order_by(_t.due_at, _t.priority)
    return [Timer(*row) for row in reader.select(query)]
