"""One command, one transaction, under the case's lock."""

import threading
from datetime import timedelta
from queue import SimpleQueue

import pytest

from engine.domain.errors import (
    CaseNotFoundError,
    ConflictError,
    IdempotencyKeyReusedError,
    StoreError,
)
from engine.domain.rows import ActRow, ClockRow, PersonalValue, RowChanges
from engine.store import Database, IdempotencyKey, StoredAnswer, open_database
from engine.store.queries import case, work_items
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import PINS, advance, case_file, decision, open_case, work_item

KEY = IdempotencyKey("key:k1", "a-1", -7)
ANSWER = StoredAnswer(b"answer")


def test_loading_gives_back_what_was_applied(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        loaded = work.load(case_id)
    made = decision(case_id)
    assert loaded.snapshot is not None
    assert (loaded.snapshot.seq, loaded.snapshot.head) == (1, made.entry_hash)
    assert (loaded.snapshot.state, loaded.snapshot.document) == (made.state, made.document)
    assert (loaded.snapshot.pins, loaded.snapshot.at) == (PINS, START)


def test_instant_keeps_its_microseconds(database: Database, ids: CountingIds) -> None:
    at = START + timedelta(microseconds=123_457)
    case_id = ids.new()
    with database.unit_of_work() as work:
        work.load(None)
        work.apply(decision(case_id, at=at))
        work.commit()
    with database.reads() as reader:
        snapshot = case.find_snapshot(reader, case_id)
    assert snapshot is not None
    assert snapshot.at == at


def test_leaving_without_commit_changes_nothing(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        work.load(case_id)
        work.apply(decision(case_id, 2))
    with database.unit_of_work() as work:
        loaded = work.load(case_id)
    assert loaded.snapshot is not None
    assert loaded.snapshot.seq == 1


def test_error_inside_rolls_back_and_frees_the_case(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with pytest.raises(ZeroDivisionError):
        _apply_and_fail(database, case_id)
    assert advance(database, case_id) == 2


def _apply_and_fail(database: Database, case_id: str) -> None:
    with database.unit_of_work() as work:
        work.load(case_id)
        work.apply(decision(case_id, 2))
        raise ZeroDivisionError


def test_unknown_case_is_not_found(database: Database, ids: CountingIds) -> None:
    with pytest.raises(CaseNotFoundError), database.unit_of_work() as work:
        work.load(ids.new())


def test_second_case_of_one_id_conflicts(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with pytest.raises(ConflictError):
        open_case(database, case_id)


def test_entry_cannot_be_written_twice(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    advance(database, case_id)
    with database.unit_of_work() as work:
        work.load(case_id)
        work.apply(decision(case_id, 2))
        with pytest.raises(StoreError):
            work.commit()


def test_rows_come_and_go_with_the_decision(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    open_case(database, case_id, RowChanges(work_items=(work_item(case_id, 1),)))
    new = RowChanges(work_items=(work_item(case_id, 2),), work_items_gone=((1, 1),))
    advance(database, case_id, new)
    with database.reads() as reader:
        assert work_items.list_of_case(reader, case_id) == [work_item(case_id, 2)]


def test_every_row_of_a_case_is_kept(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    clock = ClockRow(
        case_id, "handling", 1, "running", START, None, None, 60, None, provisional=True
    )
    rows = RowChanges(
        file=case_file(case_id),
        clocks=(clock,),
        acts=(ActRow(case_id, "lin", "accept"),),
        personal=(PersonalValue(case_id, "reporter", "salt", {"name": "王"}),),
    )
    open_case(database, case_id, rows)
    with database.reads() as reader:
        assert case.find_file(reader, case_id) == rows.file
        assert case.list_clocks(reader, case_id) == [clock]
        assert case.list_acts(reader, case_id) == list(rows.acts)
        assert case.list_personal_values(reader, case_id) == list(rows.personal)


def test_act_done_twice_is_one_row(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    rows = RowChanges(acts=(ActRow(case_id, "lin", "accept"),))
    open_case(database, case_id, rows)
    advance(database, case_id, rows)
    with database.reads() as reader:
        assert len(case.list_acts(reader, case_id)) == 1


def test_two_threads_on_one_case_take_turns(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    rounds, threads = 20, 4
    seen: SimpleQueue[int] = SimpleQueue()

    def work() -> None:
        for _ in range(rounds):
            seen.put(advance(database, case_id))

    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    numbers = sorted(seen.get() for _ in range(rounds * threads))
    assert numbers == list(range(2, 2 + rounds * threads))


def test_command_that_waited_is_recorded_after_the_one_it_waited_for(
    database_kind: str, database_url: str, ids: CountingIds
) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite has no clock of its own")
    database = open_database(database_url, lease_clock=None, ids=ids)
    case_id = open_case(database, ids.new())
    times: list[object] = []
    locked = threading.Event()

    def second() -> None:
        locked.wait()
        with database.unit_of_work() as work:
            times.append(work.load(case_id).now)

    thread = threading.Thread(target=second)
    thread.start()
    with database.unit_of_work() as work:
        work.load(case_id)
        locked.set()
        work.apply(decision(case_id, 2))
        work.fact("unit:none", None)
        before = work.now()
        work.commit()
    thread.join()
    database.close()
    assert times
    assert times[0] > before  # type: ignore[operator]  # both are instants


def test_second_unit_of_work_in_a_thread_is_refused_on_sqlite(
    database_kind: str, database: Database, ids: CountingIds
) -> None:
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL has a connection for each")
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        work.load(case_id)
        with pytest.raises(StoreError, match="open already"), database.unit_of_work() as second:
            second.load(case_id)
    assert advance(database, case_id) == 2


def test_stored_answer_comes_back_for_the_same_request(
    database: Database, ids: CountingIds
) -> None:
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        assert work.load(case_id, idempotency=KEY).stored_answer is None
        work.apply(decision(case_id, 2), answer=ANSWER, idempotency=KEY)
        work.commit()
    with database.unit_of_work() as work:
        assert work.load(case_id, idempotency=KEY).stored_answer == ANSWER


def test_key_of_another_request_is_refused(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    with database.unit_of_work() as work:
        work.load(None, idempotency=KEY)
        work.apply(decision(case_id), answer=ANSWER, idempotency=KEY)
        work.commit()
    other = KEY._replace(fingerprint=8)
    with pytest.raises(IdempotencyKeyReusedError), database.unit_of_work() as work:
        work.load(case_id, idempotency=other)


def test_rolled_back_request_keeps_no_answer(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        work.load(case_id, idempotency=KEY)
        work.apply(decision(case_id, 2), answer=ANSWER, idempotency=KEY)
    with database.unit_of_work() as work:
        assert work.load(case_id, idempotency=KEY).stored_answer is None


def test_one_key_opens_one_case_when_asked_at_once(database: Database, ids: CountingIds) -> None:
    opened: SimpleQueue[StoredAnswer] = SimpleQueue()
    case_ids = [ids.new() for _ in range(8)]

    def ask(case_id: str) -> None:
        with database.unit_of_work() as work:
            stored = work.load(None, idempotency=KEY).stored_answer
            if stored is None:
                stored = StoredAnswer(case_id.encode())
                work.apply(decision(case_id), answer=stored, idempotency=KEY)
                work.commit()
        opened.put(stored)

    threads = [threading.Thread(target=ask, args=(case_id,)) for case_id in case_ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({opened.get() for _ in threads}) == 1


def test_case_time_is_the_clocks(
    database: Database, ids: CountingIds, case_clock: SettableClock
) -> None:
    case_id = open_case(database, ids.new())
    later = case_clock.forward(days=3)
    with database.unit_of_work() as work:
        assert work.load(case_id).now == later


def test_unit_of_work_goes_on_after_a_commit(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    with database.unit_of_work() as work:
        for seq in (2, 3):
            work.load(case_id)
            work.apply(decision(case_id, seq))
            work.commit()
    assert advance(database, case_id) == 4


def test_failed_step_cannot_be_committed(database: Database, ids: CountingIds) -> None:
    """Half a decision is written when a row of it is refused; a stubborn caller may not keep it."""
    case_id = open_case(database, ids.new())
    value = PersonalValue(case_id, "reporter", "salt", "王")
    with database.unit_of_work() as work:
        work.load(case_id)
        work.apply(decision(case_id, 2, rows=RowChanges(personal=(value, value))))
        with pytest.raises(ConflictError):
            work.fact("unit:works", None)
        with pytest.raises(StoreError, match="only be left"):
            work.commit()
    assert advance(database, case_id) == 2
