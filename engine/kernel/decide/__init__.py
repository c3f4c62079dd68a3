"""`decide`: the pure heart. A snapshot and a command in, one Decision out (`design.md` §2).

Touches no clock, no database, no randomness; the services, the player, replay and the backtest
call the same function. What it needs from outside the case it asks of `Facts`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import orjson

from engine.domain import commands as c
from engine.domain.case import CaseState, InstanceRecord
from engine.domain.commands import Command
from engine.domain.errors import CaseNotFoundError, ExecutionError, UnknownCommandError
from engine.domain.evidence import GENESIS, state_hash, to_plain
from engine.domain.facts import Facts
from engine.domain.journal import build_entry, case_stream
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot, Decision, Pins
from engine.kernel.canonical import canonical_plain
from engine.kernel.decide import (
    calendar_change,
    events,
    failing,
    jobs,
    opening,
    resolving,
    work_items,
)
from engine.kernel.decide.projection import Projection, difference, project
from engine.kernel.decide.stepping import load_all
from engine.kernel.decide.working import Working, World, world_for, world_of

__all__ = ["World", "decide", "world_for", "world_of"]

_HANDLERS: dict[type[Command], Callable[[Working, Any], None]] = {
    c.OpenCase: opening.open_case,
    c.ClaimWorkItem: work_items.claim,
    c.ReleaseWorkItem: work_items.release,
    c.CompleteWorkItem: work_items.complete,
    c.CompleteJob: jobs.complete,
    c.FailJob: jobs.fail,
    c.ThrowJobError: jobs.throw_error,
    c.CorrelateMessage: events.correlate,
    c.BroadcastSignal: events.signal,
    c.FireTimer: events.fire_timer,
    c.RetryIncident: resolving.retry,
    c.ResolveIncident: resolving.resolve,
    c.AddAttachment: events.add_attachment,
    c.RecomputeDeadlines: calendar_change.recompute_deadlines,
}


def decide(
    world: World,
    snapshot: CaseSnapshot | None,
    command: Command,
    actor: Actor,
    at: datetime,
    facts: Facts,
    *,
    key: str | None = None,
) -> Decision:
    """Decides one command at its recorded time `at` (aware UTC, never before the last entry).

    Raises FactNeeded, or an EngineError when the command is refused: then nothing has changed.
    An error inside automatic steps becomes an incident of the case instead.
    """
    handler = _HANDLERS.get(type(command))
    if handler is None:
        raise UnknownCommandError(f"there is no command {command.kind!r}")
    if (snapshot is None) is not isinstance(command, c.OpenCase):
        raise CaseNotFoundError(case_id=command.case_id)
    command = _plain_command(command)
    w, old = _begin(world, snapshot, command, actor, at, facts)
    try:
        handler(w, command)
    except ExecutionError as exc:
        if snapshot is None or isinstance(command, c.ResolveIncident):
            raise  # there is nowhere to stop; the incident that was to be resolved stays
        w, old = _begin(world, snapshot, command, actor, at, facts)
        failing.stop_at(w, command, exc)
    return _finish(w, old, key)


def _plain_command(command: Command) -> Command:
    """Arguments in plain JSON terms, so that the entry's record rebuilds the same command."""
    data = getattr(command, "data", None)
    if data:
        return cast("Command", replace(cast("Any", command), data=to_plain(data, "data")))
    return command


def _begin(
    world: World,
    snapshot: CaseSnapshot | None,
    command: Command,
    actor: Actor,
    at: datetime,
    facts: Facts,
) -> tuple[Working, Projection]:
    facts.forget_used()
    if snapshot is None:
        state, document = opening.new_state(at), {}
    else:
        state = CaseState.from_json(orjson.loads(snapshot.state))
        document = orjson.loads(snapshot.document)
    if not isinstance(command, c.FireTimer):
        state.hurried = 0
    w = Working(
        world=world,
        command=command,
        actor=actor,
        at=at,
        facts=facts,
        state=state,
        document=document,
        snapshot=snapshot,
    )
    if snapshot is None:
        return w, Projection()
    load_all(w)
    return w, project(w)


def _finish(w: Working, old: Projection, key: str | None) -> Decision:
    jobs.stop_unready(w)
    for n, instance in w.live.items():
        process = w.state.instances[n].process
        state = None if instance.finished else instance.dump()
        w.state.instances[n] = InstanceRecord(process, state)
    rows = difference(w, old, project(w))
    state_bytes = canonical_plain(w.state.to_json())
    document = canonical_plain(w.document)
    pins = _pins(w)
    entry, digest = build_entry(
        stream=case_stream(w.case_id),
        seq=w.seq,
        prev=w.snapshot.head if w.snapshot else GENESIS,
        at=w.at,
        actor=w.actor.to_json(w.post),
        command={
            "args": w.command.record(),
            "key": key,
            "kind": w.command.kind,
            "read": w.facts.used,
        },
        pins=pins.to_json(),
        events=w.events,
        state=state_hash(state_bytes, document),
        encode=canonical_plain,
    )
    return Decision(
        case_id=w.case_id,
        seq=w.seq,
        at=w.at,
        pins=pins,
        entry=entry,
        entry_hash=digest,
        state=state_bytes,
        document=document,
        district=w.document.get("district"),
        rows=rows,
        answer=_answer(w),
        pins_moved=w.snapshot is not None and pins != w.snapshot.pins,
        sent=tuple(w.sent),
    )


def _answer(w: Working) -> dict[str, Any]:
    """What the caller is told beside the receipt."""
    return {
        "case_id": w.case_id,
        "outcome": w.state.outcome,
        "stage": w.state.stage,
        "status": "incident" if w.state.incidents else w.state.status,
        **w.answer,
    }


def _pins(w: Working) -> Pins:
    if w.snapshot is not None:
        pins = w.snapshot.pins
        same = pins.calendar == w.world.calendar
        return pins if same else replace(pins, calendar=w.world.calendar)
    return Pins(
        release=w.world.model.id,
        catalog=w.world.catalog,
        calendar=w.world.calendar,
        semantics=w.world.semantics,
    )
