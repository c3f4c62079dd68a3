"""A newer version of a calendar reaches the live cases: dry run, one order, one entry a case."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.audit import read_record, replay_record
from engine.domain.commands import RecomputeDeadlines
from engine.domain.errors import ReleaseNotFoundError, WrongStateError
from engine.domain.people import Actor
from engine.domain.rows import Pins
from engine.kernel.decide import World
from engine.service import calendar_changes, calendars, cases, evidence
from engine.service.executor import execute
from engine.service.timers import fire_due
from engine.store.queries.case import find_file, find_snapshot
from engine.store.queries.journal import list_entries
from engine.store.queries.waiting import list_timers
from tests.audit.town import OPERATOR, Town, city_files

#: Four hours of work from the opening on Tuesday, when Monday is a holiday after all.
TUESDAY = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
#: Tells who ordered it.
DENG = Actor(via="user", person="deng")


def publish(town: Town, version: int = 2, *, holiday: str = "2026-03-02", **changes: Any) -> str:
    """A version of the city's calendar with one more holiday; its pin."""
    content = json.loads(city_files()["calendar.json"])
    content |= {"version": version, "holiday": [*content["holiday"], holiday], **changes}
    calendars.import_calendar(town.inst, OPERATOR, content)
    return f"cn@{version}"


def apply_all(town: Town, calendar: str | None = None, **options: Any) -> Mapping[str, Any]:
    return calendar_changes.apply(town.inst, DENG, calendar=calendar, **options).data


def entries(town: Town, stream: str) -> list[dict[str, Any]]:
    with town.inst.database.reads() as reader:
        return [json.loads(entry.body) for entry in list_entries(reader, stream)]


def events(town: Town, case_id: str, kind: str) -> list[dict[str, Any]]:
    every = (event for entry in entries(town, f"case:{case_id}") for event in entry["events"])
    return [event["data"] for event in every if event["type"] == kind]


def clock(town: Town, case_id: str) -> dict[str, Any]:
    [found] = cases.clocks(town.inst, OPERATOR, case_id)
    return found


def timers(town: Town, case_id: str) -> list[datetime]:
    with town.inst.database.reads() as reader:
        return [timer.due_at for timer in list_timers(reader, case_id)]


def pinned(town: Town, case_id: str) -> str:
    with town.inst.database.reads() as reader:
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    return snapshot.pins.calendar


def assert_conforms(town: Town, *case_ids: str) -> None:
    for case_id in case_ids:
        replayed = evidence.replay(town.inst, OPERATOR, case_id)
        assert (replayed["verdict"], replayed["problem"]) == ("conforms", None)
        assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"
    assert {v.verdict for v in evidence.verify_streams(town.inst)} == {"intact"}


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def test_dry_run_tells_what_would_move_and_moves_nothing(town: Town) -> None:
    moving = town.dispatched()
    handed_back, waiting = town.handed_back(), town.report()
    due = clock(town, moving)["due_at"]
    pin = publish(town)
    found = calendar_changes.preview(town.inst, OPERATOR)
    assert (found["calendar"], found["examined"], found["waiting"]) == (pin, 3, 3)
    [item] = found["items"]
    assert (item["case_id"], item["clock"]) == (moving, "handling")
    assert (item["due_before"], item["due_after"]) == (due, TUESDAY)
    assert (item["calendar_before"], item["calendar_after"]) == ("cn@1", "cn@2")
    assert {pinned(town, c) for c in (moving, handed_back, waiting)} == {"cn@1"}
    assert clock(town, moving)["due_at"] == due


def test_dry_run_comes_in_pages(town: Town) -> None:
    wanted = sorted(town.dispatched() for _ in range(3))
    publish(town)
    first = calendar_changes.preview(town.inst, OPERATOR, limit=2)
    rest = calendar_changes.preview(town.inst, OPERATOR, cursor=first["next_cursor"], limit=2)
    assert [item["case_id"] for item in (*first["items"], *rest["items"])] == wanted
    assert (rest["examined"], rest["next_cursor"]) == (1, None)


def test_order_moves_deadline_timers_and_pin_of_a_live_case(town: Town) -> None:
    case_id = town.dispatched()
    due, points = clock(town, case_id)["due_at"], timers(town, case_id)
    [foreseen] = _previewed(town, publish(town))
    done = apply_all(town)
    assert (done["cases"], done["deadlines"], done["left"], done["failed"]) == (1, 1, 0, [])
    found = clock(town, case_id)
    assert found["due_at"] == foreseen["due_after"] == TUESDAY != due
    assert sum(line["seconds"] for line in found["ledger"] if line["counted"]) == 0
    assert timers(town, case_id) != points
    assert timers(town, case_id)[-1] == found["due_at"]
    assert town.items(case_id)["assign_crew"].due_at == found["due_at"]
    assert _head_due(town, case_id) == found["due_at"]
    assert pinned(town, case_id) == "cn@2"
    assert_conforms(town, case_id)


def _previewed(town: Town, pin: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = calendar_changes.preview(town.inst, OPERATOR, calendar=pin)[
        "items"
    ]
    return items


def _head_due(town: Town, case_id: str) -> datetime | None:
    with town.inst.database.reads() as reader:
        file = find_file(reader, case_id)
    assert file is not None
    return file.due_at


def test_journal_tells_who_ordered_it_how_many_and_each_move(town: Town) -> None:
    case_id = town.dispatched()
    town.report()
    publish(town)
    apply_all(town)
    _, order, done = entries(town, "calendar:cn")
    assert order["actor"]["person"] == done["actor"]["person"] == "deng"
    assert order["events"][0]["data"] == {"calendar": "cn@2", "cases": 2, "from": {"cn@1": 2}}
    assert done["events"][0]["data"] == {"calendar": "cn@2", "order": "calendar:cn/2"}
    last = entries(town, f"case:{case_id}")[-1]
    assert last["actor"]["person"] == "deng"
    assert last["command"]["args"] == {"calendar": "cn@2", "order": "calendar:cn/2"}
    assert list(last["command"]["read"]) == ["calendar:cn@2"]
    assert last["pins"]["calendar"] == "cn@2"
    [moved] = events(town, case_id, "clock.recomputed")
    assert moved["due_before"] < moved["due"]
    assert not moved["provisional"]


def test_order_given_again_changes_nothing(town: Town) -> None:
    case_id = town.dispatched()
    publish(town)
    apply_all(town)
    before = entries(town, f"case:{case_id}"), entries(town, "calendar:cn")
    again = apply_all(town)
    assert (again["cases"], again["left"]) == (0, 0)
    assert (entries(town, f"case:{case_id}"), entries(town, "calendar:cn")) == before


def test_interrupted_order_goes_on_where_it_stopped(town: Town) -> None:
    """Killed after two of three cases, then given again without knowing how far it had come."""
    every = [town.dispatched() for _ in range(3)]
    publish(town)
    assert apply_all(town, limit=2)["left"] == 1
    assert len(entries(town, "calendar:cn")) == 2
    assert apply_all(town)["left"] == 0
    assert [len(events(town, c, "calendar.changed")) for c in every] == [1, 1, 1]
    kinds = [entry["command"]["kind"] for entry in entries(town, "calendar:cn")]
    assert kinds == ["import_calendar", "change_calendar", "finish_calendar_change"]
    assert_conforms(town, *every)


def test_order_killed_before_its_last_word_is_finished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every case is there, the entry that says so is not: it comes when the order is repeated."""
    town.dispatched()
    publish(town)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(calendar_changes, "_finish", killed)
        with pytest.raises(KeyboardInterrupt):
            apply_all(town)
    assert apply_all(town)["cases"] == 0
    assert [e["events"][0]["type"] for e in entries(town, "calendar:cn")] == [
        "calendar.published",
        "calendar.change_begun",
        "calendar.change_done",
    ]


def test_clock_that_was_handed_back_stays_until_rework(town: Town) -> None:
    case_id = town.handed_back()
    before = clock(town, case_id)
    publish(town)
    assert apply_all(town)["deadlines"] == 0
    after = clock(town, case_id)
    stays = ("due_at", "on_time", "elapsed_seconds", "stopped_at", "state")
    assert [after[name] for name in stays] == [before[name] for name in stays]
    counted = [line["seconds"] for line in after["ledger"] if line["counted"]]
    assert sum(counted) == after["elapsed_seconds"] > 0
    assert_conforms(town, case_id)
    town.do(case_id, "wang", "review_feedback", "rework", reason="没有盖好")
    assert clock(town, case_id)["due_at"] == TUESDAY != before["due_at"]
    assert_conforms(town, case_id)


def test_point_that_has_fired_does_not_fire_again(town: Town) -> None:
    case_id = town.dispatched()
    town.clock.instant = timers(town, case_id)[0]
    assert fire_due(town.inst, node="n").fired == 1
    publish(town)
    apply_all(town)
    [due] = timers(town, case_id)
    town.clock.instant = due
    assert fire_due(town.inst, node="n").fired == 1
    assert [e["point"] for e in events(town, case_id, "timer.fired")] == ["80 %", "100 %"]
    assert_conforms(town, case_id)


def test_provisional_deadline_is_settled_when_the_year_is_published(town: Town) -> None:
    town.clock.instant = local("2026-12-31 16:30")
    case_id = town.dispatched()
    before = clock(town, case_id)
    assert before["provisional"]
    publish(town, holiday="2027-01-01/2027-01-03", last="2027-12-31")
    apply_all(town)
    after = clock(town, case_id)
    assert not after["provisional"]
    assert after["due_at"] == before["due_at"] + timedelta(days=3)
    [moved] = events(town, case_id, "clock.recomputed")
    assert (moved["missing_years"], moved["provisional"]) == ([], False)
    assert_conforms(town, case_id)


def test_second_change_starts_from_the_first(town: Town) -> None:
    case_id = town.handed_back()
    elapsed = clock(town, case_id)["elapsed_seconds"]
    running = town.dispatched()
    for version, holiday in ((2, "2026-03-02"), (3, "2026-03-02/2026-03-03")):
        publish(town, version, holiday=holiday)
        apply_all(town)
    assert clock(town, case_id)["elapsed_seconds"] == elapsed
    assert [e["after"] for e in events(town, running, "calendar.changed")] == ["cn@2", "cn@3"]
    assert clock(town, running)["due_at"].astimezone(UTC).day == 4
    assert_conforms(town, case_id, running)


def test_case_that_has_ended_keeps_its_calendar(town: Town) -> None:
    closed, case_id = town.closed(), town.dispatched()
    town.void_asked(case_id)
    town.do(case_id, "deng", "approve_void", "void", reason="重复")
    publish(town)
    assert apply_all(town)["cases"] == 0
    assert pinned(town, closed) == pinned(town, case_id) == "cn@1"
    command = RecomputeDeadlines(case_id=case_id, calendar="cn@2", order="calendar:cn/9")
    with pytest.raises(WrongStateError, match="ended"):
        execute(town.inst, OPERATOR, command)


def test_case_goes_to_newer_versions_of_its_own_calendar_only(town: Town) -> None:
    case_id = town.dispatched()
    publish(town)
    publish(town, id="other")
    apply_all(town, "cn@2")
    for pin in ("cn@1", "cn@2", "other@2"):
        command = RecomputeDeadlines(case_id=case_id, calendar=pin, order="calendar:cn/9")
        with pytest.raises(WrongStateError, match="no newer version"):
            execute(town.inst, OPERATOR, command)


def test_calendar_that_was_not_imported_is_not_found(town: Town) -> None:
    for pin in ("cn@9", "cn"):
        with pytest.raises(ReleaseNotFoundError):
            apply_all(town, pin)


def test_replay_finds_out_that_the_calendar_was_altered(town: Town) -> None:
    """The entry holds the hash of the days that the deadline was recomputed by."""
    case_id = town.dispatched()
    publish(town)
    apply_all(town)
    other = town.inst.world(Pins(*_pins(town, case_id)))

    def world_of(pins: Pins) -> World:
        world = town.inst.world(pins)
        if pins.calendar != "cn@2":
            return world
        calendar = replace(other.worktime.calendar, days={})
        return replace(world, worktime=type(other.worktime)(calendar))

    verdict = replay_record(read_record(town.inst.database, case_id), world_of)
    assert verdict.verdict == "diverges"
    assert "not the one that was read" in str(verdict.problem)


def _pins(town: Town, case_id: str) -> tuple[str, str, str, int]:
    with town.inst.database.reads() as reader:
        snapshot = find_snapshot(reader, case_id)
    assert snapshot is not None
    pins = snapshot.pins
    return pins.release, pins.catalog, pins.calendar, pins.semantics


def test_export_holds_every_version_that_the_case_was_decided_by(town: Town) -> None:
    case_id = town.dispatched()
    publish(town)
    apply_all(town)
    files = evidence.export(town.inst, OPERATOR, case_id)
    versions = [json.loads(files[n])["version"] for n in ("calendar.json", "calendars/cn@1.json")]
    assert versions == [2, 1]


def test_case_goes_all_the_way_after_the_change(town: Town) -> None:
    case_id = town.dispatched()
    publish(town)
    apply_all(town)
    town.do(case_id, "peng", "assign_crew", "assigned", crew="municipal_crew_a")
    after = [town.photo(case_id, "chen")]
    town.do(case_id, "chen", "handle_on_site", "submitted", photos_after=after)
    town.do(case_id, "peng", "confirm_handling", "handed_back")
    town.do(case_id, "wang", "review_feedback", "forwarded")
    town.check_passes(case_id)
    town.do(case_id, "deng", "close_case", "closed")
    assert clock(town, case_id)["on_time"]
    assert_conforms(town, case_id)
