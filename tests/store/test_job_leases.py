"""Jobs: one lease each, attempts counted at the claim, late answers refused."""

import threading
from queue import SimpleQueue
from typing import Any

import pytest

from engine.domain.errors import JobNotFoundError, LockLostError
from engine.domain.rows import RowChanges
from engine.store import Database, IdempotencyKey, JobLock, StoredAnswer
from engine.store.jobs import ClaimedJob, claim_jobs, extend_lock
from engine.store.queries import jobs
from tests.databases import CountingIds, SettableClock
from tests.store.small_case import advance, decision, job, open_case


def open_with_jobs(database: Database, case_id: str, tokens: int = 1, **changes: Any) -> str:
    waiting = tuple(job(case_id, token, **changes) for token in range(1, tokens + 1))
    return open_case(database, case_id, RowChanges(jobs=waiting))


def claim(database: Database, worker: str = "w1", **changes: Any) -> list[ClaimedJob]:
    wanted: dict[str, Any] = {"topics": ["locate_grid"], "seconds": 60, "limit": 10, "unit": None}
    with database.unit_of_work() as work:
        claimed = claim_jobs(work, worker=worker, **{**wanted, **changes})
        work.commit()
    return claimed


def lock_of(claimed: ClaimedJob, worker: str = "w1") -> JobLock:
    return JobLock(claimed.job.instance, claimed.job.token, claimed.lock_token, worker)


def test_claim_gives_the_job_as_it_was_written(database: Database, ids: CountingIds) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    assert claimed.job == job(case_id)
    assert claimed.id == f"{case_id}.1.1"
    assert claimed.attempts == 1


def test_claimed_job_is_not_given_again(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    assert claimed.expires_at > lease_clock.now()
    assert claim(database, "w2") == []


def test_lapsed_lease_goes_to_the_next_with_a_larger_token(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    open_with_jobs(database, ids.new())
    [first] = claim(database)
    lease_clock.forward(seconds=61)
    [second] = claim(database, "w2")
    assert second.lock_token > first.lock_token
    assert (second.attempts, second.lapsed) == (2, 1)


@pytest.mark.parametrize(
    "wanted", [{"topics": ["other"]}, {"topics": []}, {"unit": "parks"}, {"limit": 0}]
)
def test_claim_keeps_to_what_is_wanted(
    database: Database, ids: CountingIds, wanted: dict[str, Any]
) -> None:
    open_with_jobs(database, ids.new(), unit="works")
    assert claim(database, **wanted) == []


def test_claim_takes_no_more_than_its_limit(database: Database, ids: CountingIds) -> None:
    open_with_jobs(database, ids.new(), tokens=5)
    assert [c.job.token for c in claim(database, limit=2)] == [1, 2]
    assert len(claim(database, "w2")) == 3


def test_job_without_retries_waits_for_a_person(database: Database, ids: CountingIds) -> None:
    open_with_jobs(database, ids.new(), retries=0)
    assert claim(database) == []


def test_workers_at_once_share_the_jobs(database: Database, ids: CountingIds) -> None:
    for _ in range(6):
        open_with_jobs(database, ids.new(), tokens=4)
    got: SimpleQueue[list[str]] = SimpleQueue()

    def work(name: str) -> None:
        mine: list[str] = []
        while claimed := claim(database, name, limit=3):
            mine += [c.id for c in claimed]
        got.put(mine)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = [job_id for _ in threads for job_id in got.get()]
    assert len(everything) == len(set(everything)) == 24


def test_answer_under_lease_is_taken(database: Database, ids: CountingIds) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    with database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed))
        work.apply(decision(case_id, 2, rows=RowChanges(jobs_gone=((1, 1),))))
        work.commit()
    with database.reads() as reader:
        assert jobs.find_job(reader, case_id, 1, 1) is None


@pytest.mark.parametrize("change", [{"lock_token": 99}, {"worker": "w2"}])
def test_answer_of_another_lease_is_refused(
    database: Database, ids: CountingIds, change: dict[str, Any]
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    with pytest.raises(LockLostError), database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed)._replace(**change))


def test_answer_after_the_lease_is_refused(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    lease_clock.forward(seconds=61)
    with pytest.raises(LockLostError), database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed))


def test_answer_to_a_job_that_is_gone_is_not_found(database: Database, ids: CountingIds) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    advance(database, case_id, RowChanges(jobs_gone=((1, 1),)))
    with pytest.raises(JobNotFoundError), database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed))


def test_repeated_answer_gets_the_stored_one_though_the_job_is_gone(
    database: Database, ids: CountingIds
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    key = IdempotencyKey("key:k1", "a", 1)
    with database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed), idempotency=key)
        gone = RowChanges(jobs_gone=((1, 1),))
        work.apply(decision(case_id, 2, rows=gone), answer=StoredAnswer(b"done"), idempotency=key)
        work.commit()
    with database.unit_of_work() as work:
        again = work.load(case_id, job_lock=lock_of(claimed), idempotency=key)
    assert again.stored_answer == StoredAnswer(b"done")


def test_extending_moves_the_end(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    now = lease_clock.forward(seconds=50)
    end = extend_lock(
        database,
        case_id=case_id,
        instance=1,
        token=1,
        worker="w1",
        lock_token=claimed.lock_token,
        seconds=60,
    )
    assert (end - now).total_seconds() == 60


@pytest.mark.parametrize(
    ("change", "error"),
    [({"worker": "w2"}, LockLostError), ({"lock_token": 9}, LockLostError), ({"token": 7}, None)],
)
def test_extending_without_the_lease_is_refused(
    database: Database, ids: CountingIds, change: dict[str, Any], error: type[Exception] | None
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    mine: dict[str, Any] = {"worker": "w1", "lock_token": claimed.lock_token, "token": 1}
    with pytest.raises(error or JobNotFoundError):
        extend_lock(database, case_id=case_id, instance=1, seconds=60, **{**mine, **change})


def test_failed_job_waits_for_its_delay(
    database: Database, ids: CountingIds, lease_clock: SettableClock
) -> None:
    case_id = open_with_jobs(database, ids.new())
    [claimed] = claim(database)
    with database.unit_of_work() as work:
        work.load(case_id, job_lock=lock_of(claimed))
        work.apply(decision(case_id, 2, rows=RowChanges(jobs=(job(case_id, retries=2),))))
        work.delay_job(case_id, 1, 1, seconds=30)
        work.commit()
    assert claim(database) == []
    lease_clock.forward(seconds=30)
    [again] = claim(database, "w2")
    assert (again.job.retries, again.attempts, again.lapsed) == (2, 2, 0)
    assert again.lock_token > claimed.lock_token
