"""How a played case stands: its status, what it waits for, its incidents, what it has sent."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.domain.clock import to_wire
from engine.kernel.compile.model import Element
from engine.kernel.player.deadlocks import deadlocks_of
from engine.kernel.player.player import Player
from engine.kernel.run import Wait

_UNCAUGHT = "uncaught-bpmn-error"
_OF_A_WORKER = "job-failed"
_WORD = re.compile(r"[^\s:]+")
_QUOTED_ERROR = re.compile(r"the error '([^']*)'")


def status_of(player: Player) -> str:
    """completed, waiting, cancelled or incident, as `play.md` names them."""
    state = player.state
    if player.stillborn is not None or (state is not None and state.incidents):
        return "incident"
    if state is None or any(record.state is not None for record in state.instances):
        return "incident" if deadlocks_of(player) else "waiting"
    return "cancelled" if state.status == "cancelled" else "completed"


def waiting_of(player: Player) -> list[dict[str, Any]]:
    """Everything that is waited for, in the order in which it began to wait."""
    waiting = [_waiting(wait.element, wait.kind, wait.name, wait.due) for _, wait in player.waits()]
    if player.starts_at is not None:
        start, due = player.starts_at
        waiting.append(_waiting(start, "timer", None, due))
    return waiting


def _waiting(element: Element, kind: str, name: str | None, due: datetime | None) -> dict[str, Any]:
    return {
        "id": element.id,
        "kind": kind,
        "name": name or element.name,
        "due": None if due is None else to_wire(due),
    }


def waiting_text(player: Player) -> str:
    """The same in one line, for whoever asked for something that does not wait."""
    if player.starts_at is not None:
        start, due = player.starts_at
        return f"{start.id} (timer, due {to_wire(due)})"
    return ", ".join(_wait_text(wait) for _, wait in player.waits()) or "nothing"


def _wait_text(wait: Wait) -> str:
    name = f" {wait.name}" if wait.name and wait.name != wait.element.id else ""
    return f"{wait.element.id} ({wait.kind.replace('_', ' ')}{name})"


def incidents_of(player: Player) -> list[dict[str, Any]]:
    """The open incidents, by the element that failed rather than the one that can be retried."""
    if player.stillborn is not None:
        exc = player.stillborn
        code = str(exc.context.get("cause", exc.code))
        element = str(exc.context.get("element", "")) or None
        return [{"id": element, "code": code, "message": exc.message}]
    state = player.state
    if state is None:
        return []
    return [
        {
            "id": _failed(player, incident.code, incident.message) or incident.element,
            "code": incident.code,
            "message": incident.message,
        }
        for incident in state.incidents
    ] + deadlocks_of(player)


def sent_of(player: Player) -> list[dict[str, Any]]:
    """Messages, signals and escalations that left their instance, then errors nothing caught."""
    thrown = [_sent(sent.kind, sent.name, sent.at) | {"data": sent.data} for sent in player.sent]
    return thrown + list(_uncaught(player))


def _uncaught(player: Player) -> Iterator[dict[str, Any]]:
    exc, state = player.stillborn, player.state
    if exc is not None and exc.code == _UNCAUGHT:
        yield _sent("error", exc.context.get("error_code") or exc.context.get("code"), player.now)
    for incident in () if state is None else state.incidents:
        if incident.code == _UNCAUGHT:
            name = _error_name(player, incident.code, incident.message)
            yield _sent("error", name, incident.opened_at)


def _sent(kind: str, name: object, at: datetime) -> dict[str, Any]:
    return {"kind": kind, "name": name, "data": {}, "at": to_wire(at)}


def _error_name(player: Player, code: str, message: str) -> str | None:
    element = _element(player, _failed(player, code, message) or "")
    if element is not None and element.error_code is not None:
        return element.error_code
    quoted = _QUOTED_ERROR.search(message)
    return quoted[1] if quoted else None


def _failed(player: Player, code: str, message: str) -> str | None:
    """The element that a failed automatic step names first; a worker's reason names none."""
    if code == _OF_A_WORKER:
        return None
    words = _WORD.findall(message)
    return next((word for word in words if _element(player, word) is not None), None)


def _element(player: Player, name: str) -> Element | None:
    for definition in player.world.model.definitions.values():
        if name in definition.elements:
            return definition.elements[name]
    return None
