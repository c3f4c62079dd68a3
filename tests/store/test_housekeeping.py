"""Stored answers and sessions are kept as long as they are promised, and go in small portions."""

from datetime import timedelta

import pytest

from engine.store import Database, IdempotencyKey, StoredAnswer
from engine.store.housekeeping import drop_outlived
from engine.store.queries.access import find_session
from engine.store.writes.access import put_session, put_user
from tests.databases import START, SettableClock


def keep_answers(database: Database, *keys: str) -> None:
    with database.unit_of_work() as work:
        for key in keys:
            work.keep_answer(IdempotencyKey("user:lin", key, 1), StoredAnswer(b"answer"))
        work.commit()


def kept(database: Database, key: str) -> bool:
    with database.unit_of_work() as work:
        wanted = IdempotencyKey("user:lin", key, 1)
        return work.load(None, idempotency=wanted).stored_answer is not None


def test_answer_is_kept_for_seven_days(database: Database, lease_clock: SettableClock) -> None:
    keep_answers(database, "old")
    lease_clock.forward(days=3)
    keep_answers(database, "young")
    lease_clock.forward(days=5, hours=-1, microseconds=-1)
    assert drop_outlived(database, limit=10) == 0
    lease_clock.forward(microseconds=1)
    assert drop_outlived(database, limit=10) == 1
    assert (kept(database, "old"), kept(database, "young")) == (False, True)


def test_backlog_goes_in_portions_the_oldest_first(
    database: Database, lease_clock: SettableClock
) -> None:
    for n in range(5):
        keep_answers(database, f"k{n}")
        lease_clock.forward(days=1)
    lease_clock.forward(days=30)
    assert drop_outlived(database, limit=2) == 2
    assert [kept(database, f"k{n}") for n in range(5)] == [False, False, True, True, True]
    assert [drop_outlived(database, limit=2) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize(("hours", "there"), [(23, True), (25, False)])
def test_ended_session_goes_after_a_day(
    database: Database, lease_clock: SettableClock, hours: int, *, there: bool
) -> None:
    with database.unit_of_work() as work:
        put_user(work, login="lin", person="lin", password_hash="x")
        put_session(work, token_hash="t", login="lin", expires_at=START + timedelta(hours=12))
        work.commit()
    lease_clock.forward(hours=12 + hours)
    drop_outlived(database, limit=10)
    with database.reads() as reader:
        assert (find_session(reader, "t") is not None) == there
