"""Looking at a case without changing it: what it waits for, its clocks, its indicators."""

from datetime import datetime
from typing import Any

import orjson

from engine.domain.case import CaseState
from engine.domain.commands import BroadcastSignal
from engine.domain.facts import Facts
from engine.domain.people import Actor
from engine.domain.rows import CaseSnapshot
from engine.kernel.decide.clock_views import clock_views
from engine.kernel.decide.scope import indicators
from engine.kernel.decide.stepping import load_all
from engine.kernel.decide.working import Working, World
from engine.kernel.run import Wait

_NOBODY = Actor(via="reading")


def look(world: World, snapshot: CaseSnapshot, at: datetime) -> Working:
    """A working copy to read from; nothing is decided on it."""
    w = Working(
        world=world,
        command=BroadcastSignal(case_id=snapshot.case_id, name=""),
        actor=_NOBODY,
        at=at,
        facts=Facts(),
        state=CaseState.from_json(orjson.loads(snapshot.state)),
        document=orjson.loads(snapshot.document),
        snapshot=snapshot,
    )
    load_all(w)
    return w


def set_timers(w: Working) -> list[tuple[int, Wait]]:
    """(instance, wait) of every timer that has a due time and is not stopped by an incident."""
    waits = ((n, wait) for n, wait in w.places() if wait.kind == "timer")
    return [
        (n, wait)
        for n, wait in waits
        if wait.due is not None and not w.state.is_stopped((n, wait.token))
    ]


def clocks_now(world: World, snapshot: CaseSnapshot, at: datetime) -> dict[str, dict[str, Any]]:
    """The clocks as expressions see them."""
    return clock_views(look(world, snapshot, at))


def indicators_now(world: World, snapshot: CaseSnapshot, at: datetime) -> dict[str, Any]:
    """The indicators as expressions see them."""
    return indicators(look(world, snapshot, at))
