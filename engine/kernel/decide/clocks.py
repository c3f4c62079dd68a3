"""Clocks 计时 inside a decision: starting, stopping, resuming, and moving the timers on them.

`handling` starts at the first dispatch, runs through 退单 and 改派, stops at the hand-back, where
on time or late is recorded; on rework it continues towards the same deadline (`design.md` §4).
"""

from datetime import datetime

from engine.domain import clocks as domain_clocks
from engine.domain.clock import to_wire
from engine.domain.clocks import ClockState
from engine.domain.errors import BadVariablesError, LimitError
from engine.domain.limits import parse_limit
from engine.feel import Expression
from engine.kernel.compile.model import AtClock, ClockSpec, Element
from engine.kernel.decide.clock_views import clock_of
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.kernel.run import Scope


def _keep(w: Working, clock: ClockState) -> None:
    w.state.clocks[clock.name] = domain_clocks.to_json(clock)


def apply_clock_words(w: Working, element: Element, outcome: str | None, scope: Scope) -> None:
    """Stops, then starts, the clocks that this element names for this outcome."""
    for name, wanted in element.stops_clock:
        if wanted in (None, outcome):
            _stop(w, name, element)
    for name, wanted in element.starts_clock:
        if wanted in (None, outcome):
            _start(w, name, element, scope)


def _stop(w: Working, name: str, element: Element) -> None:
    clock = clock_of(w, name)
    if clock is None or clock.stopped_at is not None:
        return
    clock = domain_clocks.stop(clock, w.at)
    _keep(w, clock)
    elapsed = int(domain_clocks.elapsed(clock, w.at, w.world.worktime))
    w.emit(
        "clock.stopped",
        {"clock": name, "elapsed_seconds": elapsed, "on_time": clock.on_time},
        element,
    )


def withdraw_clocks(w: Working) -> None:
    """The case has ended: what still runs stops counting. On time or late only a hand-back says."""
    clocks = [domain_clocks.from_json(data) for data in w.state.clocks.values()]
    for under_way in [clock for clock in clocks if clock.state in ("running", "paused")]:
        clock = domain_clocks.withdraw(under_way, w.at)
        _keep(w, clock)
        elapsed = int(domain_clocks.elapsed(clock, w.at, w.world.worktime))
        data = {"clock": clock.name, "due": _due(clock), "elapsed_seconds": elapsed}
        w.emit("clock.withdrawn", data)


def _start(w: Working, name: str, element: Element, scope: Scope) -> None:
    if w.has_ended:
        w.emit("clock.not_started", {"clock": name}, element)
        return
    clock = clock_of(w, name)
    if clock is None:
        _start_new(w, name, element, scope)
    elif clock.state == "stopped":
        clock = domain_clocks.resume(
            clock, w.at, w.world.worktime, keep_deadline=_keeps_deadline(w)
        )
        _keep(w, clock)
        w.emit("clock.resumed", {"clock": name, "due": _due(clock), "round": clock.round}, element)


def _start_new(w: Working, name: str, element: Element, scope: Scope) -> None:
    spec = _spec(w, element, name)
    source = spec.limit
    text = evaluate(w, source, scope) if isinstance(source, Expression) else source
    if text is None:
        w.emit("clock.without_limit", {"clock": name}, element)
        return
    try:
        limit = parse_limit(str(text))
    except LimitError as exc:
        raise BadVariablesError(str(exc), rule="clock/limit", clock=name) from exc
    idle = ClockState(name=name, stage=spec.stage or "handling")
    clock = domain_clocks.start(idle, w.at, limit, w.world.worktime)
    _keep(w, clock)
    w.emit(
        "clock.started",
        {
            "clock": name,
            "due": _due(clock),
            "limit": str(limit),
            "provisional": clock.provisional,
        },
        element,
    )


def _keeps_deadline(w: Working) -> bool:
    """捆绑时限: rework runs towards the same deadline, unless the release's policy says not."""
    return w.world.model.policies.rework_keeps_deadline


def _spec(w: Working, element: Element, name: str) -> ClockSpec:
    definition = w.world.model.definitions[element.process]
    return next(spec for spec in definition.clocks if spec.name == name)


def _due(clock: ClockState) -> str | None:
    return None if clock.due_at is None else to_wire(clock.due_at)


def due_of_point(w: Working, timer: AtClock) -> datetime | None:
    """When a point of a clock is due: None while the clock does not run or the point has fired."""
    clock = clock_of(w, timer.clock)
    if clock is None:
        return None
    return domain_clocks.next_due(clock, timer.point, w.world.worktime)


def mark_fired(w: Working, timer: AtClock) -> None:
    """A point fires once per case and clock."""
    clock = clock_of(w, timer.clock)
    if clock is not None:
        _keep(w, domain_clocks.fire(clock, timer.point))


def move_timers(w: Working) -> None:
    """Gives every timer that stands on a clock its present due time."""
    for n, instance in list(w.live.items()):
        for wait in w.waits(n):
            timer = wait.element.timer
            if wait.kind == "timer" and isinstance(timer, AtClock):
                due = due_of_point(w, timer)
                if due != wait.due:
                    instance.set_due(wait.token, due)
                    w.moved(n)
