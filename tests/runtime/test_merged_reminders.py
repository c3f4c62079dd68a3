"""After an outage a person gets one merged reminder; each case keeps its own entry and row."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.domain.clock import from_wire
from engine.domain.people import Actor
from engine.domain.rows import Notification
from engine.runtime.ticker import Ticker
from engine.service import evidence, notifications
from engine.service.firing import DIGEST_SECONDS
from engine.service.timers import fire_due
from engine.store.queries import notifications as queries
from engine.store.queries.case_rows import read_case_rows
from engine.store.queries.waiting import list_timers
from tests.audit.town import OPERATOR, Town


def told(town: Town, case_id: str) -> list[Notification]:
    """Every reminder of a case, as its rows are."""
    with town.inst.database.reads() as reader:
        found = queries.list_notifications(reader, case_id=case_id, limit=200).items
    return [v.notification for v in found if v.notification.kind == "reminder"]


def reminders(town: Town, person: str, **options: Any) -> list[dict[str, Any]]:
    """What a person sees in his list."""
    reader = Actor(via="user", person=person)
    page = notifications.list_notifications(town.inst, reader, limit=200, **options)
    return [item for item in page.items if item["kind"] == "reminder"]


def outage(town: Town, count: int = 3) -> tuple[list[str], str]:
    """Cases whose reminders came due while nobody fired them, and somebody who is to be told."""
    cases = [town.dispatched() for _ in range(count)]
    town.clock.forward(days=1)
    assert Ticker(town.inst, "n").tick().late
    people = {n.person for n in told(town, cases[0])}
    return cases, min(people)


def test_person_sees_one_reminder_in_place_of_many(town: Town) -> None:
    _, person = outage(town)
    [shown] = reminders(town, person)
    assert shown["merged"] == 3
    everyone = reminders(town, person, digest=shown["digest"])
    assert (len(everyone), {item["merged"] for item in everyone}) == (3, {1})


def test_every_case_keeps_its_own_entry_and_one_row_a_person(town: Town) -> None:
    """Once per case, clock and person, however many are shown as one; and it replays."""
    cases, _ = outage(town)
    for case_id in cases:
        per_person = Counter((n.person, n.clock) for n in told(town, case_id))
        assert per_person
        assert set(per_person.values()) == {1}
        replayed = evidence.replay(town.inst, OPERATOR, case_id)
        assert (replayed["verdict"], replayed["problem"]) == ("conforms", None)
    assert len({n.digest for case_id in cases for n in told(town, case_id)}) == 1


def test_message_for_the_outside_says_what_it_may_be_merged_with(town: Town) -> None:
    cases, _ = outage(town)
    with town.inst.database.reads() as reader:
        sent = [m for c in cases for m in read_case_rows(reader, c).outbox]
    payloads = [m.payload for m in sent if m.type == "notification.sent"]
    [digest] = {p["digest"] for p in payloads if p["kind"] == "reminder"}
    assert from_wire(str(digest)) > town.clock.instant - timedelta(seconds=1)
    assert not any("digest" in p for p in payloads if p["kind"] != "reminder")


def test_catching_up_in_small_rounds_gives_one_reminder(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtime.ticker.BATCH", 1)
    monkeypatch.setattr("engine.runtime.ticker.ROUNDS", 2)
    cases = [town.dispatched() for _ in range(3)]
    town.clock.forward(days=1)
    for node in ("a", "b", "a", "b"):
        Ticker(town.inst, node).tick()
    [shown] = reminders(town, told(town, cases[0])[0].person)
    assert shown["merged"] == 3


def test_reminder_in_time_stands_alone(town: Town) -> None:
    cases = [town.dispatched() for _ in range(2)]
    for case_id in cases:
        with town.inst.database.reads() as reader:
            town.clock.instant = max(list_timers(reader, case_id)[0].due_at, town.clock.instant)
        fire_due(town.inst, node="n")
    shown = reminders(town, told(town, cases[0])[0].person)
    assert [(item["merged"], item["digest"]) for item in shown] == [(1, None), (1, None)]


def test_escalation_is_never_merged(town: Town) -> None:
    """It wants an answer of its own for each case."""
    cases, _ = outage(town)
    with town.inst.database.reads() as reader:
        rows = [n for c in cases for n in read_case_rows(reader, c).notifications]
    escalations = [n for n in rows if n.needs_reply]
    assert escalations
    assert {n.digest for n in escalations} == {None}


def test_who_reads_the_merged_one_has_read_all(town: Town) -> None:
    cases, person = outage(town)
    [shown] = reminders(town, person, unread=True)
    actor = Actor(via="user", person=person)
    first = notifications.mark_read(town.inst, actor, shown["id"])
    assert reminders(town, person, unread=True) == []
    assert {item["read_at"] for item in reminders(town, person, digest=shown["digest"])} == {first}
    others = {n.person for n in told(town, cases[0])} - {person}
    for other in others:
        assert [item["merged"] for item in reminders(town, other, unread=True)] == [3]


def test_later_one_of_the_same_stretch_is_unread_again(town: Town) -> None:
    at_the_beginning = datetime(2026, 3, 3, 1, tzinfo=UTC)
    cases = [town.dispatched() for _ in range(2)]
    town.clock.instant = at_the_beginning
    assert fire_due(town.inst, node="n", limit=1).fired == 1
    [early] = [c for c in cases if told(town, c)]
    person = told(town, early)[0].person
    actor = Actor(via="user", person=person)
    notifications.mark_read(town.inst, actor, reminders(town, person)[0]["id"])
    town.clock.forward(seconds=DIGEST_SECONDS - 1)
    fire_due(town.inst, node="n")
    assert [item["merged"] for item in reminders(town, person, unread=True)] == [1]
    [every] = reminders(town, person)
    assert (every["merged"], every["read_at"]) == (2, None)


def test_another_stretch_is_another_message(town: Town) -> None:
    """Two outages an hour apart are told one by one."""
    _, person = outage(town, count=2)
    town.clock.forward(seconds=DIGEST_SECONDS)
    for _ in range(2):
        town.dispatched()
    town.clock.forward(days=1)
    fire_due(town.inst, node="n")
    assert [item["merged"] for item in reminders(town, person)] == [2, 2]


def test_merged_ones_take_one_place_on_a_page(town: Town) -> None:
    _, person = outage(town)
    actor, found, cursor = Actor(via="user", person=person), [], None
    while True:
        page = notifications.list_notifications(town.inst, actor, cursor=cursor, limit=1)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    whole = notifications.list_notifications(town.inst, actor, limit=200).items
    assert [item["id"] for item in found] == [item["id"] for item in whole]
    assert Counter(item["kind"] for item in found)["reminder"] == 1
