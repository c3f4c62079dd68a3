"""How much waits, for monitoring."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine.store.reader import Reader
from engine.store.tables import job, signal_delivery, start_timer, timer, work_item
from engine.store.tables import outbox as outbox_table


def work_items_by_stage(reader: Reader) -> dict[str, int]:
    """Open work items by their stage."""
    return _by(reader, work_item.c.stage)


def work_items_overdue(reader: Reader, now: datetime) -> int:
    """Open work items whose due time has passed."""
    return _number(reader, work_item, work_item.c.due_at < now)


def jobs_by_topic(reader: Reader) -> dict[str, int]:
    """Jobs that are not done, with a worker or waiting for one."""
    return _by(reader, job.c.topic)


def timers_due(reader: Reader, now: datetime) -> int:
    """Timers that should have fired, of cases and of releases."""
    of_cases = _number(reader, timer, timer.c.due_at <= now)
    return of_cases + _number(reader, start_timer, start_timer.c.due_at <= now)


def outbox(reader: Reader) -> int:
    """Messages that are not delivered yet."""
    return _number(reader, outbox_table, sa.true())


def outbox_of(reader: Reader, kind: str) -> int:
    """Messages of one kind that are not delivered yet."""
    return _number(reader, outbox_table, outbox_table.c.type == kind)


def signals(reader: Reader) -> int:
    """Signals that a receiver has not heard yet, or of which is to be told that he will not."""
    return _number(reader, signal_delivery, signal_delivery.c.available_at.is_not(None))


def _by(reader: Reader, column: sa.Column[Any]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).group_by(column)
    return {label or "none": number for label, number in reader.select(query)}


def _number(reader: Reader, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(condition)
    number: int = reader.select(query)[0][0]
    return number
