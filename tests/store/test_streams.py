"""Streams that are not a case's: one entry after the other, whoever writes."""

import threading

import pytest

from engine.domain.errors import StoreError
from engine.domain.evidence import GENESIS
from engine.store import Database, StreamHead
from engine.store.queries import journal
from tests.databases import START, CountingIds
from tests.store.small_case import advance, open_case


def append(database: Database, name: str) -> int:
    with database.unit_of_work() as work:
        head = work.load_stream(name)
        seq = head.seq + 1
        body = f'{{"seq":{seq}}}'.encode()
        work.append_stream(name, seq, body, f"hash-{seq}", work.now())
        work.commit()
    return seq


def test_new_stream_begins_at_genesis(database: Database) -> None:
    with database.unit_of_work() as work:
        assert work.load_stream("organisation") == StreamHead(0, GENESIS, None)


def test_stream_goes_on_where_it_ended(database: Database) -> None:
    append(database, "release:r1")
    append(database, "release:r1")
    with database.unit_of_work() as work:
        assert work.load_stream("release:r1") == StreamHead(2, "hash-2", START)
    with database.reads() as reader:
        entries = journal.list_entries(reader, "release:r1")
        assert [(e.seq, e.body) for e in entries] == [(1, b'{"seq":1}'), (2, b'{"seq":2}')]
        assert journal.list_streams(reader) == ["release:r1"]


def test_writers_of_a_stream_take_turns(database: Database) -> None:
    threads = [
        threading.Thread(target=lambda: [append(database, "security") for _ in range(5)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reads() as reader:
        assert [e.seq for e in journal.list_entries(reader, "security")] == list(range(1, 21))


def test_entry_out_of_turn_is_refused(database: Database) -> None:
    append(database, "catalog")
    with database.unit_of_work() as work:
        work.append_stream("catalog", 1, b"{}", "h", work.now())
        with pytest.raises(StoreError):
            work.commit()


def test_entries_of_a_case_come_a_page_at_a_time(database: Database, ids: CountingIds) -> None:
    case_id = open_case(database, ids.new())
    for _ in range(4):
        advance(database, case_id)
    with database.reads() as reader:
        page = journal.list_entries(reader, f"case:{case_id}", after_seq=1, limit=2)
    assert [e.seq for e in page] == [2, 3]
