"""A case goes on to a newer version of its calendar: clocks under way and their timers move.

Which cases, and who ordered it, is the business of the service; here one case is decided.
"""

from dataclasses import replace
from typing import Any

from engine.domain import clocks as domain_clocks
from engine.domain.calendars import Calendar
from engine.domain.clock import to_wire
from engine.domain.clocks import ClockState
from engine.domain.commands import RecomputeDeadlines
from engine.domain.errors import WrongStateError
from engine.domain.evidence import canonical, digest
from engine.kernel.decide.clocks import move_timers
from engine.kernel.decide.working import Working


def recompute_deadlines(w: Working, command: RecomputeDeadlines) -> None:
    """Clocks under way get the deadline that the new version gives; those handed back stay.

    A point that has fired does not fire again, wherever it would lie now.
    """
    old, new = w.world.worktime, w.world.next_worktime
    assert new is not None, "`world_for` gives it"
    _check(w, command, old.calendar, new.calendar)
    pairs = [(clock, domain_clocks.change_calendar(clock, w.at, old, new)) for clock in _clocks(w)]
    moved = [(before, after) for before, after in pairs if domain_clocks.has_moved(before, after)]
    w.emit(
        "calendar.changed",
        {
            "after": command.calendar,
            "before": w.world.calendar,
            "moved": len(moved),
            "order": command.order,
        },
    )
    for before, after in moved:
        w.emit("clock.recomputed", _move(before, after))
    for _, after in pairs:
        w.state.clocks[after.name] = domain_clocks.to_json(after)
    w.world = replace(w.world, worktime=new, calendar=command.calendar, next_worktime=None)
    move_timers(w)
    w.answer["deadlines_moved"] = len(moved)


def _clocks(w: Working) -> list[ClockState]:
    return [domain_clocks.from_json(data) for data in w.state.clocks.values()]


def _check(w: Working, command: RecomputeDeadlines, old: Calendar, new: Calendar) -> None:
    """WrongStateError unless the case is under way and the version is a newer one of its own."""
    if not w.live:
        raise WrongStateError("the case has ended; its clocks stay", rule="state/not-open")
    if new.id != old.id or new.version <= old.version:
        raise WrongStateError(
            f"the case is on {w.world.calendar}; {command.calendar} is no newer version of it",
            rule="calendar/not-newer",
            calendar=w.world.calendar,
        )
    recorded = w.facts.need(f"calendar:{command.calendar}")
    if recorded != digest(canonical(new.to_json())):
        raise WrongStateError(
            f"the calendar {command.calendar} is not the one that was read",
            rule="calendar/changed",
        )


def _move(before: ClockState, after: ClockState) -> dict[str, Any]:
    return {
        "clock": after.name,
        "due": None if after.due_at is None else to_wire(after.due_at),
        "due_before": None if before.due_at is None else to_wire(before.due_at),
        "missing_years": list(after.missing_years),
        "provisional": after.provisional,
    }
