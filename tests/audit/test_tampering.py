"""Every byte of a record is somebody's evidence: one that was changed is told at its entry."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from engine.audit import CaseRecord, read_record, replay_record, verify_record
from engine.domain.evidence import canonical, digest
from engine.service import evidence
from engine.service.timers import fire_due
from engine.store.feed import seal_positions
from tests.audit.hand import Hand
from tests.audit.town import OPERATOR, Town


@pytest.fixture
def hand(town: Town) -> Hand:
    opened = Hand(town.inst.database)
    opened.open_journal()
    return opened


@pytest.fixture
def escalated(town: Town) -> str:
    """A case with rows in every table: overdue, with a filed incident's neighbours."""
    case_id = town.dispatched()
    town.clock.forward(hours=30)
    assert fire_due(town.inst, node="n").fired == 2
    return case_id


def flipped(data: bytes, position: int) -> bytes:
    """The same bytes but one."""
    return data[:position] + bytes([data[position] ^ 0x01]) + data[position + 1 :]


def places(length: int, count: int) -> Iterator[int]:
    """The ends and some places between, the same in every run."""
    yield from (0, length - 1)
    yield from random.Random(length).sample(range(1, length - 1), count)


def told(town: Town, case_id: str) -> list[tuple[str, int | None]]:
    verified = evidence.verify(town.inst, OPERATOR, case_id)
    replayed = evidence.replay(town.inst, OPERATOR, case_id)
    assert verified["problem"]
    assert replayed["problem"]
    return [(verified["verdict"], verified["seq"]), (replayed["verdict"], replayed["seq"])]


def test_changed_byte_of_an_entry_is_told_at_that_entry(town: Town, hand: Hand) -> None:
    case_id = town.dispatched()
    entries = read_record(town.inst.database, case_id).entries
    for entry in entries:
        for position in places(len(entry.body), 2):
            hand.body(case_id, entry.seq, flipped(entry.body, position))
            assert told(town, case_id) == [("broken", entry.seq), ("diverges", entry.seq)]
        hand.body(case_id, entry.seq, entry.body)
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"


@pytest.mark.parametrize("column", ["state", "document"])
def test_changed_byte_of_state_or_document_is_told_at_the_last_entry(
    town: Town, hand: Hand, column: str
) -> None:
    case_id = town.dispatched()
    snapshot = read_record(town.inst.database, case_id).snapshot
    content: bytes = getattr(snapshot, column)
    for position in places(len(content), 5):
        hand.state(case_id, column, flipped(content, position))
        assert told(town, case_id) == [("broken", snapshot.seq), ("diverges", snapshot.seq)]


def test_entry_that_was_rewritten_with_its_hash_breaks_the_next_one(town: Town, hand: Hand) -> None:
    case_id = town.dispatched()
    entry = json.loads(read_record(town.inst.database, case_id).entries[1].body)
    entry["actor"]["person"] = "deng"
    body = canonical(entry)
    hand.body(case_id, 2, body)
    hand.run("UPDATE entry SET hash = ? WHERE stream_id = ? AND seq = 2", digest(body), case_id)
    assert told(town, case_id) == [("broken", 3), ("diverges", 2)]


def test_chain_that_was_rewritten_to_its_end_is_seen_by_replay(town: Town, hand: Hand) -> None:
    """Whoever recomputes every hash still has to invent a decision that the diagram gives."""
    case_id = town.dispatched()
    entries = read_record(town.inst.database, case_id).entries
    prev = entries[0].hash
    for stored in entries[1:]:
        entry = json.loads(stored.body)
        entry["prev"] = prev
        if stored.seq == 2:
            entry["command"]["args"]["outcome"] = "not_filed"
        body = canonical(entry)
        prev = digest(body)
        hand.body(case_id, stored.seq, body)
        where = "WHERE stream_id = ? AND seq = ?"
        hand.run(f"UPDATE entry SET hash = ? {where}", prev, case_id, stored.seq)
    hand.state(case_id, "head", prev)
    assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"
    found = evidence.replay(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("diverges", 2)


@pytest.mark.parametrize(("seq", "first"), [(1, 1), (3, 3), (4, 4)])
def test_entry_that_was_taken_out_is_told_at_its_number(
    town: Town, hand: Hand, seq: int, first: int
) -> None:
    case_id = town.dispatched()
    assert read_record(town.inst.database, case_id).snapshot.seq == 4
    hand.run("DELETE FROM entry WHERE stream_id = ? AND seq = ?", case_id, seq)
    assert told(town, case_id) == [("broken", first), ("diverges", first)]


def test_state_that_was_set_back_to_an_earlier_entry_is_told(town: Town, hand: Hand) -> None:
    case_id = town.report()
    early = read_record(town.inst.database, case_id).snapshot
    town.do(case_id, "zhou", "file_case", "filed", condition=2)
    for column in ("seq", "head", "state", "document"):
        hand.state(case_id, column, getattr(early, column))
    assert told(town, case_id) == [("broken", 2), ("diverges", 2)]


@pytest.mark.parametrize(
    ("column", "value"), [("head", "0" * 64), ("catalog", "other@1"), ("seq", 9)]
)
def test_changed_head_or_pin_is_told(town: Town, hand: Hand, column: str, value: Any) -> None:
    case_id = town.dispatched()
    hand.state(case_id, column, value)
    seq = 5 if column == "seq" else 4
    assert told(town, case_id) == [("broken", seq), ("diverges", seq)]


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE work_item SET holder = 'dong'", "the work item"),
        ("DELETE FROM work_item", "the work item"),
        ("DELETE FROM message_wait", "the message wait"),
        ("UPDATE clock SET state = 'stopped'", "the clock handling.1"),
        ("DELETE FROM case_act WHERE person = 'zhou'", "the act zhou.file"),
        ("DELETE FROM notification WHERE n = 1", "the notification"),
        ("UPDATE notification SET message = 'x'", "the notification"),
        ("DELETE FROM outbox", "the outbox message"),
        ("UPDATE case_file SET district = 'x'", "the case file"),
        ("DELETE FROM case_file", "the case file"),
    ],
)
def test_changed_row_is_named_by_replay(
    town: Town, hand: Hand, escalated: str, sql: str, named: str
) -> None:
    assert evidence.replay(town.inst, OPERATOR, escalated)["problem"] is None
    assert hand.run(sql) > 0
    found = evidence.replay(town.inst, OPERATOR, escalated)
    last = read_record(town.inst.database, escalated).snapshot.seq
    assert (found["verdict"], found["seq"]) == ("diverges", last)
    assert named in found["problem"]


@pytest.mark.parametrize(("table", "named"), [("timer", "the timer"), ("job", "the job")])
def test_lost_timer_or_job_is_named_by_replay(
    town: Town, hand: Hand, table: str, named: str
) -> None:
    case_id = town.dispatched()
    if table == "job":
        case_id = town.report()
        town.do(case_id, "zhou", "file_case", "filed", condition=2)
    assert hand.run(f"DELETE FROM {table} WHERE case_id = ?", case_id) > 0
    found = evidence.replay(town.inst, OPERATOR, case_id)
    assert found["verdict"] == "diverges"
    assert f"{named} 0." in found["problem"]
    assert "is missing" in found["problem"]


def test_row_that_nobody_decided_is_named_by_replay(town: Town, hand: Hand) -> None:
    case_id = town.report()
    hand.run("INSERT INTO case_act (case_id, person, act) VALUES (?, 'deng', 'close')", case_id)
    found = evidence.replay(town.inst, OPERATOR, case_id)
    assert "the act deng.close" in found["problem"]
    assert "should not be there" in found["problem"]


def test_changed_personal_value_is_told_at_the_entry_that_gave_it(town: Town, hand: Hand) -> None:
    case_id = town.report(source="public", reporter={"name": "钱女士"})
    town.do(case_id, "yu", "accept_report", "send_for_verification")
    record = read_record(town.inst.database, case_id)
    assert verify_record(record).verdict == "intact"
    assert hand.run("UPDATE personal_value SET value = ?", '"孙女士"') == 1
    found = evidence.verify(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("broken", 1)


def test_no_byte_of_a_record_goes_unread(town: Town) -> None:
    """The law, for many bytes: verification names the entry of whatever byte was changed."""
    record = read_record(town.inst.database, town.dispatched())
    for number, stored in enumerate(record.entries, 1):
        for position in places(len(stored.body), 60):
            changed = stored._replace(body=flipped(stored.body, position))
            assert verify_record(_with(record, number, changed)).seq == number
            changed = changed._replace(hash=digest(changed.body))
            assert verify_record(_with(record, number, changed)).verdict == "broken"


def test_every_byte_that_replay_reads_matters(town: Town) -> None:
    """Even when the hash was recomputed, replay names the entry.

    An input that decides nothing (the caller's key) makes another valid entry; the next one, or
    the head, does not follow from that.
    """
    record = read_record(town.inst.database, town.dispatched())
    for number, stored in enumerate(record.entries, 1):
        for position in places(len(stored.body), 12):
            body = flipped(stored.body, position)
            changed = stored._replace(body=body, hash=digest(body))
            found = replay_record(_with(record, number, changed), town.inst.world)
            assert found.verdict == "diverges"
            assert found.seq in {number, min(number + 1, record.last_seq)}


def _with(record: CaseRecord, number: int, entry: Any) -> CaseRecord:
    entries = (*record.entries[: number - 1], entry, *record.entries[number:])
    return replace(record, entries=entries)


def test_district_of_an_entry_s_row_is_that_of_its_case(town: Town, hand: Hand) -> None:
    case_id = town.dispatched()
    hand.run("UPDATE entry SET district = 'other' WHERE stream_id = ? AND seq = 2", case_id)
    found = evidence.replay(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("diverges", 2)


def test_instant_of_an_entry_that_was_moved_is_told_at_its_entry(town: Town, hand: Hand) -> None:
    case_id = town.dispatched()
    later = (
        "at + 86400000000" if town.inst.database.dialect == "sqlite" else "at + interval '1 day'"
    )
    hand.run(f"UPDATE entry SET at = {later} WHERE stream_id = ? AND seq = 2", case_id)
    assert told(town, case_id) == [("broken", 2), ("diverges", 2)]


@pytest.mark.parametrize(
    ("sql", "seq"),
    [
        ("UPDATE case_state SET document = replace(document, 'collector', 'Collector')", 4),
        ("UPDATE entry SET body = replace(body, 'lin', 'Lin') WHERE seq = 1", 1),
        ("UPDATE case_state SET at = 'soon'", 1),
        ("UPDATE outbox SET payload = replace(payload, '}', ']')", 1),
    ],
)
def test_row_of_another_kind_is_a_verdict_and_stops_nobody(town: Town, sql: str, seq: int) -> None:
    if town.inst.database.dialect != "sqlite":
        pytest.skip("PostgreSQL's columns have their kinds")
    whole, torn = town.dispatched(), town.dispatched()
    hand = Hand(town.inst.database)
    hand.open_journal()
    column = "stream_id" if "entry" in sql else "case_id"
    assert hand.run(f"{sql} {'AND' if 'WHERE' in sql else 'WHERE'} {column} = ?", torn)
    for check, good in ((evidence.verify_all, "intact"), (evidence.replay_all, "conforms")):
        found = {v["case_id"]: v for v in check(town.inst, OPERATOR).items}
        assert found[whole]["verdict"] == good
        assert found[torn]["verdict"] in ("broken", "diverges")
        assert found[torn]["seq"] == seq, found[torn]
        assert found[torn]["problem"]


def test_file_of_a_release_that_was_changed_breaks_its_cases(town: Town, hand: Hand) -> None:
    case_id = town.report()
    assert hand.run(
        "UPDATE blob SET content = ? WHERE sha256 IN "
        "(SELECT sha256 FROM release_file WHERE path = ?)",
        b"x",
        "escalation/escalation.bpmn",
    )
    found = evidence.verify(town.inst, OPERATOR, case_id)
    assert (found["verdict"], found["seq"]) == ("broken", 1)
    assert "release" in found["problem"]


def test_place_that_is_gone_from_the_feed_is_told(town: Town, hand: Hand) -> None:
    case_id = town.dispatched()
    seal_positions(town.inst.database)
    hand.run("DELETE FROM feed WHERE stream_id = ? AND seq = 2", case_id)
    found = {v["case_id"]: v for v in evidence.verify_all(town.inst, OPERATOR).items}
    assert found["feed"]["verdict"] == "broken"
    assert f"entry 2 of {case_id}" in found["feed"]["problem"]
