"""A message for which no case waits may be the one that a case begins by."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.commands import OpenCase
from engine.domain.errors import ConflictError, WrongStateError
from engine.domain.rows import Pins
from engine.kernel.compile.model import CompiledRelease, Definition
from engine.service.installation import Installation


def case_begun_by(
    inst: Installation, name: str, data: Mapping[str, Any]
) -> tuple[OpenCase, Pins] | None:
    """The command that opens a case of the current release; None where no case begins so.

    ConflictError when several processes would: the sender opens the one that he means.
    """
    try:
        pins = inst.current_pins()
    except WrongStateError:
        return None  # nothing was deployed yet
    found = [
        (definition.process_id, start.id)
        for definition in _beginning(inst.world(pins).model)
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


def _beginning(model: CompiledRelease) -> Iterator[Definition]:
    """What a case may begin with: its main procedures, or anything where none says so."""
    mains = [d for d in model.definitions.values() if d.profile == "case"]
    yield from mains or model.definitions.values()
