"""`caseloop play`: one story on a compiled release, and what came of it as one JSON object."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.domain.city import City
from engine.kernel.compile.model import CompiledRelease, Definition
from engine.kernel.decide import World
from engine.kernel.player.automatic import Automatic
from engine.kernel.player.player import Player
from engine.kernel.player.runner import add_people, run_story
from engine.kernel.player.scenario import Scenario
from engine.kernel.player.standing import incidents_of, sent_of, status_of, waiting_of
from engine.kernel.player.trace import Trodden, ends_of, trace


@dataclass(frozen=True, slots=True)
class Played:
    """What `caseloop play` has to tell."""

    #: the object that `--format json` prints
    told: dict[str, Any]
    process: str | None = None
    #: the step that was not possible
    problem: str | None = None
    #: what the reader should know beside it
    remarks: tuple[str, ...] = ()


def play(
    world: World, city: City, script: Scenario, findings: Sequence[Any], *, auto: bool = False
) -> Played:
    """Plays the script; with `auto`, what then waits is completed without data."""
    process, remarks = choose_process(script, world.model)
    script = replace(script, process=process)
    player = Player(world=world, read_fact=city.read_fact, now=script.at)
    add_people(city, script.people)
    automatic = Automatic(player, tuple(sorted(city.people))) if auto else None
    problem = run_story(script, city, player, None if automatic is None else automatic.run)
    if automatic is not None and automatic.is_exhausted:
        remarks += (f"stopped after {automatic.steps} automatic steps",)
    if player.exhausted is not None:
        problem, remarks = None, (*remarks, player.exhausted)
    return Played({**_accepted(findings), **_told(player)}, process, problem, remarks)


def refused(findings: Sequence[Any], remarks: tuple[str, ...] = ()) -> Played:
    """What is told of a diagram that the gate refuses: it was not played."""
    return Played(
        remarks=remarks,
        told={
            "accepted": False,
            "findings": list(findings),
            "status": None,
            "path": [],
            "ends": [],
            "waiting": [],
            "sent": [],
            "case": {},
            "incidents": [],
        },
    )


def choose_process(script: Scenario, model: CompiledRelease) -> tuple[str | None, tuple[str, ...]]:
    """The process of the script, the case's, or the first that begins by itself.

    One that another one calls, or that a message or signal begins, is a partner of the story.
    """
    process = script.process or model.main_process
    if process is not None:
        return process, ()
    called = {name for definition in model.definitions.values() for name in definition.called}
    free = [name for name in model.definitions if name not in called]
    alone = [name for name in free if _begins_alone(model.definitions[name])]
    chosen = next(iter(alone or free or model.definitions))
    others = ", ".join(name for name in model.definitions if name != chosen)
    why = "the first that begins by itself" if alone else "the first"
    return chosen, (
        f"{chosen} is played, {why}; `process: …` in a script chooses another ({others})",
    )


def _begins_alone(definition: Definition) -> bool:
    """No message and no signal has to come first."""
    usual = definition.usual_start.event
    waits = any(element.instantiates for element in definition.elements.values())
    return usual not in ("message", "signal") and not waits


def _accepted(findings: Sequence[Any]) -> dict[str, Any]:
    return {"accepted": True, "findings": list(findings)}


def _told(player: Player) -> dict[str, Any]:
    state = player.state
    further = [] if state is None else [record.process for record in state.instances]
    return {
        "status": status_of(player),
        "path": [_step(step, further) for step in trace(player)],
        "ends": ends_of(player),
        "waiting": waiting_of(player),
        "sent": sent_of(player),
        "case": player.document,
        "incidents": incidents_of(player),
    }


def _step(step: Trodden, processes: Sequence[str]) -> dict[str, Any]:
    """`in` names the sub-processes and calls around; a further instance's process stands first."""
    within = (processes[step.instance], *step.within) if step.instance else step.within
    return {"id": step.id, "what": step.what, "at": step.at, "in": "/".join(within)}
