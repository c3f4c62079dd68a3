"""What lies around a case: files, incidents, notifications, the feed, health and numbers."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import (
    CaseNotFoundError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)
from engine.domain.people import Actor
from engine.domain.rows import RowChanges
from engine.service import (
    attachments,
    calendars,
    cases,
    events,
    health,
    incidents,
    jobs,
    metrics,
    notifications,
    organisation,
)
from engine.service.installation import Installation
from engine.store import open_database
from tests.databases import CountingIds, SettableClock
from tests.service.sample_town import (
    ACCEPTOR,
    COLLECTOR,
    CREW,
    organisation_tables,
    report,
    report_nowhere,
    settle,
    table,
)
from tests.store.small_case import advance, case_file, notification, open_case, timer

CASE = "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"


def told(inst: Installation, *, person: str = "chen", count: int = 1) -> None:
    """A case that tells somebody something."""
    rows = RowChanges(
        file=case_file(CASE),
        notifications=tuple(notification(CASE, n, person=person) for n in range(1, count + 1)),
    )
    open_case(inst.database, CASE, rows)


def failed(inst: Installation) -> str:
    """A case whose job to locate the grid failed for good; its id."""
    case_id = report_nowhere(inst)
    worker = Actor(via="worker")
    fetched = jobs.fetch_and_lock(inst, worker, topics=["locate_grid"], worker="w", seconds=60)
    [job] = fetched.data["items"]
    lock = {"worker": "w", "lock_token": job["lock_token"]}
    jobs.fail(inst, worker, job["id"], reason="no cell", retries=0, **lock)
    return case_id


def test_attachment_comes_back_with_its_name_in_the_journal(
    inst: Installation, operator: Actor
) -> None:
    settle(inst, operator)
    case_id = report(inst)
    answer = attachments.add(
        inst, COLLECTOR, case_id, name="前.jpg", media_type="image/jpeg", data=b"a picture"
    )
    assert (answer.data["name"], answer.data["size"]) == ("前.jpg", 9)
    found = attachments.read(inst, ACCEPTOR, case_id, answer.data["sha256"])
    assert (found.data, found.media_type) == (b"a picture", "image/jpeg")
    last = cases.journal(inst, COLLECTOR, case_id)[-1]["entry"]
    assert last["command"]["args"]["sha256"] == answer.data["sha256"]


def test_attachment_under_the_same_key_is_one_entry(inst: Installation, operator: Actor) -> None:
    settle(inst, operator)
    case_id = report(inst)
    given: dict[str, Any] = {"name": "a", "media_type": "text/plain", "data": b"x"}
    first = attachments.add(inst, COLLECTOR, case_id, **given, idempotency_key="k")
    again = attachments.add(inst, COLLECTOR, case_id, **given, idempotency_key="k")
    assert (again.receipt, again.replayed) == (first.receipt, True)


def test_attachment_is_only_for_whose_business_the_case_is(
    inst: Installation, operator: Actor
) -> None:
    settle(inst, operator)
    case_id, other = report(inst), report(inst)
    given: dict[str, Any] = {"name": "a", "media_type": "text/plain", "data": b"x"}
    with pytest.raises(CaseNotFoundError):
        attachments.add(inst, CREW, case_id, **given)
    sha256 = attachments.add(inst, COLLECTOR, case_id, **given).data["sha256"]
    with pytest.raises(CaseNotFoundError):
        attachments.read(inst, CREW, case_id, sha256)
    with pytest.raises(NotFoundError):
        attachments.read(inst, COLLECTOR, other, sha256)


@pytest.mark.parametrize("options", [{"data": b""}, {"name": " "}, {"name": "a\nb"}])
def test_attachment_that_says_nothing_is_refused(
    inst: Installation, operator: Actor, options: dict[str, Any]
) -> None:
    given = {"name": "a", "media_type": "text/plain", "data": b"x", **options}
    with pytest.raises(InvalidRequestError):
        attachments.add(inst, operator, CASE, **given)


def test_incident_is_listed_until_it_is_retried(inst: Installation, operator: Actor) -> None:
    settle(inst, operator)
    case_id = failed(inst)
    [found] = incidents.list_incidents(inst, operator, filters={"open": True}).items
    assert (found["case_id"], found["element"]) == (case_id, "locate_grid")
    assert found["case_no"] == cases.get_case(inst, operator, case_id)["case_no"]
    incidents.retry(inst, operator, case_id, found["number"], reason="mended", retries=2)
    assert incidents.list_incidents(inst, operator, filters={"open": True}).items == []
    every = incidents.list_incidents(inst, operator, filters={"case_id": case_id})
    assert every.items[0]["resolved_at"] is not None


def test_incident_is_resolved_with_what_the_job_would_have_given(
    inst: Installation, operator: Actor
) -> None:
    settle(inst, operator)
    case_id = failed(inst)
    data = {"grid_cell": "990101001001001"}
    answer = incidents.resolve(
        inst, operator, case_id, 1, reason="looked it up", data=data, idempotency_key="k"
    )
    again = incidents.resolve(
        inst, operator, case_id, 1, reason="looked it up", data=data, idempotency_key="k"
    )
    assert again.receipt == answer.receipt
    assert cases.get_case(inst, operator, case_id)["document"]["grid_cell"] == data["grid_cell"]


def test_incident_of_somebody_else_s_case_is_not_shown(inst: Installation, operator: Actor) -> None:
    settle(inst, operator)
    failed(inst)
    assert incidents.list_incidents(inst, ACCEPTOR, filters={}).items
    assert incidents.list_incidents(inst, CREW, filters={}).items == []


@pytest.mark.parametrize("filters", [{"colour": "red"}, {"case_id": "nonsense"}])
def test_incident_filter_that_makes_no_sense_is_refused(
    inst: Installation, operator: Actor, filters: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError):
        incidents.list_incidents(inst, operator, filters=filters)


def test_notifications_are_read_page_by_page_with_the_case_number(inst: Installation) -> None:
    told(inst, count=5)
    chen, found, cursor = Actor(via="user", person="chen"), [], None
    while True:
        page = notifications.list_notifications(inst, chen, cursor=cursor, limit=2)
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len({item["id"] for item in found}) == 5
    assert {item["case_no"] for item in found} == {case_file(CASE).case_no}


def test_notification_is_read_once_by_its_person(
    inst: Installation, case_clock: SettableClock
) -> None:
    told(inst)
    chen = Actor(via="user", person="chen")
    [item] = notifications.list_notifications(inst, chen, unread=True).items
    first = notifications.mark_read(inst, chen, item["id"])
    case_clock.forward(hours=1)
    assert notifications.mark_read(inst, chen, item["id"]) == first
    assert notifications.list_notifications(inst, chen, unread=True).items == []
    [item] = notifications.list_notifications(inst, chen).items
    assert item["read_at"] == first


@pytest.mark.parametrize(
    "name", ["", "x", "a.b.c", f"{CASE}.1", f"{CASE}.1.x", f"{CASE}.1.9", f"{CASE}.1.１"]
)
def test_notification_that_is_none_of_his_is_not_found(inst: Installation, name: str) -> None:
    told(inst)
    with pytest.raises(NotFoundError):
        notifications.mark_read(inst, Actor(via="user", person="chen"), name)
    with pytest.raises(NotFoundError):
        notifications.mark_read(inst, Actor(via="user", person="lin"), f"{CASE}.1.1")


def test_notifications_are_private_to_person_and_unit(inst: Installation, operator: Actor) -> None:
    organisation.import_organisation(inst, operator, organisation_tables())
    told(inst, person="jiang")
    greening = Actor(via="key:g", unit="greening")
    assert notifications.list_notifications(inst, operator).items
    assert notifications.list_notifications(inst, greening, person="jiang").items
    for actor, person in (
        (Actor(via="user", person="lin"), "jiang"),
        (Actor(via="key:s", unit="sanitation"), "jiang"),
        (greening, None),
    ):
        with pytest.raises(ForbiddenError):
            notifications.list_notifications(inst, actor, person=person)


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_feed_gives_every_event_once_in_order(
    inst: Installation, operator: Actor, limit: int
) -> None:
    settle(inst, operator)
    case_id = report(inst)
    found, after = [], 0
    while True:
        page = events.page(inst, operator, after=after, limit=limit)
        if not page["events"]:
            break
        found += page["events"]
        after = page["next"]
    ids = [(event["stream"], event["seq"], event["n"]) for event in found]
    assert len(set(ids)) == len(ids)
    positions = [event["position"] for event in found]
    assert positions == sorted(positions)
    assert set(positions) == set(range(1, positions[-1] + 1))
    streams = {event["stream"] for event in found}
    assert {"catalog", "calendar:cn", "organisation", f"case:{case_id}"} <= streams
    assert {event["n"] for event in found if event["stream"] == "catalog"} == {1}
    assert events.page(inst, operator, after=after)["next"] == after


def test_health_says_what_is_missing_and_what_is_late(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    found = health.check(inst)
    assert (found["status"], found["ticker_lag_seconds"]) == ("ok", 0)
    assert any("release, catalog, calendar" in warning for warning in found["warnings"])
    calendars.import_calendar(inst, operator, table("calendar.json"))
    assert any("release, catalog" in warning for warning in health.check(inst)["warnings"])
    open_case(inst.database, CASE, RowChanges(timers=(timer(CASE, 1, inst.now()),)))
    case_clock.forward(seconds=90)
    found = health.check(inst)
    assert found["ticker_lag_seconds"] == 90
    assert "timers are 90 seconds behind" in found["warnings"]


def test_health_of_a_settled_installation_has_nothing_to_say(
    inst: Installation, operator: Actor
) -> None:
    settle(inst, operator)
    warnings = health.check(inst)["warnings"]
    assert [warning for warning in warnings if "SQLite" not in warning] == []


def test_health_tells_of_a_ticker_that_fell_silent(
    inst: Installation, operator: Actor, lease_clock: SettableClock
) -> None:
    settle(inst, operator)
    inst.runtime["ticker"] = {"last_tick_at": "2026-03-02T01:00:00.000000Z", "problem": None}
    assert not any("ticker" in warning for warning in health.check(inst)["warnings"])
    lease_clock.forward(minutes=1)
    assert any("silent" in warning for warning in health.check(inst)["warnings"])


def test_health_is_unavailable_without_tables(
    inst: Installation, lease_clock: SettableClock, ids: CountingIds, tmp_path: Path
) -> None:
    empty = open_database(f"sqlite:///{tmp_path}/empty.db", lease_clock=lease_clock, ids=ids)
    found = health.check(replace(inst, database=empty))
    empty.close()
    assert found["status"] == "unavailable"
    assert found["warnings"] == ["store-error"]


def test_metrics_count_what_waits(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    settle(inst, operator)
    report(inst)
    report_nowhere(inst)
    found = metrics.snapshot(inst)
    assert found["cases"] == {"open": 2}
    assert found["jobs_waiting"] == {"locate_grid": 1}
    assert found["work_items_open"] == {"filing": 1}
    assert found["incidents_open"] == 0
    events.page(inst, operator)  # on PostgreSQL this gives entries their positions
    assert metrics.snapshot(inst)["entries_total"] == 7
    open_case(inst.database, CASE, RowChanges(timers=(timer(CASE, 1, inst.now()),)))
    advance(inst.database, CASE)
    case_clock.forward(hours=1)
    found = metrics.snapshot(inst)
    assert (found["timers_due"], found["ticker_lag_seconds"]) == (1, 3600)
