"""Numbers for monitoring; a name that ends in `_total` only grows."""

from typing import Any

from engine.kernel.decide.notify import UNHEARD
from engine.service.health import ticker_lag
from engine.service.installation import Installation
from engine.store.queries import counts
from engine.store.queries.cases import count_by_status
from engine.store.queries.events import last_position
from engine.store.queries.incidents import count_unresolved
from engine.store.queries.start_timers import count_refused_starts

_TICKER = ("failed", "fired", "gone", "late", "ticks")


def snapshot(inst: Installation) -> dict[str, Any]:
    """Counts by name; a mapping holds one number per label."""
    now = inst.now()
    with inst.database.reads() as reader:
        found: dict[str, Any] = {
            "cases": count_by_status(reader),
            "entries_total": last_position(reader),
            "incidents_open": count_unresolved(reader),
            "jobs_waiting": counts.jobs_by_topic(reader),
            "notifications_unheard": counts.outbox_of(reader, UNHEARD),
            "outbox_waiting": counts.outbox(reader),
            "signals_waiting": counts.signals(reader),
            "start_timers_refused": count_refused_starts(reader),
            "timers_due": counts.timers_due(reader, now),
            "work_items_open": counts.work_items_by_stage(reader),
            "work_items_overdue": counts.work_items_overdue(reader, now),
        }
    found["ticker_lag_seconds"] = int(ticker_lag(inst).total_seconds())
    ticker = inst.runtime.get("ticker")
    if ticker is not None:
        found["ticker_total"] = {name: ticker.get(name, 0) for name in _TICKER}
    return found
