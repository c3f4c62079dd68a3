"""Whether the installation can work, and what its administrator should know.

Asked without a key: it tells nothing of cases, people or addresses.
"""

from datetime import timedelta
from typing import Any

from engine.domain.clock import from_wire
from engine.domain.errors import EngineError
from engine.service.installation import Installation
from engine.service.timers import next_due
from engine.store import timers
from engine.store.queries.releases import find_installation
from engine.store.queries.start_timers import count_refused_starts
from engine.store.start_timers import count_postponed_starts

OK, UNAVAILABLE = "ok", "unavailable"
#: A ticker ticks every half second; half a minute without one is news.
_SILENT_AFTER = timedelta(seconds=30)
_LATE_AFTER = timedelta(seconds=60)


def check(inst: Installation) -> dict[str, Any]:
    """`status` ok or unavailable, warnings in words, and how far timers are behind."""
    try:
        lag = ticker_lag(inst)
        postponed = timers.count_postponed(inst.database) + count_postponed_starts(inst.database)
        warnings = [*inst.database.warnings(), *_of_database(inst)]
    except EngineError as exc:
        unknown = dict.fromkeys(("postponed_timers", "ticker_lag_seconds"))
        return {"status": UNAVAILABLE, **unknown, "warnings": [exc.code]}
    if postponed:
        warnings.append(f"{postponed} timers cannot be fired and are tried again; see the log")
    if lag > _LATE_AFTER:
        warnings.append(f"timers are {int(lag.total_seconds())} seconds behind")
    return {
        "postponed_timers": postponed,
        "status": OK,
        "ticker_lag_seconds": int(lag.total_seconds()),
        "warnings": [*warnings, *_of_ticker(inst)],
    }


def ticker_lag(inst: Installation) -> timedelta:
    """How long the most overdue timer has been waiting in case time."""
    due = next_due(inst)
    return timedelta() if due is None else max(inst.now() - due, timedelta())


def _of_database(inst: Installation) -> list[str]:
    """What no new case could be opened without, and which were not opened when it was time."""
    with inst.database.reads() as reader:
        found, refused = find_installation(reader), count_refused_starts(reader)
    names = ("release", "catalog", "calendar")
    missing = [n for n in names if getattr(found, f"current_{n}", None) is None]
    told = []
    if missing:
        told.append(f"no case can be opened: nothing is current for {', '.join(missing)}")
    if refused:
        told.append(
            f"{refused} timers that start a process opened no case when they were due last; the "
            "current release says which, and why"
        )
    return told


def _of_ticker(inst: Installation) -> list[str]:
    told = inst.runtime.get("ticker")
    if told is None:
        return []
    found = []
    if told.get("problem"):
        found.append("the ticker's last round failed")
    last = told.get("last_tick_at")
    if last is not None and inst.lease_clock.now() - from_wire(last) > _SILENT_AFTER:
        found.append(f"the ticker has been silent since {last}")
    if told.get("late"):
        found.append(f"{told['late']} timers fired late since the start")
    return found
