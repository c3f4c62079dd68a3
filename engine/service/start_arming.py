"""The timer start events of the current release wait; those of a release that is replaced stop.

Both happen in the transaction that makes a release current, and stand in its entry.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.domain.clock import to_wire
from engine.domain.errors import DefinitionError, ExpressionError, WrongStateError
from engine.domain.journal import Event
from engine.domain.people import SYSTEM_TIMER
from engine.domain.rows import StartTimer
from engine.kernel.compile.model import CompiledRelease, Element
from engine.kernel.decide.timers_due import Rounds, rounds_from, start_due
from engine.service.administration import Changed, record
from engine.service.installation import Installation
from engine.store import UnitOfWork
from engine.store.queries.releases import find_installation
from engine.store.queries.start_timers import list_starts
from engine.store.writes.start_timers import (
    arm_starts,
    lock_current,
    lock_starts,
    stop_other_starts,
)

_ARM = "arm_timers"


def switch_starts(work: UnitOfWork, model: CompiledRelease, release: str) -> tuple[Event, ...]:
    """Stops the timers of every other release and arms this one's; what the entry says of it.

    DefinitionError when a time cannot be worked out: then the release does not become current.
    """
    stopped = stop_other_starts(work, release)
    armed = _armed(model, release, work.now(), lock_starts(work, release))
    arm_starts(work, armed)
    events = []
    for other in sorted({timer.release for timer in stopped}):
        mine = [_place(timer) for timer in stopped if timer.release == other]
        events.append(Event("release.timers_stopped", {"release": other, "timers": mine}))
    if armed:
        events.append(
            Event(
                "release.timers_armed",
                {"release": release, "timers": [_told(timer) for timer in armed]},
            )
        )
    return tuple(events)


def arm_current(inst: Installation) -> bool:
    """Arms a release that became current before there was a table of such timers.

    False when it has to be asked again, because a catalog or calendar is missing yet.
    """
    with inst.database.reads() as reader:
        found = find_installation(reader)
        release = None if found is None else found.current_release
        if release is None or list_starts(reader, release):
            return True
    try:
        model = inst.world(inst.current_pins()).model
    except WrongStateError:
        return False
    if model.id == release and any(True for _ in start_timers(model)):
        _arm_anew(inst, model, release)
    return True


def _arm_anew(inst: Installation, model: CompiledRelease, release: str) -> None:
    def change(work: UnitOfWork) -> Changed:
        if lock_current(work) != release or lock_starts(work, release):
            return Changed()  # another release by now, or another node was first
        return Changed(switch_starts(work, model, release))

    record(inst, SYSTEM_TIMER, f"release:{release}", _ARM, args={"release": release}, change=change)


def start_timers(model: CompiledRelease) -> Iterator[tuple[Element, int]]:
    """The timers by which a case of the release may begin, each with its number at its event."""
    for definition in model.beginnings.values():
        for start in definition.start_events:
            for number, event in enumerate(start.events):
                if event.timer is not None:
                    yield event, number


def start_of(model: CompiledRelease, timer: StartTimer) -> Element:
    """The timer in the diagram."""
    return model.definitions[timer.process].elements[timer.element].events[timer.number]


def after_round(model: CompiledRelease, timer: StartTimer) -> datetime | None:
    """When the round after this one is due; ExpressionError when that cannot be worked out."""
    rounds = Rounds(timer.since, timer.rounds + 1, timer.due_at)
    return start_due(start_of(model, timer), rounds)


def told_starts(model: CompiledRelease, events: tuple[Event, ...]) -> Iterator[dict[str, Any]]:
    """What a deployer should know of the timers that his release now has."""
    armed = [t for e in events if e.type == "release.timers_armed" for t in e.data["timers"]]
    for timer in armed:
        due, passed = timer["due"], timer["passed"]
        text = "it opens no case: its time has passed" if due is None else f"opens a case at {due}"
        if due is not None and passed:
            text += f"; {passed} rounds before that are past"
        file = model.definitions[timer["process"]].file
        yield {
            "element": timer["element"],
            "file": file,
            "help": "nothing to do, if that is what is meant",
            "line": None,
            "message": text,
            "rule": "release/timer",
            "severity": "info",
        }
    yield from _not_beginnings(model)


def _not_beginnings(model: CompiledRelease) -> Iterator[dict[str, Any]]:
    """The timers that open nothing, because no case begins with their process."""
    for name in sorted(set(model.definitions) - set(model.beginnings)):
        definition = model.definitions[name]
        for start in definition.start_events:
            if any(event.timer is not None for event in start.events):
                yield {
                    "element": start.id,
                    "file": definition.file,
                    "help": 'declare cl:profile="case", or begin it without a timer',
                    "line": start.line or None,
                    "message": f"it opens no case: no case of this release begins with {name}",
                    "rule": "release/timer",
                    "severity": "warning",
                }


def _armed(
    model: CompiledRelease, release: str, now: datetime, before: list[StartTimer]
) -> list[StartTimer]:
    """The timers as they begin to wait now; a round that is done with is not done again."""
    done = {(t.process, t.element, t.number): t.last_due for t in before}
    found = []
    for start, number in start_timers(model):
        try:
            rounds = rounds_from(start, now, done.get((start.process, start.id, number)))
            due = start_due(start, rounds)
        except ExpressionError as exc:
            raise DefinitionError(
                f"the time of the start event {start.id} cannot be worked out: {exc.message}",
                element=start.id,
            ) from exc
        timer = StartTimer(release, start.process, start.id, number, now, 0, None, due)
        found.append(replace(timer, rounds=rounds.fired, last_due=rounds.last_due))
    return found


def _place(timer: StartTimer) -> dict[str, Any]:
    return {"element": timer.element, "process": timer.process}


def _told(timer: StartTimer) -> dict[str, Any]:
    due = None if timer.due_at is None else to_wire(timer.due_at)
    return {**_place(timer), "due": due, "passed": timer.rounds}
