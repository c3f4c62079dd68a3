"""Long lists are read in the order of an index: a page costs what it shows, not what there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.people import Axis, Post
from engine.domain.rows import RowChanges
from engine.store import Database, Reader
from engine.store.apply import PUT_FILE
from engine.store.queries import cases, work_items
from engine.store.queries.cases import CaseFilter
from engine.store.queries.work_items import WorkItemFilter
from tests.databases import START, CountingIds
from tests.store.small_case import case_file, open_case, work_item

_MANY = 2000
DISPATCHER = Post("p", "dispatcher", Axis.COMMAND, district="north")
OF_THE_CITY = Post("q", "dispatcher", Axis.COMMAND)


def analyse(database: Database) -> None:
    """What the server does by itself while it runs."""
    engine = sa.create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()


@contextmanager
def plans(reader: Reader) -> Iterator[list[str]]:
    """How the database goes about each question of the block."""
    found: list[str] = []
    asked: list[tuple[str, Any]] = []
    connection = reader._connect()

    def remember(_: Any, __: Any, statement: str, values: Any, ___: Any, ____: Any) -> None:
        asked.append((statement, values))

    sa.event.listen(connection, "before_cursor_execute", remember)
    yield found
    sa.event.remove(connection, "before_cursor_execute", remember)
    how = "EXPLAIN QUERY PLAN" if reader.dialect == "sqlite" else "EXPLAIN"
    for statement, values in asked:
        rows = connection.exec_driver_sql(f"{how} {statement}", values)
        found.append("\n".join(str(row[-1]) for row in rows))


@pytest.fixture
def busy_desk(database: Database, ids: CountingIds) -> Database:
    """Two thousand items wait at a desk, most of them for no clock yet."""
    case_id = ids.new()
    items = tuple(
        work_item(
            case_id,
            n,
            role="dispatcher" if n % 4 else "acceptor dispatcher",
            axis="command",
            unit=None,
            due_at=None if n % 3 else START + timedelta(minutes=n),
        )
        for n in range(1, _MANY)
    )
    open_case(database, case_id, RowChanges(work_items=items))
    analyse(database)
    return database


@pytest.mark.parametrize("post", [DISPATCHER, OF_THE_CITY])
def test_inbox_of_a_desk_reads_an_index(busy_desk: Database, post: Post) -> None:
    wanted = WorkItemFilter(posts=[post], free_for="wang")
    with busy_desk.reads() as reader, plans(reader) as found:
        page = work_items.list_items(reader, wanted, now=START, limit=50)
        work_items.list_items(reader, wanted, now=START, cursor=page.next_cursor, limit=900)
    assert len(found) > 4
    for plan in found:
        assert "ix_work_item_desk" in plan
        assert "Seq Scan on work_item" not in plan
        assert "SCAN work_item" not in plan


def test_cases_for_whoever_sees_all_are_read_by_an_index(
    database: Database, ids: CountingIds
) -> None:
    with database.unit_of_work() as work:
        for n in range(1, _MANY):
            work.write(PUT_FILE, case_file(ids.new(), n))
        work.commit()
    analyse(database)
    with database.reads() as reader, plans(reader) as found:
        page = cases.list_cases(reader, CaseFilter(), limit=50)
        cases.list_cases(reader, CaseFilter(), cursor=page.next_cursor, limit=50)
    for plan in found:
        assert "ix_case_file_opened_at_case_id" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
