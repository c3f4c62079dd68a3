"""How a story begins: which process, by which start event, with which data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.kernel.compile.model import Element
from engine.kernel.decide import World
from engine.kernel.player.moving import moves_clock
from engine.kernel.player.scenario import Scenario
from engine.kernel.player.script_errors import ScenarioError


@dataclass(frozen=True, slots=True)
class Beginning:
    """What opens the case. `steps` of the story are done by that."""

    process: str
    start: str | None = None
    steps: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)
    #: who sent the message that opens the case
    sender: str | None = None
    #: the timer start event whose time is waited for
    timer: Element | None = None


def beginning_of(scenario: Scenario, world: World) -> Beginning:
    """By itself, unless the first step is the event that a start event waits for.

    That is its message, its signal, or the time that passes until its timer is due.
    """
    process = _process_of(scenario, world)
    first = scenario.steps[0] if scenario.steps else {}
    definition = world.model.definitions[process]
    for start in definition.start_events:
        if _takes(start, first):
            return Beginning(process, start.id, 1, first.get("data") or {}, first.get("by"))
    usual = definition.usual_start
    if usual.event == "timer" and moves_clock(first):
        return Beginning(process, usual.id, timer=usual)
    return Beginning(process)


def _takes(start: Element, step: Mapping[str, Any]) -> bool:
    message, signal = step.get("message"), step.get("signal")
    if message is None and signal is None:
        return False
    return any(e.message == message and e.signal == signal for e in start.events)


def _process_of(scenario: Scenario, world: World) -> str:
    """The process that is played: named, or the only one that can be meant."""
    process = scenario.process or world.model.main_process
    known = ", ".join(world.model.definitions)
    if process is None:
        raise ScenarioError(
            f"name the process; the release has several and none is the case's: {known}"
        )
    if process not in world.model.definitions:
        raise ScenarioError(
            f"there is no process {process!r}; there are: {known}", rule="scenario/unknown-process"
        )
    return process
