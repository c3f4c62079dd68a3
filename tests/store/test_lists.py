"""Lists: filters, inboxes, and pages that neither repeat nor leave out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import InvalidRequestError
from engine.domain.people import Axis, Post
from engine.domain.rows import CaseFile, Incident, MessageWait, RowChanges, WorkItem
from engine.store import Database
from engine.store.queries import cases, incidents, jobs, notifications, waiting, work_items
from engine.store.queries.cases import CaseFilter
from engine.store.queries.page import Page
from engine.store.queries.work_items import WorkItemFilter
from engine.store.writes.access import mark_read
from engine.store.writes.organisation import UnitRow, put_units
from tests.databases import START, CountingIds, SettableClock
from tests.store.small_case import case_file, job, notification, open_case, work_item

CREW = Post("p1", "crew", Axis.HANDLING, unit="crew_1", district="north")
COLLECTOR = Post("p2", "collector", Axis.SUPERVISION, district="north", duty_grid="north-a")
DISPATCHER = Post("p3", "dispatcher", Axis.COMMAND, district="north")
OF_THE_CITY = Post("p4", "dispatcher", Axis.COMMAND)


def all_pages(ask: Callable[[str | None], Page[Any]]) -> list[Any]:
    """Everything, page by page."""
    items: list[Any] = []
    cursor: str | None = None
    while True:
        page = ask(cursor)
        items += page.items
        cursor = page.next_cursor
        if cursor is None:
            return items


def open_files(database: Database, ids: CountingIds, number: int) -> list[CaseFile]:
    files = []
    for n in range(1, number + 1):
        case_id = ids.new()
        file = case_file(case_id, n, status="open" if n % 2 else "closed", due_at=START)
        open_case(database, case_id, RowChanges(file=file))
        files.append(file)
    return files


def test_cases_come_newest_first_page_by_page(database: Database, ids: CountingIds) -> None:
    files = open_files(database, ids, 7)
    with database.reads() as reader:
        listed = all_pages(lambda c: cases.list_cases(reader, CaseFilter(), cursor=c, limit=3))
        assert cases.list_case_ids(reader) == [f.case_id for f in files]
    assert listed == files[::-1]


def test_cases_opened_at_one_instant_are_paged_by_id(database: Database, ids: CountingIds) -> None:
    for n in range(1, 6):
        case_id = ids.new()
        file = case_file(case_id, n, opened_at=START)
        open_case(database, case_id, RowChanges(file=file))
    with database.reads() as reader:
        listed = all_pages(lambda c: cases.list_cases(reader, CaseFilter(), cursor=c, limit=2))
    assert [f.case_no[-1] for f in listed] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (CaseFilter(status="open"), 2),
        (CaseFilter(status="closed", district="north"), 1),
        (CaseFilter(district="south"), 0),
        (CaseFilter(due_before=START), 0),
        (CaseFilter(due_before=START + timedelta(seconds=1)), 3),
        (CaseFilter(case_no="north-20260302-00002"), 1),
    ],
)
def test_cases_are_narrowed(
    database: Database, ids: CountingIds, wanted: CaseFilter, number: int
) -> None:
    open_files(database, ids, 3)
    with database.reads() as reader:
        assert len(cases.list_cases(reader, wanted).items) == number
        assert cases.count_by_status(reader) == {"open": 2, "closed": 1}


@pytest.mark.parametrize("cursor", ["nonsense", "bnVsbA", "W10", "WzEsMl0", "é"])
def test_foreign_cursor_is_refused(database: Database, cursor: str) -> None:
    with database.reads() as reader, pytest.raises(InvalidRequestError, match="cursor"):
        cases.list_cases(reader, CaseFilter(), cursor=cursor)


@pytest.fixture
def desks(database: Database, ids: CountingIds) -> dict[str, WorkItem]:
    """One item for each way in which an item can wait."""
    case_id = ids.new()
    items = {
        "department": work_item(case_id, 1),
        "crew": work_item(case_id, 2, unit="crew_1"),
        "other_unit": work_item(case_id, 3, unit="parks"),
        "grid": _supervision(case_id, 4, role="collector", duty_grid="north-a"),
        "other_grid": _supervision(case_id, 5, role="collector", duty_grid="north-b"),
        "desk": work_item(case_id, 6, role="dispatcher", axis="command", unit=None, due_at=None),
        "south": work_item(
            case_id, 7, role="dispatcher", axis="command", unit=None, district="south"
        ),
        "two_roles": _supervision(case_id, 8, role="acceptor dispatcher", axis="none"),
        "held": work_item(case_id, 9, holder="chen"),
        "anybody": work_item(case_id, 10, role=None, axis=None, unit=None),
    }
    open_case(database, case_id, RowChanges(work_items=tuple(items.values())))
    with database.unit_of_work() as work:
        put_units(
            work, [UnitRow(id="works", name="W"), UnitRow(id="crew_1", name="C", parent="works")]
        )
        work.commit()
    return items


def _supervision(case_id: str, token: int, **changes: Any) -> WorkItem:
    return work_item(case_id, token, **{"axis": "supervision", "unit": None, **changes})


def listed(database: Database, desks: dict[str, WorkItem], **wanted: Any) -> set[str]:
    with database.reads() as reader:
        found = all_pages(
            lambda c: work_items.list_items(
                reader, WorkItemFilter(**wanted), now=START, cursor=c, limit=2
            )
        )
    assert found == sorted(found, key=lambda i: (i.due_at is None, i.due_at or START, i.token))
    names = {item.token: name for name, item in desks.items()}
    assert all(desks[names[item.token]] == item for item in found)
    return {names[item.token] for item in found}


@pytest.mark.parametrize(
    ("posts", "expected"),
    [
        ([CREW], {"department", "crew", "held", "anybody"}),
        ([COLLECTOR], {"grid", "anybody"}),
        ([DISPATCHER], {"desk", "two_roles", "anybody"}),
        ([OF_THE_CITY], {"desk", "south", "two_roles", "anybody"}),
        ([COLLECTOR, DISPATCHER], {"grid", "desk", "two_roles", "anybody"}),
        ([], set()),
    ],
)
def test_inbox_holds_what_a_persons_posts_may_do(
    database: Database, desks: dict[str, WorkItem], posts: list[Post], expected: set[str]
) -> None:
    assert listed(database, desks, posts=posts) == expected


def test_inbox_of_many_posts_is_that_of_each_together(
    database: Database, desks: dict[str, WorkItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when there are more ways than can be asked side by side."""
    posts = [CREW, COLLECTOR, DISPATCHER, OF_THE_CITY]
    found = listed(database, desks, posts=posts)
    monkeypatch.setattr(work_items, "_MOST_WAYS", 3)
    assert (
        listed(database, desks, posts=posts) == found == set(desks) - {"other_unit", "other_grid"}
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"holder": "chen"}, {"held"}),
        ({"unit": "parks"}, {"other_unit"}),
        ({"role": "dispatcher"}, {"desk", "south", "two_roles"}),
        ({"role": "dispatch"}, set()),
        ({"duty_grid": "north-b"}, {"other_grid"}),
        ({"district": "south"}, {"south"}),
        ({"due_before": START + timedelta(hours=2)}, {"department"}),
        ({"posts": [CREW], "free_for": "lin"}, {"department", "crew", "anybody"}),
        ({"posts": [CREW], "free_for": "chen"}, {"department", "crew", "held", "anybody"}),
    ],
)
def test_items_are_narrowed(
    database: Database, desks: dict[str, WorkItem], wanted: dict[str, Any], expected: set[str]
) -> None:
    assert listed(database, desks, **wanted) == expected


def test_item_is_found_by_its_place(database: Database, desks: dict[str, WorkItem]) -> None:
    item = desks["held"]
    with database.reads() as reader:
        assert work_items.find_item(reader, item.case_id, 1, 9) == item
        assert work_items.find_item(reader, item.case_id, 1, 99) is None
        assert work_items.list_of_case(reader, item.case_id) == list(desks.values())


def test_jobs_are_listed_with_their_lease(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    waiting_jobs = (job(case_id, 1), job(case_id, 2, topic="propose_unit"), job(case_id, 3))
    open_case(database, case_id, RowChanges(jobs=waiting_jobs))
    with database.reads() as reader:
        wanted = jobs.JobFilter(topic="locate_grid")
        found = all_pages(lambda c: jobs.list_jobs(reader, wanted, cursor=c, limit=1))
        view = jobs.find_job(reader, case_id, 1, 2)
        assert jobs.count_by_topic(reader) == {"locate_grid": 2, "propose_unit": 1}
    assert [view.job for view in found] == [waiting_jobs[0], waiting_jobs[2]]
    assert view is not None
    assert (view.job, view.worker, view.attempts) == (waiting_jobs[1], None, 0)


def test_notifications_are_read_once(
    database: Database, ids: CountingIds, case_clock: SettableClock
) -> None:
    case_id = ids.new()
    told = tuple(notification(case_id, n, person="lin" if n == 3 else "chen") for n in (1, 2, 3))
    open_case(database, case_id, RowChanges(notifications=told))
    first = _read(database, case_id, 1, "chen")
    case_clock.forward(hours=1)
    assert first == _read(database, case_id, 1, "chen") == START
    assert _read(database, case_id, 1, "lin") is None
    with database.reads() as reader:
        everything = all_pages(
            lambda c: notifications.list_notifications(reader, person="chen", cursor=c, limit=1)
        )
        unread = notifications.list_notifications(reader, person="chen", unread=True)
    assert [v.notification for v in everything] == [told[1], told[0]]
    assert [(v.id, v.read_at) for v in unread.items] == [(f"{case_id}.1.2", None)]


def _read(database: Database, case_id: str, n: int, person: str) -> Any:
    with database.unit_of_work() as work:
        read_at = mark_read(work, case_id=case_id, seq=1, n=n, person=person)
        work.commit()
    return read_at


def test_incidents_wait_until_they_are_resolved(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    one = Incident(case_id, 1, 1, 4, "locate_grid", "job-failed", "503", START)
    done = Incident(case_id, 2, 1, 5, "locate_grid", "job-failed", "503", START, START)
    open_case(database, case_id, RowChanges(incidents=(one, done)))
    with database.reads() as reader:
        assert incidents.list_incidents(reader).items == [one]
        everything = all_pages(
            lambda c: incidents.list_incidents(reader, unresolved=False, cursor=c, limit=1)
        )
        assert everything == [done, one]
        assert incidents.count_unresolved(reader) == 1


def test_message_finds_who_waits_for_it(database: Database, ids: CountingIds) -> None:
    case_id = ids.new()
    waits = (
        MessageWait(case_id, 1, 1, "void_application", "message", "void_requested", None),
        MessageWait(case_id, 1, 2, "answer", "message", "answered", "k1"),
    )
    open_case(database, case_id, RowChanges(waits=waits))
    with database.reads() as reader:
        assert waiting.cases_waiting(reader, "answered", "k1", most=2, reach=None, now=None) == [
            case_id
        ]
        assert waiting.cases_waiting(reader, "answered", "k2", most=2, reach=None, now=None) == []
        assert waiting.cases_waiting(
            reader, "void_requested", None, most=2, reach=None, now=None
        ) == [case_id]
        assert waiting.list_timers(reader, case_id) == []
