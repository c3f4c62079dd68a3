"""The ticker: fires the timers that are due, gives entries their place in the feed, keeps house.

One APScheduler job per node, kept in memory: what is due lies in the database, so a node may die
at any instant and another one, or the next start, goes on. After an outage it catches up in
bounded rounds, what was due first goes first, and tells what came late.
"""

import logging
from collections import deque
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler

from engine.domain.clock import to_wire
from engine.domain.errors import StoreUnavailableError
from engine.service.firing import Fired
from engine.service.installation import Installation
from engine.service.start_arming import arm_current
from engine.service.timers import fire_due, keep_clock
from engine.store.feed import seal_positions
from engine.store.housekeeping import drop_outlived

_log = logging.getLogger("caseloop.ticker")

SECONDS = 0.5
#: Timers claimed at once, and rounds per tick: after an outage other work gets its turn between.
BATCH = 100
ROUNDS = 10
#: How often it is looked for rows whose time is over, and how many of a kind go at once.
HOUSEKEEPING = timedelta(minutes=1)
PORTION = 500
_LATE_KEPT = 20


class Ticker:
    """The tick of one node; `report` says what it did since it was started."""

    def __init__(self, inst: Installation, node: str, *, seconds: float = SECONDS) -> None:
        self._inst = inst
        self._node = node
        self._seconds = seconds
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._total = Fired()
        self._late_count = 0
        self._late: deque[str] = deque(maxlen=_LATE_KEPT)
        self._ticks = 0
        self._armed = False
        self._house_kept_at: datetime | None = None
        self._problem: str | None = None
        self._last: str | None = None
        # A tick that comes while the one before still runs is left out, which is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)

    def start(self) -> None:
        """The first tick, which catches up, comes after one interval."""
        self._publish()
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self._seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Waits for a tick under way."""
        self._scheduler.shutdown(wait=True)

    def tick(self) -> Fired:
        """One round; whatever goes wrong, the next one tries again."""
        fired = Fired()
        try:
            self._armed = self._armed or arm_current(self._inst)
            fired = self._fire()
            seal_positions(self._inst.database)
            self._keep_house()
            self._problem = None
        except StoreUnavailableError as exc:
            self._problem = exc.message
            _log.warning("the database cannot be reached: %s", exc)
        except Exception as exc:  # noqa: BLE001 a tick that ends the ticker would stop every clock
            self._problem = type(exc).__name__
            _log.exception("a tick failed")
        self._account(fired)
        return fired

    def _fire(self) -> Fired:
        """Leaves the timers alone while somebody moves the virtual clock: he fires them."""
        total = Fired()
        if not self._inst.firing.acquire(blocking=False):
            return total
        try:
            keep_clock(self._inst)
            for _ in range(ROUNDS):
                fired = fire_due(self._inst, node=self._node, limit=BATCH)
                total += fired
                if fired == Fired():
                    break
        finally:
            self._inst.firing.release()
        return total

    def _keep_house(self) -> None:
        """Drops what outlived its use; a backlog goes a portion per tick."""
        now, last = self._inst.lease_clock.now(), self._house_kept_at
        if last is not None and now - last < HOUSEKEEPING:
            return
        if drop_outlived(self._inst.database, limit=PORTION) < PORTION:
            self._house_kept_at = now

    def _account(self, fired: Fired) -> None:
        self._ticks += 1
        self._last = to_wire(self._inst.lease_clock.now())
        self._total += Fired(fired.fired, fired.gone, fired.failed)
        self._late_count += len(fired.late)
        self._late.extend(fired.late)
        if fired.late:
            _log.warning(
                "%d of %d timers fired late: %s", len(fired.late), fired.fired, _told(fired.late)
            )
        if fired.failed:
            _log.error("%d timers could not be fired; they are tried again", fired.failed)
        self._publish()

    def report(self) -> dict[str, Any]:
        """For `health`: the last tick, counts, and the latest of what came late."""
        return {
            "failed": self._total.failed,
            "fired": self._total.fired,
            "gone": self._total.gone,
            "last_tick_at": self._last,
            "late": self._late_count,
            "late_last": list(self._late),
            "node": self._node,
            "problem": self._problem,
            "ticks": self._ticks,
        }

    def _publish(self) -> None:
        self._inst.runtime["ticker"] = self.report()


def _told(late: tuple[str, ...]) -> str:
    shown = "; ".join(late[:_LATE_KEPT])
    return shown if len(late) <= _LATE_KEPT else f"{shown}; and {len(late) - _LATE_KEPT} more"
