"""A message for which no case waits may be the one that a case begins by."""

from collections.abc import Mapping
from typing import Any

from engine.domain.commands import OpenCase
from engine.domain.errors import ConflictError, WrongStateError
from engine.domain.people import Actor
from engine.domain.rows import Pins
from engine.service.installation import Installation

_OPENS = "cases:open"


def case_begun_by(
    inst: Installation, actor: Actor, name: str, data: Mapping[str, Any]
) -> tuple[OpenCase, Pins] | None:
    """The command that opens a case of the current release; None where no case begins so.

    Who may only send opens nothing: the scope is that of opening. ConflictError when several
    processes would: the sender opens the one that he means.
    """
    if not may_open(actor):
        return None
    try:
        pins = inst.current_pins()
    except WrongStateError:
        return None  # nothing was deployed yet
    found = [
        (definition.process_id, start.id)
        for definition in inst.world(pins).model.beginnings.values()
        for start in definition.start_events
        if any(event.message == name for event in start.events)
    ]
    if not found:
        return None
    if len(found) > 1:
        places = ", ".join(f"{process}/{start}" for process, start in found)
        raise ConflictError(f"several processes begin by a message {name!r}: {places}")
    [(process, start)] = found
    command = OpenCase(
        case_id=inst.ids.new(), release=pins.release, process=process, start=start, data=dict(data)
    )
    return command, pins


def may_open(actor: Actor) -> bool:
    """Whether what he sends may open a case: the scope is that of opening."""
    return actor.via == "cli" or _OPENS in actor.scopes
