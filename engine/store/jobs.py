"""Claiming jobs: competing workers, one lease each, attempts counted when the lease is given.

A lease ends by itself; whoever claims the job next gets a larger lock token, and the answer of
the earlier worker is refused. By how much it grows nobody can guess: the token alone shows that
the job was given to who answers. All times here are lease time.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from engine.domain.errors import JobNotFoundError, LockLostError
from engine.domain.ids import part_id
from engine.domain.rows import Job
from engine.store import tables
from engine.store.database import Database
from engine.store.drivers.session import Call, Outcome
from engine.store.expressions import now_or, one_of
from engine.store.statements import DialectName, Statement
from engine.store.transactions import one_statement
from engine.store.unit_of_work import UnitOfWork

_job = tables.job
#: Written into the text: PostgreSQL would take untyped parameters of a CASE for text.
_ONE, _NONE = (sa.literal_column(n, sa.Integer()) for n in ("1", "0"))
#: Small enough that a token stays exact in JSON for four million claims of one job.
_LARGEST_STEP = 2**31
JOB_COLUMNS = tuple(_job.c[name] for name in Job.__slots__)
_CLAIMED = (*JOB_COLUMNS, _job.c.lock_token, _job.c.available_at, _job.c.attempts, _job.c.lapsed)


class ClaimedJob(NamedTuple):
    """A job under lease. `lapsed` counts the leases that ran out without an answer."""

    job: Job
    lock_token: int
    expires_at: datetime
    attempts: int
    lapsed: int

    @property
    def id(self) -> str:
        return part_id(self.job.case_id, self.job.instance, self.job.token)


def _of_unit() -> sa.ColumnElement[bool]:
    """Whether a job is one for a key of this unit; None narrows nothing."""
    unit = sa.bindparam("unit", type_=sa.Text())
    return sa.or_(sa.cast(unit, sa.Text()).is_(None), _job.c.unit == unit)


def _claim(_: DialectName) -> sa.Executable:
    free = (
        sa.select(_job.c.case_id, _job.c.instance, _job.c.token)
        .where(
            one_of(_job.c.topic, "topics"),
            _job.c.available_at <= now_or("lease"),
            _job.c.retries > 0,
            _of_unit(),
        )
        .order_by(_job.c.available_at)
        .limit(sa.bindparam("limit", type_=sa.Integer()))
        .with_for_update(skip_locked=True)
    )
    return (
        sa.update(_job)
        .where(sa.tuple_(_job.c.case_id, _job.c.instance, _job.c.token).in_(free))
        .values(
            worker=sa.bindparam("holder", type_=sa.Text()),
            lapsed=_job.c.lapsed + sa.case((_job.c.worker.is_not(None), _ONE), else_=_NONE),
            lock_token=_job.c.lock_token + sa.bindparam("step", type_=sa.BigInteger()),
            attempts=_job.c.attempts + 1,
            available_at=now_or("lease", plus="seconds"),
        )
        .returning(*_CLAIMED)
    )


def _is_there() -> tuple[sa.ColumnElement[bool], ...]:
    """The job of one place of a case."""
    return (
        _job.c.case_id == sa.bindparam("case"),
        _job.c.instance == sa.bindparam("place"),
        _job.c.token == sa.bindparam("number"),
    )


def _is_held() -> tuple[sa.ColumnElement[bool], ...]:
    """By this worker, under this lock, which has not run out."""
    return (
        _job.c.worker == sa.bindparam("holder"),
        _job.c.lock_token == sa.bindparam("lock"),
        _job.c.available_at > now_or("lease"),
    )


def _extend(_: DialectName) -> sa.Executable:
    return (
        sa.update(_job)
        .where(
            *_is_there(),
            *_is_held(),
            _of_unit(),
        )
        .values(available_at=now_or("lease", plus="seconds"))
        .returning(_job.c.available_at)
    )


def _exists(_: DialectName) -> sa.Executable:
    return sa.select(_job.c.token).where(
        *_is_there(),
        _of_unit(),
    )


def _held(_: DialectName) -> sa.Executable:
    return sa.select(*_CLAIMED).where(
        *_is_there(),
        *_is_held(),
    )


CLAIM_JOBS = Statement("claim_jobs", _claim)
EXTEND_LOCK = Statement("extend_lock", _extend)
HELD_JOB = Statement("held_job", _held)
FIND_JOB = Statement("find_job", _exists)


def claim_jobs(
    work: UnitOfWork,
    *,
    topics: Sequence[str],
    worker: str,
    seconds: int,
    limit: int,
    unit: str | None = None,
) -> list[ClaimedJob]:
    """Leases up to `limit` jobs of these topics, those that waited longest first."""
    values = {
        "topics": list(topics),
        "holder": worker,
        "seconds": seconds,
        "limit": limit,
        "unit": unit,
        "step": secrets.randbelow(_LARGEST_STEP) + 1,
        "lease": work.lease_now(),
    }
    return _claimed(work.ask([Call(CLAIM_JOBS, values)]))


def held_jobs(
    work: UnitOfWork, locks: Sequence[tuple[str, int, int, int]], *, worker: str
) -> list[ClaimedJob]:
    """The jobs of these places and lock tokens that this worker still holds."""
    asked = {"holder": worker, "lease": work.lease_now()}
    calls = [
        Call(HELD_JOB, {**asked, "case": case, "place": place, "number": number, "lock": lock})
        for case, place, number, lock in locks
    ]
    return _claimed(work.ask(calls))


def _claimed(outcomes: Iterable[Outcome]) -> list[ClaimedJob]:
    size = len(JOB_COLUMNS)
    rows = [row for outcome in outcomes for row in outcome.rows]
    claimed = [ClaimedJob(Job(*row[:size]), *row[size:]) for row in rows]
    return sorted(claimed, key=lambda c: (c.job.created_at, c.id))


def extend_lock(
    database: Database,
    *,
    case_id: str,
    instance: int,
    token: int,
    worker: str,
    lock_token: int,
    seconds: int,
    unit: str | None = None,
) -> datetime:
    """Prolongs a lease from now on; its new end. LockLostError when it is no longer held."""
    key = {"case": case_id, "place": instance, "number": token, "unit": unit}
    lease = {"holder": worker, "lock": lock_token, "lease": database.lease_now()}
    rows = one_statement(database, Call(EXTEND_LOCK, {**key, **lease, "seconds": seconds})).rows
    if rows:
        end: datetime = rows[0][0]
        return end
    job_id = part_id(case_id, instance, token)
    if not one_statement(database, Call(FIND_JOB, key)).rows:
        raise JobNotFoundError(f"there is no open job {job_id}", job=job_id)
    raise LockLostError(job=job_id, worker=worker, lock_token=lock_token)
