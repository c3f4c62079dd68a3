"""Timers that are due become commands; a virtual clock goes from due instant to due instant."""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.domain.calendars import check_reach
from engine.domain.clock import to_wire
from engine.domain.errors import WrongStateError
from engine.domain.people import Actor
from engine.service.executor import fire
from engine.service.firing import Fired
from engine.service.installation import Installation
from engine.service.signal_delivery import deliver_signals
from engine.service.start_firing import fire_starts
from engine.store import timers as store_timers
from engine.store.start_timers import next_start
from engine.store.writes.installation import advance_virtual_clock

LEASE_SECONDS = 30
_MOST_INSTANTS = 1_000_000
#: What is due may be in the hands of another node, or of a dead one until its lease ends.
_LOOK_AGAIN_SECONDS = 0.02
_MOST_LOOKS = 5_000  # 100 seconds: longer than a lease, and than a firing that failed is put off
_ELSEWHERE = threading.Event()  # never set: waiting for it is waiting


def fire_due(inst: Installation, *, node: str, limit: int = 100) -> Fired:
    """Claims timers that are due by now and fires each: those of cases, then those that open one.

    Of the cases' own, reminders go before escalations.
    """
    total = Fired()
    with inst.firing:
        now = inst.now()
        claimed = store_timers.claim_due(
            inst.database, now=now, node=node, lease_seconds=_lease(inst), limit=limit
        )
        for timer in claimed:
            total += fire(inst, timer, now)
        total += fire_starts(inst, now=now, node=node, lease_seconds=_lease(inst), limit=limit)
        deliver_signals(inst)
    return total


def _lease(inst: Installation) -> int:
    """A SQLite file has one process: a lease that outlives it only holds up the next one."""
    return 1 if inst.database.dialect == "sqlite" else LEASE_SECONDS


def read_clock(inst: Installation) -> dict[str, Any]:
    """Case time, and whether it is virtual."""
    virtual = inst.virtual
    return {
        "now": inst.now(),
        "speed": None if virtual is None else str(virtual.speed),
        "virtual": virtual is not None,
    }


def advance_clock(inst: Installation, actor: Actor, to: datetime) -> dict[str, Any]:
    """Moves the virtual clock forward; every timer on the way fires at its own time."""
    del actor
    if inst.virtual is None:
        raise WrongStateError("case time is not virtual here; it cannot be moved")
    if to < inst.virtual.now():
        inst.virtual.move_to(to)  # says that it only moves forward
    check_reach(to)
    total, idle = Fired(), 0
    with inst.firing:
        total += _fire_all(inst)  # what is due or thrown by now comes now, not where the clock goes
        for instant in _due_instants(inst, to):
            _stand_at(inst, instant)
            fired = _fire_all(inst)
            idle = 0 if fired.fired else idle + 1
            if idle > _MOST_LOOKS:
                raise WrongStateError(
                    f"a timer that is due at {to_wire(instant)} cannot be fired; `health` and the "
                    "log say why",
                    due=to_wire(instant),
                )
            if fired == Fired():
                _ELSEWHERE.wait(_LOOK_AGAIN_SECONDS)
            total += fired
        _stand_at(inst, to)
    return {"fired": total.fired, **read_clock(inst)}


def keep_clock(inst: Installation) -> None:
    """Writes down where a clock that runs by itself stands: a restart goes on from there."""
    if inst.virtual is not None and inst.virtual.speed:
        with inst.firing, inst.database.unit_of_work() as work:
            advance_virtual_clock(work, inst.virtual.now())
            work.commit()


def next_due(inst: Installation) -> datetime | None:
    """The earliest due time of any timer, of a case or of a release."""
    found = (store_timers.next_due(inst.database), next_start(inst.database))
    return min((due for due in found if due is not None), default=None)


def _due_instants(inst: Installation, to: datetime) -> Iterator[datetime]:
    assert inst.virtual is not None
    for _ in range(_MOST_INSTANTS):
        due = next_due(inst)
        if due is None or due > to:
            return
        yield max(due, inst.virtual.now())
    raise WrongStateError(f"more than {_MOST_INSTANTS} timers before {to_wire(to)}")


def _stand_at(inst: Installation, instant: datetime) -> None:
    """Moves the clock, in the database first: a restart goes on from there."""
    assert inst.virtual is not None
    with inst.database.unit_of_work() as work:
        advance_virtual_clock(work, instant)
        work.commit()
    if instant > inst.virtual.now():
        inst.virtual.move_to(instant)


def _fire_all(inst: Installation) -> Fired:
    total = Fired()
    while True:
        fired = fire_due(inst, node="clock")
        total += fired
        if fired == Fired() and not deliver_signals(inst):
            return total
