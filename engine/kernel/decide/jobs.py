"""Jobs 系统任务: a worker completes, fails, or raises a BPMN error.

The lock is the store's business (checked first in the transaction); here only the case counts.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.domain.case import OpenJob
from engine.domain.commands import CompleteJob, FailJob, ThrowJobError
from engine.domain.errors import EngineError, JobNotFoundError, UncaughtBpmnError, WrongStateError
from engine.kernel.decide import document
from engine.kernel.decide.incidents import stop_job
from engine.kernel.decide.stepping import find_wait, instance_of, job_variables, settle
from engine.kernel.decide.working import Working
from engine.kernel.run import Wait

JobCommand = CompleteJob | FailJob | ThrowJobError


def complete(w: Working, command: CompleteJob) -> None:
    """Writes the declared outputs and lets the instance go on."""
    _, wait = _find(w, command)
    document.check_outputs(w, wait.element.outputs, command.data)
    w.emit("job.completed", {"topic": wait.element.topic, "worker": command.worker}, wait.element)
    _finish(w, command.instance, wait, command.data)


def finish_by_hand(w: Working, instance: int, wait: Wait, data: Mapping[str, Any]) -> None:
    """An incident of a job is resolved: somebody gives what the job would have given."""
    document.check_outputs(w, wait.element.outputs, data)
    _finish(w, instance, wait, data)


def _finish(w: Working, instance: int, wait: Wait, data: Mapping[str, Any]) -> None:
    document.write(w, data, wait.element)
    w.state.jobs.pop((instance, wait.token), None)
    instance_of(w, instance).complete(wait.token, None)
    settle(w, instance)


def fail(w: Working, command: FailJob) -> None:
    """Counts down the retries; the last failure becomes an incident."""
    job, wait = _find(w, command)
    if command.retries < 0:
        raise WrongStateError("retries cannot be negative", rule="job/retries")
    place = (command.instance, command.token)
    w.state.jobs[place] = replace(job, retries=command.retries)
    w.emit(
        "job.failed",
        {"reason": command.reason, "retries": command.retries, "worker": command.worker},
        wait.element,
    )
    if command.retries == 0:
        stop_job(w, place, wait.element, code="job-failed", message=command.reason)


def throw_error(w: Working, command: ThrowJobError) -> None:
    """A business refusal: the boundary event with that code catches it, or it is an incident."""
    _, wait = _find(w, command)
    document.check_outputs(w, wait.element.outputs, command.data, whole=False)
    document.write(w, command.data, wait.element)
    w.emit(
        "job.error_thrown",
        {"code": command.code, "reason": command.reason, "worker": command.worker},
        wait.element,
    )
    caught = instance_of(w, command.instance).throw_error(
        command.token, command.code, command.reason
    )
    if not caught:
        raise UncaughtBpmnError(
            f"nothing catches the error {command.code!r} of {wait.element.id}",
            element=wait.element.id,
            error_code=command.code,
        )
    w.state.jobs.pop((command.instance, command.token), None)
    settle(w, command.instance)


def stop_unready(w: Working) -> None:
    """A job whose inputs cannot be evaluated stops at an incident; the rest of the case goes on."""
    for n, wait in w.places():
        place = (n, wait.token)
        if wait.kind != "job" or w.state.jobs[place].incident:
            continue
        try:
            job_variables(w, wait)
        except EngineError as exc:
            message = f"the inputs of {wait.element.id}: {exc.message}"
            stop_job(w, place, wait.element, code=exc.code, message=message)


def _find(w: Working, command: JobCommand) -> tuple[OpenJob, Wait]:
    job = w.state.jobs.get((command.instance, command.token))
    wait = None if job is None else find_wait(w, command.instance, command.token)
    if job is None or wait is None:
        raise JobNotFoundError(rule="state/not-open")
    if job.incident:
        raise WrongStateError(
            f"incident {job.incident} stops this job; retry or resolve it", incident=job.incident
        )
    return job, wait
