"""The feed: every entry exactly once, in an order that never changes, without gaps."""

import threading

from engine.store import Database, UnitOfWork
from engine.store.feed import read_page, seal_positions
from engine.store.queries import events
from tests.databases import CountingIds
from tests.store.small_case import advance, decision, open_case


def test_entries_come_by_position_with_their_stream(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    advance(database, case_id)
    page = read_page(database, after=0, limit=10)
    assert [(e.position, e.stream, e.seq) for e in page] == [
        (1, f"case:{case_id}", 1),
        (2, f"case:{case_id}", 2),
    ]
    made = decision(case_id)
    assert (page[0].body, page[0].hash, page[0].at) == (made.entry, made.entry_hash, made.at)


def test_page_goes_on_after_a_position(database: Database, ids: CountingIds) -> None:
    for _ in range(5):
        open_case(database, ids.new())
    first = read_page(database, after=0, limit=3)
    rest = read_page(database, after=first[-1].position, limit=3)
    assert [e.position for e in (*first, *rest)] == [1, 2, 3, 4, 5]


def test_stream_that_is_no_cases_keeps_its_name(database: Database, ids: CountingIds) -> None:
    with database.unit_of_work() as work:
        work.load_stream("catalog")
        work.append_stream("catalog", 1, b"{}", "h", work.now())
        work.commit()
    [entry] = read_page(database, after=0, limit=10)
    assert (entry.stream, entry.seq) == ("catalog", 1)


def test_late_commit_is_not_lost_to_a_reader_who_saw_a_younger_one(
    database: Database, ids: CountingIds
) -> None:
    """A takes its identity value first and commits last; a poller by id would never see A."""
    if database.dialect == "sqlite":
        return  # one writer: B cannot begin before A ends
    first, second = ids.new(), ids.new()
    with database.unit_of_work() as slow:
        slow.load(None)
        slow.apply(decision(first))
        slow.fact("unit:none", None)  # sends what is applied; A has its value now
        open_case(database, second)
        seen = read_page(database, after=0, limit=10)
        slow.commit()
    later = read_page(database, after=seen[-1].position, limit=10)
    assert [e.stream for e in seen] == [f"case:{second}"]
    assert [(e.position, e.stream) for e in later] == [(2, f"case:{first}")]


def test_positions_have_no_gaps_while_many_write_and_read(
    database: Database, ids: CountingIds
) -> None:
    case_ids = [open_case(database, ids.new()) for _ in range(4)]
    rounds = 15

    def write(case_id: str) -> None:
        for number in range(rounds):
            advance(database, case_id)
            if number % 5 == 0:
                _roll_back(database.unit_of_work(), case_id)

    threads = [threading.Thread(target=write, args=(case_id,)) for case_id in case_ids]
    for thread in threads:
        thread.start()
    followed: list[tuple[str, int]] = []
    position = 0
    while any(thread.is_alive() for thread in threads) or position < 4 * (rounds + 1):
        for entry in read_page(database, after=position, limit=7):
            assert entry.position == position + 1
            position = entry.position
            followed.append((entry.stream, entry.seq))
    assert len(set(followed)) == len(followed) == 4 * (rounds + 1)
    for case_id in case_ids:
        seqs = [seq for stream, seq in followed if stream == f"case:{case_id}"]
        assert seqs == sorted(seqs)


def _roll_back(work: UnitOfWork, case_id: str) -> None:
    with work:
        loaded = work.load(case_id)
        assert loaded.snapshot is not None
        work.apply(decision(case_id, loaded.snapshot.seq + 1))
        work.fact("unit:none", None)


def test_sealing_gives_each_entry_one_position(database: Database, ids: CountingIds) -> None:
    for _ in range(3):
        open_case(database, ids.new())
    sealed = seal_positions(database, limit=2) + seal_positions(database)
    assert sealed == (0 if database.dialect == "sqlite" else 3)
    assert seal_positions(database) == 0
    with database.reads() as reader:
        assert events.last_position(reader) == 3
