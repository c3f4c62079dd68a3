"""A played case in which nothing can happen any more: tokens at joins, and nothing is awaited."""

from collections.abc import Iterator
from typing import Any

from engine.domain.case import InstanceRecord
from engine.kernel.compile.model import CompiledRelease, Element
from engine.kernel.player.player import Player

DEADLOCK = "deadlock"
_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
#: where the rows of tokens and those of scopes stand in the state of an instance
_ROWS, _SCOPES = 5, 6


def deadlocks_of(player: Player) -> list[dict[str, Any]]:
    """As an incident each join at which a token of a stuck instance waits for ever.

    The kernel's state says nothing of it: no step has failed, so there is nothing to retry.
    """
    found: dict[str, dict[str, Any]] = {}
    for record in _stuck(player):
        for element in _standing(record, player.world.model):
            if element.kind in _JOINS:
                message = f"{element.id} waits for a token that cannot come any more"
                found.setdefault(
                    element.id, {"id": element.id, "code": DEADLOCK, "message": message}
                )
    return list(found.values())


def _stuck(player: Player) -> Iterator[InstanceRecord]:
    """Instances that are not done, wait for nothing, and were not stopped by an incident."""
    state = player.state
    if state is None:
        return
    busy = {number for number, _ in player.waits()} | {i.instance for i in state.incidents}
    for number, record in enumerate(state.instances):
        if record.state is not None and number not in busy:
            yield record


def _standing(record: InstanceRecord, model: CompiledRelease) -> Iterator[Element]:
    """The elements at which a token stands, in sub-processes and called processes too."""
    state: list[Any] = record.state or []
    known = {name: e for d in model.definitions.values() for name, e in d.elements.items()}
    known |= model.definitions[record.process].elements
    for rows in (state[_ROWS], *(scope[1] for scope in state[_SCOPES])):
        for row in rows:
            if row[1] in known:
                yield known[row[1]]
