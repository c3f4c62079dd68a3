"""Jobs 系统任务: a worker fetches and locks them, then completes or fails them."""

from api.call import Call, Reply, reply_of
from api.headers import ETAG, REPLAYED
from api.resource import Resource
from api.schemas.jobs import (
    BpmnErrorSchema,
    CompleteJobSchema,
    ExtendLockSchema,
    FailJobSchema,
    FetchAndLockSchema,
    JobAnswerSchema,
    LockedJobsSchema,
    LockExtendedSchema,
)
from engine.domain.clock import to_wire
from engine.domain.errors import BadVariablesError, JobNotFoundError, LockLostError
from engine.service import jobs as service
from engine.service.executor import Answer

jobs = Resource("jobs", "Jobs 系统任务: what waits for a handler system.")
_REFUSALS = (JobNotFoundError, LockLostError)
_HEADERS = {**ETAG, **REPLAYED}


@jobs.writes(
    "/jobs/fetch-and-lock",
    LockedJobsSchema,
    scope="jobs:work",
    body=FetchAndLockSchema,
    headers=REPLAYED,
    key="optional",
)
def fetch_and_lock_jobs(call: Call) -> Reply:
    """Takes waiting jobs of some topics for a worker, for a number of seconds.

    Without an Idempotency-Key the same request again takes further jobs. With one it gives the
    same jobs under the same locks, those of them that wait for this worker's answer still.
    """
    return reply_of(
        service.fetch_and_lock(
            call.inst, call.actor, **call.body, idempotency_key=call.idempotency_key
        )
    )


@jobs.writes(
    "/jobs/<job_id>/extend",
    LockExtendedSchema,
    scope="jobs:work",
    body=ExtendLockSchema,
    errors=_REFUSALS,
    headers=REPLAYED,
    key="optional",
)
def extend_job_lock(call: Call, job_id: str) -> Reply:
    """Keeps a lock for longer, counted from now.

    Without an Idempotency-Key it counts from when it comes, each time.
    """

    def extend() -> Answer:
        until = service.extend(call.inst, call.actor, job_id, **call.body)
        return Answer(None, {"lock_expires_at": to_wire(until)})

    return reply_of(call.once("extend", {"job": job_id, **call.body}, extend))


@jobs.writes(
    "/jobs/<job_id>/complete",
    JobAnswerSchema,
    scope="jobs:work",
    body=CompleteJobSchema,
    errors=(*_REFUSALS, BadVariablesError),
    headers=_HEADERS,
    conditional=True,
)
def complete_job(call: Call, job_id: str) -> Reply:
    """Finishes a job with its results."""
    return reply_of(
        service.complete(
            call.inst,
            call.actor,
            job_id,
            **call.body,
            idempotency_key=call.idempotency_key,
            if_match=call.if_match,
        )
    )


@jobs.writes(
    "/jobs/<job_id>/fail",
    JobAnswerSchema,
    scope="jobs:work",
    body=FailJobSchema,
    errors=_REFUSALS,
    headers=_HEADERS,
    conditional=True,
)
def fail_job(call: Call, job_id: str) -> Reply:
    """Says that a job did not work; the last failure opens an incident."""
    return reply_of(
        service.fail(
            call.inst,
            call.actor,
            job_id,
            worker=call.body["worker"],
            lock_token=call.body["lock_token"],
            reason=call.body["reason"],
            retries=call.body.get("retries"),
            retry_after_seconds=call.body.get("retry_after_seconds"),
            idempotency_key=call.idempotency_key,
            if_match=call.if_match,
        )
    )


@jobs.writes(
    "/jobs/<job_id>/bpmn-error",
    JobAnswerSchema,
    scope="jobs:work",
    body=BpmnErrorSchema,
    errors=(*_REFUSALS, BadVariablesError),
    headers=_HEADERS,
    conditional=True,
)
def throw_job_error(call: Call, job_id: str) -> Reply:
    """Raises a BPMN error that the diagram may catch."""
    return reply_of(
        service.throw_error(
            call.inst,
            call.actor,
            job_id,
            worker=call.body["worker"],
            lock_token=call.body["lock_token"],
            code=call.body["code"],
            reason=call.body.get("reason"),
            data=call.body["data"],
            idempotency_key=call.idempotency_key,
            if_match=call.if_match,
        )
    )
