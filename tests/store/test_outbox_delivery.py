"""The outbox: at least once, in order per case, later after a failure."""

import pytest

from engine.domain.errors import LockLostError
from engine.domain.rows import RowChanges
from engine.store import Database
from engine.store.outbox import ClaimedMessage, claim_outbox, mark_delivered, mark_failed
from tests.databases import CountingIds, SettableClock
from tests.store.small_case import open_case, outbox_message


def open_with(database: Database, case_id: str, messages: int) -> str:
    out = tuple(outbox_message(case_id, 1, n) for n in range(1, messages + 1))
    return open_case(database, case_id, RowChanges(outbox=out))


def claim(database: Database) -> list[ClaimedMessage]:
    return claim_outbox(database, seconds=60, limit=10)


def test_message_comes_as_it_was_written(database: Database, ids: CountingIds) -> None:
    case_id = open_with(database, ids.new(), 1)
    [claimed] = claim(database)
    assert claimed.message == outbox_message(case_id, 1, 1)
    assert (claimed.id, claimed.attempts) == (f"{case_id}.1.1", 1)


def test_later_message_of_a_case_waits_for_the_earlier(
    database: Database, ids: CountingIds
) -> None:
    open_with(database, ids.new(), 2)
    open_with(database, ids.new(), 1)
    first = claim(database)
    assert [c.message.n for c in first] == [1, 1]
    assert claim(database) == []
    for claimed in first:
        mark_delivered(database, claimed)
    assert [c.message.n for c in claim(database)] == [2]


def test_failed_message_comes_again_later_each_time_longer(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with(database, ids.new(), 1)
    for delay in (5, 10, 20):
        [claimed] = claim(database)
        mark_failed(database, claimed, error="503")
        lease_clock.forward(seconds=delay - 1)
        assert claim(database) == []
        lease_clock.forward(seconds=1)
    assert claim(database)[0].attempts == 4


def test_answer_after_the_lease_went_on_is_refused(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with(database, ids.new(), 1)
    [late] = claim(database)
    lease_clock.forward(seconds=60)
    claim(database)
    with pytest.raises(LockLostError):
        mark_delivered(database, late)
    with pytest.raises(LockLostError):
        mark_failed(database, late, error="503")
