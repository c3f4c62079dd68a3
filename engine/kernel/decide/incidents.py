"""Incidents: where the case cannot go on, until somebody retries or resolves it (`resolving`).

A step that fails leaves the instance as it was before the command; the incident says what failed.
"""

from collections.abc import Collection
from dataclasses import replace

from engine.domain.case import OpenIncident, Place
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


def withdraw_gone(w: Working, instance: int, waiting: Collection[int]) -> None:
    """Closes the incidents of places where the instance waits no more: nothing is left to do."""
    for incident in list(w.state.incidents):
        at_a_token = incident.instance == instance and incident.token != 0
        if at_a_token and incident.token not in waiting:
            w.state.incidents.remove(incident)
            w.emit("incident.withdrawn", {"number": incident.number})


def stop_job(w: Working, place: Place, element: Element, *, code: str, message: str) -> None:
    """An incident of a job: nobody gets the job until the incident is retried or resolved."""
    number = raise_incident(w, "job", place, element, code=code, message=message)
    w.state.jobs[place] = replace(w.state.jobs[place], incident=number)
