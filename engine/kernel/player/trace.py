"""The way a case went: its journal's `path` events, each step with the element it is of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.kernel.compile.model import CompiledRelease, Element
from engine.kernel.player.player import Player

#: Before the id of a flow where a traced release tells that it was taken; no XML id begins so.
FLOW_SIGN = "~"
_WHAT = {"+": "entered", "-": "left", "x": "cancelled"}


@dataclass(frozen=True, slots=True)
class Trodden:
    """One step of the way. `within` are the ids of the sub-processes and calls around it."""

    id: str
    what: str
    at: str
    within: tuple[str, ...]
    instance: int
    element: Element | None


def trace(player: Player) -> list[Trodden]:
    """Every step of every instance, in the order in which it happened."""
    return [step for step in raw_trace(player) if not step.id.startswith(FLOW_SIGN)]


def ends_of(player: Player) -> list[str]:
    """The end events reached, those of sub-processes and called processes among them."""
    return [
        step.id
        for step in raw_trace(player)
        if step.what == "entered" and step.element is not None and step.element.kind == "endEvent"
    ]


def path_of(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """The signed steps: `+id` entered, `-id` left, `xid` cancelled; scopes before a slash."""
    return [
        step
        for event in events
        if event["type"] == "path"
        for step in event["data"]["steps"]
        if not step[1:].rpartition("/")[2].startswith(FLOW_SIGN)
    ]


def raw_trace(player: Player) -> Iterator[Trodden]:
    """The same with the flows that a traced release tells of."""
    state, model = player.state, player.world.model
    for event in player.events:
        if event["type"] != "path" or state is None:
            continue
        number = event["data"]["instance"]
        process = state.instances[number].process
        for text in event["data"]["steps"]:
            *within, name = text[1:].split("/")
            element = find_element(model, process, within, name)
            yield Trodden(name, _WHAT[text[0]], event["at"], tuple(within), number, element)


def find_element(
    model: CompiledRelease, process: str, within: Sequence[str], name: str
) -> Element | None:
    """The element of this id at the end of a way through sub-processes and calls."""
    for scope in within:
        definition = model.definitions.get(process)
        outer = None if definition is None else definition.elements.get(scope)
        if outer is not None and outer.called is not None:
            process = outer.called
    definition = model.definitions.get(process)
    return None if definition is None else definition.elements.get(name)
