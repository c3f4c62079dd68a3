import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import StoreUnavailableError
from engine.runtime import start_runtime
from engine.runtime.ticker import PORTION, Ticker
from engine.service.firing import Fired
from engine.service.installation import Installation, SystemClock
from engine.service.timers import advance_clock, fire_due
from engine.service.virtual_clock import VirtualClock
from engine.store import IdempotencyKey, StoredAnswer
from engine.store.feed import read_page
from engine.store.housekeeping import drop_outlived
from engine.store.queries.events import last_position
from engine.store.queries.journal import list_entries
from engine.store.queries.notifications import list_notifications
from engine.store.queries.waiting import list_timers
from engine.store.timers import claim_due
from engine.store.writes import installation as birth
from handlers import BUILT_IN
from tests.audit.town import MONDAY, OPERATOR, Town
from tests.databases import SettableClock


def kinds(town: Town, case_id: str) -> list[str]:
    """The kinds of the notifications of a case, in the order in which they were sent."""
    with town.inst.database.reads() as reader:
        found = list_notifications(reader, case_id=case_id, limit=200).items
    return [view.notification.kind for view in reversed(found)]


def fired_elements(town: Town, case_id: str) -> list[str]:
    with town.inst.database.reads() as reader:
        bodies = [e.body.decode() for e in list_entries(reader, f"case:{case_id}")]
    return ["80" if "80 %" in body else "100" for body in bodies if '"type":"timer.fired"' in body]


def test_nothing_fires_before_it_is_due(town: Town) -> None:
    case_id = town.dispatched()
    assert Ticker(town.inst, "n").tick() == Fired()
    assert kinds(town, case_id) == []


def test_reminder_fires_at_eighty_and_escalation_at_a_hundred_percent(town: Town) -> None:
    case_id = town.dispatched()
    ticker = Ticker(town.inst, "n")
    for due in due_instants(town, case_id):
        town.clock.instant = due - timedelta(seconds=1)
        assert ticker.tick().fired == 0
        town.clock.instant = due
        assert ticker.tick().fired == 1
    assert fired_elements(town, case_id) == ["80", "100"]
    assert ticker.report()["late"] == 0


def due_instants(town: Town, case_id: str) -> list[Any]:
    with town.inst.database.reads() as reader:
        return [timer.due_at for timer in list_timers(reader, case_id)]


def test_outage_is_caught_up_once_reminders_first_and_told(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    cases = [town.dispatched() for _ in range(3)]
    town.clock.forward(days=3)
    ticker = Ticker(town.inst, "n")
    with caplog.at_level(logging.WARNING, logger="caseloop.ticker"):
        assert ticker.tick().fired == 6
    assert ticker.tick() == Fired()
    for case_id in cases:
        assert fired_elements(town, case_id) == ["80", "100"]
        assert kinds(town, case_id)[0] == "reminder"
    assert "6 of 6 timers fired late" in caplog.text
    told = town.inst.runtime["ticker"]
    assert (told["late"], len(told["late_last"]), told["problem"]) == (6, 6, None)


def test_catching_up_is_bounded_and_goes_on_with_the_next_tick(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtime.ticker.BATCH", 1)
    monkeypatch.setattr("engine.runtime.ticker.ROUNDS", 2)
    for _ in range(2):
        town.dispatched()
    town.clock.forward(days=3)
    ticker = Ticker(town.inst, "n")
    assert [ticker.tick().fired for _ in range(3)] == [2, 2, 0]


def test_two_nodes_fire_each_timer_once(town: Town) -> None:
    cases = [town.dispatched() for _ in range(4)]
    town.clock.forward(days=3)
    tickers = [Ticker(replace(town.inst), name) for name in ("a", "b")]
    for ticker in tickers:  # each node has an installation of its own
        ticker._inst.firing = threading.RLock()
    threads = [threading.Thread(target=ticker.tick) for ticker in tickers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(ticker.report()["fired"] for ticker in tickers) == 8
    assert [fired_elements(town, case_id) for case_id in cases] == [["80", "100"]] * 4


def test_entries_get_their_places_in_the_feed(town: Town) -> None:
    town.report()
    Ticker(town.inst, "n").tick()
    with town.inst.database.reads() as reader:
        assert last_position(reader) == 1
    assert [e.seq for e in read_page(town.inst.database, after=0, limit=10)] == [1]


def test_tick_survives_a_database_that_is_away(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = town.dispatched()
    town.clock.forward(days=3)
    ticker = Ticker(town.inst, "n")

    def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailableError("no route to the database")

    with monkeypatch.context() as patched:
        patched.setattr("engine.service.timers.store_timers.claim_due", away)
        assert ticker.tick() == Fired()
    assert ticker.report()["problem"] == "no route to the database"
    assert ticker.tick().fired == 2
    assert ticker.report()["problem"] is None
    assert fired_elements(town, case_id) == ["80", "100"]


@contextmanager
def virtual(town: Town) -> Iterator[Installation]:
    """The town on a virtual clock that stands."""
    clock = VirtualClock(town.clock.now(), SystemClock())
    database = town.inst.database
    with database.unit_of_work() as work:
        work.write(birth._CLOCK, {"id": 1, "at": clock.now()})
        work.commit()
    database.clock = clock
    town.inst.virtual = clock
    yield town.inst


def test_ticker_leaves_timers_to_a_clock_that_is_being_moved(town: Town) -> None:
    """While the clock goes from due instant to due instant nobody may fire at a later one."""
    case_id = town.dispatched()
    dues = due_instants(town, case_id)
    with virtual(town) as inst:
        ticker = Ticker(inst, "n")
        taken, go = threading.Event(), threading.Event()

        def hold() -> None:
            with inst.firing:
                taken.set()
                assert go.wait(10)

        mover = threading.Thread(target=hold)
        mover.start()
        assert taken.wait(10)
        assert inst.virtual is not None
        inst.virtual.move_to(dues[-1])
        assert ticker.tick() == Fired()
        go.set()
        mover.join()
        assert ticker.tick().fired == 2


def test_moved_clock_fires_each_timer_at_its_own_time_beside_the_ticker(town: Town) -> None:
    cases = [town.dispatched() for _ in range(3)]
    dues = sorted(due for case_id in cases for due in due_instants(town, case_id))
    with virtual(town) as inst:
        inst.lease_clock = SystemClock()
        with start_runtime(inst, node="n"):
            moved = advance_clock(inst, OPERATOR, dues[-1] + timedelta(days=1))
    assert moved["now"] == dues[-1] + timedelta(days=1)
    with town.inst.database.reads() as reader:
        at = [
            entry.at
            for case_id in cases
            for entry in list_entries(reader, f"case:{case_id}")
            if b'"type":"timer.fired"' in entry.body
        ]
    assert sorted(at) == dues


def test_runtime_catches_up_at_the_start_and_ends_in_order(town: Town) -> None:
    case_id = town.dispatched()
    town.clock.forward(days=3)
    before = threading.active_count()
    with start_runtime(town.inst, handlers=BUILT_IN, node="n") as runtime:
        until(lambda: runtime.ticker.report()["fired"] == 2)
    assert threading.active_count() == before
    assert fired_elements(town, case_id) == ["80", "100"]
    assert runtime.ticker.report()["node"] == "n"


def test_case_goes_on_soon_after_the_command_that_made_the_job(town: Town) -> None:
    with start_runtime(town.inst, handlers=BUILT_IN, node="n"):
        case_id = town.report()
        town.do(case_id, "zhou", "file_case", "filed", condition=2)
        until(lambda: "dispatch" in town.items(case_id))


def until(reached: Any, seconds: float = 10) -> None:
    """Waits for what another thread brings about."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.01)):
        if reached():
            return
        pause.wait(0.01)
    pytest.fail("it did not come about")


def test_timer_of_a_dead_node_is_fired_when_its_lease_has_run_out(town: Town) -> None:
    case_id = town.dispatched()
    town.clock.instant = MONDAY + timedelta(days=3)
    claim_due(town.inst.database, now=None, node="dead", lease_seconds=30, limit=10)
    assert fire_due(town.inst, node="n") == Fired()
    lease: Any = town.inst.lease_clock
    lease.forward(seconds=31)
    assert fire_due(town.inst, node="n").fired == 2
    assert fired_elements(town, case_id) == ["80", "100"]


def test_timer_that_was_past_due_when_it_was_set_is_not_late(town: Town) -> None:
    """Reworked after its deadline, the clock's reminder is due at once: nobody kept it waiting."""
    case_id = town.handed_back()
    town.clock.forward(days=2)
    town.do(case_id, "wang", "review_feedback", "rework", reason="没有盖好")
    fired = fire_due(town.inst, node="n")
    assert (fired.fired, fired.late) == (2, ())
    assert late_seconds(town, case_id) == [0, 0]


def test_timer_that_was_past_due_when_it_was_set_is_late_from_then_on(town: Town) -> None:
    case_id = town.handed_back()
    town.clock.forward(days=2)
    town.do(case_id, "wang", "review_feedback", "rework", reason="没有盖好")
    town.clock.forward(seconds=61)
    assert len(fire_due(town.inst, node="n").late) == 2
    assert late_seconds(town, case_id) == [61, 61]


def late_seconds(town: Town, case_id: str) -> list[int]:
    with town.inst.database.reads() as reader:
        entries = [json.loads(e.body) for e in list_entries(reader, f"case:{case_id}")]
    events = [event for entry in entries for event in entry["events"]]
    return [e["data"]["late_seconds"] for e in events if e["type"] == "timer.fired"]


def test_virtual_clock_that_runs_fast_makes_nothing_late(town: Town) -> None:
    """A tick of half a second is half an hour of case time at speed 3600."""
    case_id = town.dispatched()
    virtual = VirtualClock(town.clock.instant, SystemClock(), speed=3600)
    fast = replace(town.inst, virtual=virtual)
    town.clock.instant = due_instants(town, case_id)[0] + timedelta(minutes=30)
    fired = fire_due(fast, node="n")
    assert (fired.fired, fired.late) == (1, ())


def test_ticker_drops_stored_answers_that_nobody_asks_for_again(
    town: Town, lease_clock: SettableClock
) -> None:
    """A backlog goes a portion per tick; then it looks once a minute."""
    database, ticker = town.inst.database, Ticker(town.inst, "n")
    with database.unit_of_work() as work:
        for n in range(PORTION + 1):
            work.keep_answer(IdempotencyKey("user:lin", str(n), 1), StoredAnswer(b"answer"))
        work.commit()
    lease_clock.forward(days=8)
    ticker.tick()
    assert drop_outlived(database, limit=1) == 1
    for n in range(2):
        with database.unit_of_work() as work:
            work.keep_answer(IdempotencyKey("user:lin", f"later{n}", 1), StoredAnswer(b"answer"))
            work.commit()
    ticker.tick()
    lease_clock.forward(days=8)
    ticker.tick()
    assert drop_outlived(database, limit=10) == 0
