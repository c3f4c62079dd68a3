"""Timers: claimed when due, in order, by one node at a time."""

from datetime import timedelta

from engine.domain.rows import RowChanges, Timer
from engine.store import Database
from engine.store.timers import claim_due, next_due, postpone
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import advance, open_case, timer

HOUR = timedelta(hours=1)


def open_with(database: Database, case_id: str, *due: tuple[int, int]) -> str:
    timers = tuple(timer(case_id, n, START + h * HOUR, p) for n, (h, p) in enumerate(due, 1))
    return open_case(database, case_id, RowChanges(timers=timers))


def claim(database: Database, *, hours: float, node: str = "n1", limit: int = 100) -> list[Timer]:
    now = START + timedelta(hours=hours)
    return claim_due(database, now=now, node=node, lease_seconds=30, limit=limit)


def test_timer_is_not_given_before_it_is_due(database: Database, ids: CountingIds) -> None:
    open_with(database, ids.new(), (2, 0))
    assert claim(database, hours=1.99) == []
    assert len(claim(database, hours=2)) == 1


def test_due_timers_come_by_time_then_by_priority(database: Database, ids: CountingIds) -> None:
    open_with(database, ids.new(), (3, 0), (2, 9), (2, 1), (1, 5))
    assert [t.token for t in claim(database, hours=5)] == [4, 3, 2, 1]


def test_limit_leaves_the_later_ones(database: Database, ids: CountingIds) -> None:
    open_with(database, ids.new(), (3, 0), (2, 0), (1, 0))
    assert [t.token for t in claim(database, hours=5, limit=2)] == [3, 2]
    assert [t.token for t in claim(database, hours=5, limit=2)] == [1]


def test_claimed_timer_goes_to_another_node_after_the_lease(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with(database, ids.new(), (1, 0))
    assert len(claim(database, hours=2)) == 1
    assert claim(database, hours=2, node="n2") == []
    lease_clock.forward(seconds=30)
    assert len(claim(database, hours=2, node="n2")) == 1


def test_moved_timer_is_free_and_due_anew(database: Database, ids: CountingIds) -> None:
    case_id = open_with(database, ids.new(), (1, 0))
    claim(database, hours=2)
    moved = timer(case_id, 1, START + 4 * HOUR)
    advance(database, case_id, RowChanges(timers=(moved,)))
    assert claim(database, hours=3) == []
    assert claim(database, hours=4) == [moved]


def test_postponed_timer_waits(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with(database, ids.new(), (1, 0))
    [claimed] = claim(database, hours=2)
    postpone(database, claimed, seconds=300)
    lease_clock.forward(seconds=299)
    assert claim(database, hours=2) == []
    lease_clock.forward(seconds=1)
    assert claim(database, hours=2) == [claimed]


def test_case_time_is_taken_when_no_instant_is_given(
    database: Database, ids: CountingIds, case_clock: SettableClock
) -> None:
    open_with(database, ids.new(), (1, 0))
    case_clock.forward(hours=1)
    assert len(claim_due(database, now=None, node="n1", lease_seconds=30, limit=9)) == 1


def test_next_due_is_the_earliest(database: Database, ids: CountingIds) -> None:
    assert next_due(database) is None
    open_with(database, ids.new(), (3, 0), (2, 0))
    assert next_due(database) == START + 2 * HOUR
