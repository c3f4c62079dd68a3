"""All rows of a case as they lie in the tables, for whoever checks them against the journal."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.domain import rows
from engine.store import tables
from engine.store.reader import Reader
from engine.store.statements import Statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CaseRows:
    """What the tables hold of a case, but its state and its journal. Leases are left out."""

    file: rows.CaseFile | None
    work_items: tuple[rows.WorkItem, ...]
    jobs: tuple[rows.Job, ...]
    timers: tuple[rows.Timer, ...]
    waits: tuple[rows.MessageWait, ...]
    clocks: tuple[rows.ClockRow, ...]
    acts: tuple[rows.ActRow, ...]
    notifications: tuple[rows.Notification, ...]
    outbox: tuple[rows.OutboxMessage, ...]
    incidents: tuple[rows.Incident, ...]


def _of_case(table: sa.Table, kind: type[T]) -> Callable[[Reader, str], tuple[T, ...]]:
    columns = [table.c[f.name] for f in fields(kind)]  # type: ignore[arg-type]  # rows are dataclasses
    query = (
        sa.select(*columns)
        .where(table.c.case_id == sa.bindparam("case_id"))
        .order_by(*table.primary_key)
    )
    statement = Statement(f"every_{table.name}", lambda _: query)
    make: Any = kind

    def read(reader: Reader, case_id: str) -> tuple[T, ...]:
        return tuple(make(*row) for row in reader.rows(statement, case_id=case_id))

    return read


_FILES = _of_case(tables.case_file, rows.CaseFile)
_ITEMS = _of_case(tables.work_item, rows.WorkItem)
_JOBS = _of_case(tables.job, rows.Job)
_TIMERS = _of_case(tables.timer, rows.Timer)
_WAITS = _of_case(tables.message_wait, rows.MessageWait)
_CLOCKS = _of_case(tables.clock, rows.ClockRow)
_ACTS = _of_case(tables.case_act, rows.ActRow)
_NOTIFICATIONS = _of_case(tables.notification, rows.Notification)
_OUTBOX = _of_case(tables.outbox, rows.OutboxMessage)
_INCIDENTS = _of_case(tables.incident, rows.Incident)


def read_case_rows(reader: Reader, case_id: str) -> CaseRows:
    """Every row of the case."""
    files = _FILES(reader, case_id)
    return CaseRows(
        file=files[0] if files else None,
        work_items=_ITEMS(reader, case_id),
        jobs=_JOBS(reader, case_id),
        timers=_TIMERS(reader, case_id),
        waits=_WAITS(reader, case_id),
        clocks=_CLOCKS(reader, case_id),
        acts=_ACTS(reader, case_id),
        notifications=_NOTIFICATIONS(reader, case_id),
        outbox=_OUTBOX(reader, case_id),
        incidents=_INCIDENTS(reader, case_id),
    )
