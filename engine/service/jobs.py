"""Jobs 系统任务 for handler systems: fetch and lock, extend, complete, fail, BPMN error.

A lock is a lease in real time, kept outside the journal; what a worker answers is a command on
the case, and its lock is checked first in that command's transaction. A key of a unit is given its
unit's jobs and answers for no other.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.domain.commands import Command, CompleteJob, FailJob, ThrowJobError
from engine.domain.errors import (
    InvalidRequestError,
    JobNotFoundError,
    LockLostError,
    NotFoundError,
)
from engine.domain.ids import split_part_id
from engine.domain.people import Actor
from engine.domain.rows import Decision
from engine.service.answers import key_for, read_stored, to_stored
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.store import JobLock, UnitOfWork
from engine.store.errors import again
from engine.store.jobs import ClaimedJob, claim_jobs, extend_lock, held_jobs
from engine.store.queries.jobs import JobView, find_job

_log = logging.getLogger("caseloop.jobs")

BACK_OFF_SECONDS = (10, 60, 300)


def fetch_and_lock(
    inst: Installation,
    actor: Actor,
    *,
    topics: Sequence[str],
    worker: str,
    seconds: int = 60,
    limit: int = 1,
    idempotency_key: str | None = None,
) -> Answer:
    """Takes up to `limit` open jobs of these topics for `seconds` of real time: `items`.

    A lease that ran out without an answer is a failed attempt: a job that has no retry left for
    them is not given out once more, its case gets an incident.

    Asked again under one key it gives the same jobs under the same locks. Kept are the locks, in
    the transaction that takes them, and not the variables: those may be personal. A job that was
    answered since then, or whose lock ran out, is not told again.
    """
    wanted = {"limit": limit, "seconds": seconds, "topics": sorted(topics), "worker": worker}
    key = key_for(inst, actor, idempotency_key, {"args": wanted, "kind": "fetch_and_lock"})

    def take() -> tuple[list[ClaimedJob], bool]:
        with inst.database.unit_of_work() as work:
            stored = None if key is None else work.load(None, idempotency=key).stored_answer
            if stored is not None:
                locks = [(*_place(i), n) for i, n in read_stored(stored).data["locks"]]
                return held_jobs(work, locks, worker=worker), True
            taken = claim_jobs(
                work, topics=topics, worker=worker, seconds=seconds, limit=limit, unit=actor.unit
            )
            if key is not None:
                work.keep_answer(
                    key, to_stored(None, {"locks": [[c.id, c.lock_token] for c in taken]})
                )
            work.commit()
            return taken, False

    jobs, replayed = again(take)
    if not replayed:
        jobs = [job for job in jobs if not _given_up(inst, actor, job, worker)]
    return Answer(None, {"items": [_told(job) for job in jobs]}, replayed)


def _told(claimed: ClaimedJob) -> dict[str, Any]:
    job = claimed.job
    return {
        "attempts": claimed.attempts,
        "case_id": job.case_id,
        "element": job.element,
        "id": claimed.id,
        "lock_expires_at": claimed.expires_at,
        "lock_token": claimed.lock_token,
        "retries": job.retries,
        "topic": job.topic,
        "variables": job.variables,
    }


def _given_up(inst: Installation, actor: Actor, claimed: ClaimedJob, worker: str) -> bool:
    """Whether the job was failed for good, because its workers did not come back.

    What goes wrong with one job is told in the log: the others that were taken are handed out.
    """
    job = claimed.job
    if claimed.lapsed < job.retries:
        return False
    reason = f"{claimed.lapsed} leases ran out without an answer; the workers died or hang"
    place: dict[str, Any] = {"instance": job.instance, "token": job.token, "worker": worker}
    command = FailJob(case_id=job.case_id, reason=reason, retries=0, **place)
    lock = JobLock(lock_token=claimed.lock_token, unit=actor.unit, **place)
    try:
        execute(inst, actor, command, job_lock=lock)
    except (LockLostError, NotFoundError):
        pass  # somebody else did it, or the case went another way
    except Exception:  # noqa: BLE001 what is wrong with one case is no other's business
        _log.exception("job %s cannot be failed, though its workers are gone", claimed.id)
    return True


def extend(
    inst: Installation, actor: Actor, job_id: str, *, worker: str, lock_token: int, seconds: int
) -> datetime:
    """Gives the worker `seconds` more from now; LockLostError when the lock is not his."""
    case_id, instance, token = _place(job_id)
    return extend_lock(
        inst.database,
        case_id=case_id,
        instance=instance,
        token=token,
        worker=worker,
        lock_token=lock_token,
        seconds=seconds,
        unit=actor.unit,
    )


def complete(
    inst: Installation,
    actor: Actor,
    job_id: str,
    *,
    worker: str,
    lock_token: int,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Gives the results of a job; the case goes on."""
    case_id, instance, token = _place(job_id)
    given = dict(data or {})
    return execute(
        inst,
        actor,
        CompleteJob(case_id=case_id, instance=instance, token=token, worker=worker, data=given),
        job_lock=JobLock(instance, token, lock_token, worker, actor.unit),
        idempotency_key=idempotency_key,
        if_match=if_match,
        fingerprint={"data": given, "job": job_id},
    )


def fail(
    inst: Installation,
    actor: Actor,
    job_id: str,
    *,
    worker: str,
    lock_token: int,
    reason: str,
    retries: int | None = None,
    retry_after_seconds: int | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Says that it did not work. Without `retries` one is taken off; at zero: an incident.

    Without `retry_after_seconds` the back-off grows with the attempts.
    """
    case_id, instance, token = _place(job_id)
    known = _known(inst, (case_id, instance, token))
    left = retries
    if left is None:
        left = max(known.job.retries - 1, 0) if known else 0
    wait = retry_after_seconds
    if wait is None:
        attempts = max(known.attempts, 1) if known else 1
        wait = BACK_OFF_SECONDS[min(attempts, len(BACK_OFF_SECONDS)) - 1]

    def back_off(work: UnitOfWork, decision: Decision) -> None:
        work.delay_job(decision.case_id, instance, token, seconds=wait)

    return execute(
        inst,
        actor,
        FailJob(
            case_id=case_id,
            instance=instance,
            token=token,
            worker=worker,
            reason=reason,
            retries=left,
        ),
        job_lock=JobLock(instance, token, lock_token, worker, actor.unit),
        idempotency_key=idempotency_key,
        if_match=if_match,
        fingerprint={
            "job": job_id,
            "reason": reason,
            "retries": retries,
            "retry_after_seconds": retry_after_seconds,
        },
        before_commit=back_off,
    )


def throw_error(
    inst: Installation,
    actor: Actor,
    job_id: str,
    *,
    worker: str,
    lock_token: int,
    code: str,
    reason: str | None = None,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """A business refusal: the diagram's boundary event of that code catches it."""
    case_id, instance, token = _place(job_id)
    if not code:
        raise InvalidRequestError("a BPMN error needs a code")
    given = dict(data or {})
    command: Command = ThrowJobError(
        case_id=case_id,
        instance=instance,
        token=token,
        worker=worker,
        code=code,
        reason=reason,
        data=given,
    )
    return execute(
        inst,
        actor,
        command,
        job_lock=JobLock(instance, token, lock_token, worker, actor.unit),
        idempotency_key=idempotency_key,
        if_match=if_match,
        fingerprint={"code": code, "data": given, "job": job_id, "reason": reason},
    )


def _place(job_id: str) -> tuple[str, int, int]:
    found = split_part_id(job_id)
    if found is None:
        raise JobNotFoundError(f"there is no job {job_id!r}", job=job_id)
    return found


def _known(inst: Installation, place: tuple[str, int, int]) -> JobView | None:
    """The job as it waits.

    One that is gone is refused in the transaction, after an earlier answer to the key was sought.
    """
    with inst.database.reads() as reader:
        return find_job(reader, *place)
