"""Retrying and resolving an incident: the administrator's two ways on."""

from dataclasses import replace

from engine.domain.commands import ResolveIncident, RetryIncident
from engine.domain.errors import BadVariablesError
from engine.kernel.decide import jobs
from engine.kernel.decide.incidents import take
from engine.kernel.decide.stepping import find_wait
from engine.kernel.decide.working import Working


def retry(w: Working, command: RetryIncident) -> None:
    """The job may be tried again, the timer is due again; a work item simply stays open."""
    incident = take(w, command.incident)
    place = (incident.instance, incident.token)
    if place in w.state.jobs:
        job = w.state.jobs[place]
        w.state.jobs[place] = replace(job, retries=command.retries, incident=0)
    w.emit("incident.retried", {"number": incident.number, "reason": command.reason})


def resolve(w: Working, command: ResolveIncident) -> None:
    """What failed is done by hand: a job gets its data, anything else just loses the incident."""
    incident = take(w, command.incident)
    w.emit("incident.resolved", {"number": incident.number, "reason": command.reason})
    place = (incident.instance, incident.token)
    wait = find_wait(w, *place) if place in w.state.jobs else None
    if wait is not None:
        jobs.finish_by_hand(w, incident.instance, wait, command.data)
    elif command.data:
        _refuse_data(command, incident.kind)


def _refuse_data(command: ResolveIncident, kind: str) -> None:
    message = f"is not taken: the incident is of a {kind.replace('_', ' ')}, not of a job"
    errors = [{"message": message, "pointer": f"/data/{name}"} for name in command.data]
    raise BadVariablesError(
        f"{errors[0]['pointer']}: {message}", rule="incident/no-data", errors=errors
    )
