"""Incidents: where a case cannot go on, until somebody retries or resolves it by a command.

Who may not read the case finds no incident of it, neither in the list nor to retry it.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.commands import ResolveIncident, RetryIncident
from engine.domain.errors import InvalidRequestError
from engine.domain.ids import is_uuid
from engine.domain.people import Actor
from engine.service.cases import read_case
from engine.service.executor import Answer, execute
from engine.service.installation import Installation
from engine.service.pages import Page
from engine.service.rights import reach_of
from engine.store.queries import incidents as queries
from engine.store.queries.case_numbers import find_case_numbers

_FILTERS = ("case_id", "open")


def list_incidents(
    inst: Installation,
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    cursor: Any = None,
    limit: int = 50,
) -> Page:
    """Incidents of the cases that the actor may read, the newest first.

    `open` leaves those that nobody has resolved.
    """
    if unknown := sorted(set(filters) - set(_FILTERS)):
        raise InvalidRequestError(f"unknown filter {unknown[0]!r}", field=unknown[0])
    _check_id(filters.get("case_id"))
    reach = reach_of(inst, actor)
    with inst.database.reads() as reader:
        found = queries.list_incidents(
            reader,
            case_id=filters.get("case_id"),
            unresolved=bool(filters.get("open")),
            reach=reach,
            now=inst.database.case_now(),
            cursor=cursor,
            limit=limit,
        )
        numbers = find_case_numbers(reader, [incident.case_id for incident in found.items])
    items = [
        {
            "case_id": incident.case_id,
            "case_no": numbers[incident.case_id],
            "code": incident.code,
            "element": incident.element,
            "message": incident.message,
            "number": incident.number,
            "opened_at": incident.opened_at,
            "resolved_at": incident.resolved_at,
        }
        for incident in found.items
    ]
    return Page(items, found.next_cursor)


def retry(
    inst: Installation,
    actor: Actor,
    case_id: str,
    number: int,
    *,
    reason: str,
    retries: int = 1,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Lets the failed job or step be tried again, `retries` times."""
    read_case(inst, actor, case_id)
    command = RetryIncident(case_id=case_id, incident=number, reason=reason, retries=retries)
    return execute(inst, actor, command, idempotency_key=idempotency_key, if_match=if_match)


def resolve(
    inst: Installation,
    actor: Actor,
    case_id: str,
    number: int,
    *,
    reason: str,
    data: Mapping[str, Any] | None = None,
    idempotency_key: str | None = None,
    if_match: int | None = None,
) -> Answer:
    """Resolves it by hand, with what the job would have given."""
    read_case(inst, actor, case_id)
    given = dict(data or {})
    command = ResolveIncident(case_id=case_id, incident=number, reason=reason, data=given)
    fingerprint = {"case": case_id, "data": given, "incident": number, "reason": reason}
    return execute(
        inst,
        actor,
        command,
        idempotency_key=idempotency_key,
        if_match=if_match,
        fingerprint=fingerprint,
    )


def _check_id(case_id: str | None) -> None:
    if case_id is None:
        return
    if not is_uuid(case_id):
        raise InvalidRequestError(f"{case_id!r} is no case's id", field="case_id")
