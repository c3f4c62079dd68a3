"""Jobs that wait for a worker or are with one."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.rows import Job
from engine.store.queries.page import Page, after, cut
from engine.store.reader import Reader
from engine.store.tables import job

_c = job.c
_JOB = [_c[f.name] for f in fields(Job)]
_LEASE = [_c.worker, _c.lock_token, _c.attempts, _c.lapsed, _c.available_at]
_KEYS = (_c.created_at, _c.case_id, _c.instance, _c.token)


class JobView(NamedTuple):
    """A job with its lease. `available_at` is the lease's end, or when it may be claimed."""

    job: Job
    worker: str | None
    lock_token: int
    attempts: int
    lapsed: int
    available_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """What a list is narrowed to; None does not narrow."""

    topic: str | None = None
    unit: str | None = None
    district: str | None = None
    case_id: str | None = None
    worker: str | None = None


def find_job(reader: Reader, case_id: str, instance: int, token: int) -> JobView | None:
    """An open job, or None when it is done or never was."""
    query = sa.select(*_JOB, *_LEASE).where(
        _c.case_id == case_id, _c.instance == instance, _c.token == token
    )
    rows = reader.select(query)
    return _view(rows[0]) if rows else None


def list_jobs(
    reader: Reader, wanted: JobFilter, *, cursor: str | None = None, limit: int = 50
) -> Page[JobView]:
    """A page of open jobs, the oldest first."""
    names = ("topic", "unit", "district", "case_id", "worker")
    given = {name: getattr(wanted, name) for name in names}
    query = (
        sa.select(*_JOB, *_LEASE)
        .where(*(_c[n] == v for n, v in given.items() if v is not None), after(_KEYS, cursor))
        .order_by(*_KEYS)
        .limit(limit + 1)
    )
    views = [_view(row) for row in reader.select(query)]
    keys = [(v.job.created_at, v.job.case_id, v.job.instance, v.job.token) for v in views]
    return cut(views, keys, limit)


def count_by_topic(reader: Reader) -> dict[str, int]:
    """How many jobs wait or run, by topic."""
    query = sa.select(_c.topic, sa.func.count()).group_by(_c.topic)
    return dict(reader.select(query))


def _view(row: tuple[Any, ...]) -> JobView:
    return JobView(Job(*row[: len(_JOB)]), *row[len(_JOB) :])
