"""The clocks 计时 of a case as they stand now, for expressions and readers; nothing moves here."""

from typing import Any

from engine.domain import clocks as domain_clocks
from engine.domain.clock import to_wire
from engine.domain.clocks import ClockState
from engine.kernel.decide.working import Working

_MINUTE = 60_000_000  #: microseconds


def clock_of(w: Working, name: str) -> ClockState | None:
    """The clock, or None while it was never started."""
    data = w.state.clocks.get(name)
    return None if data is None else domain_clocks.from_json(data)


def clock_views(w: Working) -> dict[str, dict[str, Any]]:
    """What expressions see of the clocks. Minutes count as the clock's unit counts."""
    return {name: _view(w, domain_clocks.from_json(data)) for name, data in w.state.clocks.items()}


def _view(w: Working, clock: ClockState) -> dict[str, Any]:
    elapsed = domain_clocks.elapsed(clock, w.at, w.world.worktime)
    return {
        "due": None if clock.due_at is None else to_wire(clock.due_at),
        "elapsed_minutes": int(elapsed) // 60,
        "limit_minutes": clock.budget_us // _MINUTE,
        "on_time": clock.on_time,
        "overdue": domain_clocks.is_overdue(clock, w.at),
        "round": clock.round,
        "state": clock.state,
    }
