"""Who waits for a message, and which timers are set."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

import sqlalchemy as sa

from engine.domain.rows import Timer
from engine.store.queries.reach import Reach, is_reached
from engine.store.reader import Reader
from engine.store.tables import case_file, message_wait, timer

_w = message_wait.c
_t = timer.c
_TIMER = [_t[f.name] for f in fields(Timer)]


def cases_waiting(
    reader: Reader,
    name: str,
    correlation_key: str | None,
    most: int,
    *,
    reach: Sequence[Reach] | None,
    now: datetime | None,
) -> list[str]:
    """Up to so many cases within reach in which an event waits for this message."""
    conditions: list[sa.ColumnElement[bool]] = [_w.name == name, _w.kind == "message"]
    if correlation_key is not None:
        conditions.append(_w.correlation_key == correlation_key)
    if reach is not None:
        within = sa.select(case_file.c.case_id).where(is_reached(reader, reach, now=now))
        conditions.append(_w.case_id.in_(within))
    query = sa.select(_w.case_id).where(*conditions).distinct().limit(most)
    return [row[0] for row in reader.select(query)]


def cases_waiting_for_signal(
    reader: Reader, name: str, *, reach: Sequence[Reach] | None, now: datetime | None
) -> list[str]:
    """All cases within reach in which an event waits for this signal."""
    conditions: list[sa.ColumnElement[bool]] = [_w.name == name, _w.kind == "signal"]
    if reach is not None:
        within = sa.select(case_file.c.case_id).where(is_reached(reader, reach, now=now))
        conditions.append(_w.case_id.in_(within))
    query = sa.select(_w.case_id).where(*conditions).distinct().order_by(_w.case_id)
    return [row[0] for row in reader.select(query)]


def list_timers(reader: Reader, case_id: str) -> list[Timer]:
    """The timers that a case waits for, the next first."""
    query = sa.select(*_TIMER).where(_t.case_id == case_id).order_by(_t.due_at, _t.priority)
    return [Timer(*row) for row in reader.select(query)]
