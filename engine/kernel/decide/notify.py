"""Notices to people: recipients resolved to persons, one notification row and one event each time.

Recipients are texts: `role:ROLE` (posts of that role in the case's district), `unit:UNIT` (its
desk), `holders` (who holds open work items now), `person:ID`, `actor:ACT` (who did ACT here).

A notice that finds nobody is not lost: it goes to the dispatchers of the case's district, else to
all, then to the duty officers. Where there are none either, the case and the outside are told that
nobody heard it.
"""

from collections.abc import Iterable
from typing import Any

from engine.domain.commands import FireTimer
from engine.domain.errors import ExpressionError
from engine.domain.facts import roster_key
from engine.domain.people import FALLBACK_ROLE
from engine.domain.rows import Notification, OutboxMessage
from engine.feel import to_json
from engine.kernel.compile.model import Element
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope

UNHEARD = "notification.unheard"
_DESK_ROLE = "department"
#: To whom a notice goes that finds nobody.
_INSTEAD = ("dispatcher", FALLBACK_ROLE)


def notify(w: Working, element: Element, scope: Scope) -> None:
    """Executes the `cl:notify` of a send task, in the transaction of the command."""
    notice = element.notify
    assert notice is not None
    wanted = _value(w, notice.to, scope)
    recipients = [str(r) for r in (wanted if isinstance(wanted, list) else [wanted]) if r]
    message = str(_value(w, notice.message, scope) or element.name or element.id)
    level = to_json(_value(w, notice.level, scope))
    needs_reply = _value(w, notice.needs_reply, scope) is True
    people = sorted({p for recipient in recipients for p in _people(w, recipient, element)})
    fallback, people = (None, people) if people else _others(w)
    kind = "escalation" if needs_reply else "reminder"
    digest = _digest(w, kind)
    data = {
        **({} if digest is None else {"digest": digest}),
        **({} if fallback is None else {"fallback": fallback}),
        "kind": kind,
        "level": level,
        "message": message,
        "needs_reply": needs_reply,
        "people": people,
        "recipients": recipients,
    }
    event = "notification.sent" if people else UNHEARD
    w.emit(event, data, element)
    clock = scope.local.get("clock")
    for person in people:
        w.notifications.append(
            Notification(
                case_id=w.case_id,
                seq=w.seq,
                n=len(w.notifications) + 1,
                person=person,
                kind=kind,
                level=None if level is None else str(level),
                message=message,
                clock=clock if isinstance(clock, str) else None,
                needs_reply=needs_reply,
                at=w.at,
                digest=digest,
            )
        )
    send_out(w, event, data)


def _others(w: Working) -> tuple[dict[str, str] | None, list[str]]:
    """Where somebody can be told instead, the nearest first, and who that is."""
    district = w.document.get("district")
    for role in _INSTEAD:
        places: list[dict[str, str]] = [{}] if district is None else [{"district": district}, {}]
        for place in places:
            if found := w.facts.need(roster_key(role, **place)):
                return {"role": role, **place}, sorted(map(str, found))
    return None, []


def _digest(w: Working, kind: str) -> str | None:
    """While an outage is caught up reminders are merged; what needs an answer stands alone."""
    return w.command.digest if kind == "reminder" and isinstance(w.command, FireTimer) else None


def send_out(w: Working, kind: str, payload: dict[str, Any]) -> None:
    """Adds a message for the outside; delivered after the commit."""
    w.outbox.append(OutboxMessage(w.case_id, w.seq, len(w.outbox) + 1, kind, payload, w.at))


def _value(w: Working, source: Any, scope: Scope) -> Any:
    """A literal text, or the value of an expression."""
    return source if source is None or isinstance(source, str) else evaluate(w, source, scope)


def _people(w: Working, recipient: str, element: Element) -> Iterable[str]:
    kind, _, argument = recipient.partition(":")
    if kind == "person":
        return [argument]
    if kind == "holders":
        return [item.holder for item in w.state.items.values() if item.holder is not None]
    if kind == "actor":
        return [a.person for a in w.state.acts if a.act == argument]
    if kind == "role":
        found = w.facts.need(roster_key(argument, district=w.document.get("district")))
        return [str(person) for person in found]
    if kind == "unit":
        found = w.facts.need(roster_key(_DESK_ROLE, unit=argument))
        return [str(person) for person in found]
    raise ExpressionError(
        f"{element.id}: {recipient!r} is no recipient; write role:, unit:, person:, actor: or "
        "holders",
        element=element.id,
        recipient=recipient,
    )
