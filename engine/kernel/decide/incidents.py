"""Incidents: where the case cannot go on, until somebody retries or resolves it by a command.

A step that fails leaves the instance as it was before the command; the incident says what failed.
"""

from dataclasses import replace

from engine.domain.case import OpenIncident, Place
from engine.domain.commands import ResolveIncident, RetryIncident
from engine.domain.errors import NotFoundError
from engine.kernel.compile.model import Element
from engine.kernel.decide.working import Working


def raise_incident(
    w: Working, kind: str, place: Place, element: Element, *, code: str, message: str
) -> int:
    """Adds an incident; answers its number in the case."""
    w.state.incident_count += 1
    number = w.state.incident_count
    w.state.incidents.append(OpenIncident(number, kind, *place, element.id, code, message, w.at))
    w.emit("incident.raised", {"code": code, "message": message, "number": number}, element)
    w.answer["incident"] = number
    return number


def take(w: Working, number: int) -> OpenIncident:
    """Removes an open incident from the state; NotFoundError names those that are open."""
    for incident in w.state.incidents:
        if incident.number == number:
            w.state.incidents.remove(incident)
            return incident
    raise NotFoundError(
        f"the case has no open incident {number}",
        open=[incident.number for incident in w.state.incidents],
    )


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
    from engine.kernel.decide import jobs  # noqa: PLC0415 jobs raise incidents
    from engine.kernel.decide.stepping import find_wait  # noqa: PLC0415 stepping may raise them

    incident = take(w, command.incident)
    w.emit("incident.resolved", {"number": incident.number, "reason": command.reason})
    if (incident.instance, incident.token) in w.state.jobs:
        wait = find_wait(w, incident.instance, incident.token)
        if wait is not None:
            jobs.finish_by_hand(w, incident.instance, wait, command.data)
