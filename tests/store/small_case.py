"""Decisions and rows for the store's tests, as the kernel would make them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from engine.domain.evidence import GENESIS, canonical, digest
from engine.domain.rows import (
    CaseFile,
    Decision,
    Job,
    Notification,
    OutboxMessage,
    Pins,
    RowChanges,
    Timer,
    WorkItem,
)
from engine.store import Database
from tests.databases import START

PINS = Pins(release="r1", catalog="2026-1", calendar="city@1", semantics=1)


def decision(
    case_id: str, seq: int = 1, *, at: datetime = START, rows: RowChanges | None = None
) -> Decision:
    """The decision of entry `seq`, with bytes that say which one it is."""
    stream = f"case:{case_id}"
    entry = canonical({"seq": seq, "stream": stream, "prev": GENESIS})
    return Decision(
        case_id=case_id,
        seq=seq,
        at=at,
        pins=PINS,
        entry=entry,
        entry_hash=digest(entry),
        state=canonical({"state": seq}),
        document=canonical({"document": seq}),
        district="north",
        rows=rows or RowChanges(),
    )


def open_case(database: Database, case_id: str, rows: RowChanges | None = None) -> str:
    """Opens a case with these rows; its id."""
    with database.unit_of_work() as work:
        work.load(None)
        work.apply(decision(case_id, rows=rows))
        work.commit()
    return case_id


def advance(database: Database, case_id: str, rows: RowChanges | None = None) -> int:
    """Adds an entry to a case; its sequence number."""
    with database.unit_of_work() as work:
        loaded = work.load(case_id)
        assert loaded.snapshot is not None
        seq = loaded.snapshot.seq + 1
        work.apply(decision(case_id, seq, at=loaded.now, rows=rows))
        work.commit()
    return seq


def work_item(case_id: str, token: int = 1, **changes: Any) -> WorkItem:
    """An open item of the works department's crew."""
    item = WorkItem(
        case_id=case_id,
        instance=1,
        token=token,
        element="handle_on_site",
        name="处置",
        act="handle",
        stage="handling",
        round=1,
        role="crew",
        axis="handling",
        unit="works",
        duty_grid=None,
        district="north",
        holder=None,
        due_at=START + timedelta(hours=token),
        opened_at=START,
    )
    return replace(item, **changes)


def job(case_id: str, token: int = 1, **changes: Any) -> Job:
    """A job of topic locate_grid."""
    new = Job(
        case_id=case_id,
        instance=1,
        token=token,
        element="locate_grid",
        topic="locate_grid",
        unit=None,
        district="north",
        variables={"x": 1, "地址": "路口"},
        retries=3,
        created_at=START + timedelta(seconds=token),
    )
    return replace(new, **changes)


def timer(case_id: str, token: int, due_at: datetime, priority: int = 0) -> Timer:
    return Timer(case_id, 1, token, "reminder_at_80", due_at, priority)


def outbox_message(case_id: str, seq: int, n: int = 1) -> OutboxMessage:
    return OutboxMessage(case_id, seq, n, "case.dispatched", {"n": n}, START)


def notification(case_id: str, n: int = 1, **changes: Any) -> Notification:
    """A reminder to Chen."""
    new = Notification(
        case_id, 1, n, "chen", "reminder", "1", "快到期", "handling", needs_reply=False, at=START
    )
    return replace(new, **changes)


def case_file(case_id: str, number: int = 1, **changes: Any) -> CaseFile:
    """A head line."""
    new = CaseFile(
        case_id=case_id,
        case_no=f"north-20260302-{number:05}",
        process="case_disposition",
        district="north",
        class_code="01-01",
        condition=1,
        grid_cell="n-1",
        duty_grid="north-a",
        source="public",
        stage="filing",
        status="open",
        outcome=None,
        unit=None,
        due_at=None,
        opened_at=START + timedelta(minutes=number),
        closed_at=None,
    )
    return replace(new, **changes)
