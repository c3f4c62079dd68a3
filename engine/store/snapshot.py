"""Loading a case under its lock: the first of the command path's two round trips."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from engine.domain.errors import (
    CaseNotFoundError,
    JobNotFoundError,
    LockLostError,
)
from engine.domain.ids import part_id
from engine.domain.rows import CaseSnapshot, Pins
from engine.store.answers import IdempotencyKey, StoredAnswer, find_calls
from engine.store.drivers.session import Call, Outcome
from engine.store.expressions import now_or
from engine.store.postponed import is_put_off
from engine.store.statements import DialectName, Statement
from engine.store.tables import case_state, job, timer


class JobLock(NamedTuple):
    """The lease in whose name a worker answers for a job; a worker of a unit for its unit's."""

    instance: int
    token: int
    lock_token: int
    worker: str
    unit: str | None = None


class Loaded(NamedTuple):
    """A case under its lock. `now` is case time; `stored_answer` that of an earlier request.

    `timer_due` is when the case's next timer is due, as it was just before the lock was given.
    """

    snapshot: CaseSnapshot | None
    now: datetime
    stored_answer: StoredAnswer | None
    facts: dict[str, Any]
    timer_due: datetime | None = None


def _lock_case(_: DialectName) -> sa.Executable:
    # The clock is read outside the sub-select, which is to say after the lock was given: a
    # command that had to wait is not recorded before the one that it waited for.
    locked = (
        sa.select(case_state)
        .where(case_state.c.case_id == sa.bindparam("case_id"))
        .with_for_update()
        .subquery("locked")
    )
    return sa.select(locked, _first_due().label("timer_due"), now_or("now").label("now"))


def _first_due() -> sa.ScalarSelect[Any]:
    """The case's next timer, but those whose firing failed: they are tried again by themselves."""
    mine = timer.c.case_id == sa.bindparam("case_id")
    due = sa.select(sa.func.min(timer.c.due_at)).where(mine, sa.not_(is_put_off()))
    return due.scalar_subquery()


def _lock_job(_: DialectName) -> sa.Executable:
    return (
        sa.select(
            job.c.worker,
            job.c.lock_token,
            (job.c.available_at > now_or("lease")).label("valid"),
            job.c.unit,
        )
        .where(
            job.c.case_id == sa.bindparam("case_id"),
            job.c.instance == sa.bindparam("instance"),
            job.c.token == sa.bindparam("token"),
        )
        .with_for_update()
    )


LOCK_CASE = Statement("lock_case", _lock_case)
READ_CLOCK = Statement("read_clock", lambda _: sa.select(now_or("now").label("now")))
LOCK_JOB = Statement("lock_job", _lock_job)


def lock_calls(
    case_id: str | None,
    now: datetime | None,
    lease: datetime | None,
    key: IdempotencyKey | None,
    lock: JobLock | None,
) -> list[Call]:
    """What is asked to load a case. The case's lock comes first, so that locks have one order."""
    if case_id is None:
        calls = [Call(READ_CLOCK, {"now": now})]
    else:
        calls = [Call(LOCK_CASE, {"case_id": case_id, "now": now})]
    if key is not None:
        calls += find_calls(key, locks=case_id is None)
    if lock is not None:
        calls.append(Call(LOCK_JOB, {"case_id": case_id, "lease": lease, **lock._asdict()}))
    return calls


def read_case(
    case_id: str | None, outcome: Outcome
) -> tuple[CaseSnapshot | None, datetime, datetime | None]:
    """The snapshot, case time, the next timer; CaseNotFoundError when there is no such case."""
    if case_id is None:
        return None, outcome.rows[0][0], None
    if not outcome.rows:
        raise CaseNotFoundError(f"there is no case {case_id}", case_id=case_id)
    *_, due, now = outcome.rows[0]
    return to_snapshot(outcome.rows[0]), now, due


def to_snapshot(row: Any) -> CaseSnapshot:
    """A row of `case_state` in the table's order."""
    case_id, seq, head, at, release, catalog, calendar, semantics, state, document = row[:10]
    pins = Pins(release, catalog, calendar, semantics)
    return CaseSnapshot(case_id, seq, head, at, pins, state, document)


def check_lock(case_id: str, lock: JobLock, outcome: Outcome) -> None:
    """LockLostError unless the lease is this worker's and has not run out.

    Another unit's job is not there, for who asks; as it is not given to him.
    """
    job_id = part_id(case_id, lock.instance, lock.token)
    if not outcome.rows or lock.unit not in (None, outcome.rows[0][3]):
        raise JobNotFoundError(f"there is no open job {job_id}", job=job_id)
    worker, lock_token, valid, _ = outcome.rows[0]
    if worker != lock.worker or lock_token != lock.lock_token or not valid:
        raise LockLostError(job=job_id, worker=lock.worker, lock_token=lock.lock_token)
