"""A timer start event of the current release opens a case at each of its instants, once."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.domain.clock import to_wire
from engine.domain.errors import DefinitionError
from engine.domain.rows import StartTimer
from engine.runtime.ticker import Ticker
from engine.service import evidence, health, releases
from engine.service.start_firing import fire_start
from engine.service.timers import fire_due
from engine.store.start_timers import claim_due_starts
from engine.store.statements import Statement
from engine.store.tables import start_timer
from tests.audit.town import MONDAY, OPERATOR, Town
from tests.databases import SettableClock
from tests.kernel.drawing import cycle, timer
from tests.runtime.starting import (
    DAY,
    HOUR,
    MINUTE,
    cases_of,
    date,
    deploy,
    drawn,
    dues,
    for_collectors_only,
    hourly,
    stuck_at_once,
    told,
    waiting,
)

_FORGET = Statement("forget_starts", lambda _: sa.delete(start_timer))


def tick_at(town: Town, after: timedelta) -> int:
    town.clock.instant = MONDAY + after
    return Ticker(town.inst, "n").tick().fired


def instants(*after: timedelta) -> list[str]:
    return [to_wire(MONDAY + delta) for delta in after]


def test_duration_counts_from_when_the_release_became_current(town: Town) -> None:
    town.clock.instant = MONDAY + DAY
    deploy(town, drawn(timer("PT2H")))
    assert tick_at(town, DAY + HOUR) == 0
    assert tick_at(town, DAY + 2 * HOUR) == 1
    assert tick_at(town, 9 * DAY) == 0
    assert dues(town.inst) == instants(DAY + 2 * HOUR)


def test_date_opens_one_case_at_its_instant(town: Town) -> None:
    deploy(town, drawn(date("2026-03-03T09:00:00+08:00")))
    assert tick_at(town, DAY - MINUTE) == 0
    assert tick_at(town, DAY) == 1
    assert tick_at(town, 2 * DAY) == 0
    [opened] = cases_of(town.inst)
    assert opened["actor"]["via"] == "timer"
    assert opened["at"] == to_wire(MONDAY + DAY)


def test_cycle_opens_a_case_each_round_until_it_is_over(town: Town) -> None:
    release = deploy(town, drawn(cycle("R3/PT1H")))
    for hour in range(1, 6):
        assert tick_at(town, hour * HOUR) == (1 if hour <= 3 else 0)
    assert dues(town.inst) == instants(HOUR, 2 * HOUR, 3 * HOUR)
    [row] = waiting(town.inst, release)
    assert (row.rounds, row.due_at, row.last_due) == (3, None, MONDAY + 3 * HOUR)


def test_cycle_keeps_its_step_although_a_tick_was_late(town: Town) -> None:
    deploy(town, hourly())
    tick_at(town, HOUR + 20 * MINUTE)
    tick_at(town, 2 * HOUR)
    assert dues(town.inst) == instants(HOUR, 2 * HOUR)


def test_rounds_that_an_outage_missed_are_opened_in_order_and_told_late(town: Town) -> None:
    deploy(town, hourly())
    town.clock.instant = MONDAY + 3 * HOUR
    fired = Ticker(town.inst, "n").tick()
    assert (fired.fired, len(fired.late)) == (3, 2)
    assert dues(town.inst) == instants(HOUR, 2 * HOUR, 3 * HOUR)
    late = [
        e["data"]["late_seconds"]
        for opened in cases_of(town.inst)
        for e in opened["events"]
        if e["type"] == "timer.fired"
    ]
    assert late == [7200, 3600, 0]


def test_what_lies_before_the_release_is_past_and_said_so(town: Town) -> None:
    """Nobody is owed the rounds from before there was anybody to open them."""
    files = {
        "a.bpmn": drawn(date("2026-02-01T09:00:00+08:00"), name="once"),
        "b.bpmn": drawn(cycle("R5/2026-03-01T08:30:00+08:00/P1D")),
        "c.bpmn": drawn(cycle("R3/2020-01-31T09:00:00+08:00/P1M"), name="over"),
        "d.bpmn": drawn(cycle("R9/0001-01-01T00:00:00Z/PT1S"), name="old"),
    }
    deployed = releases.deploy(town.inst, OPERATOR, files).data
    assert tick_at(town, timedelta()) == 0
    [armed] = [e for e in told(town.inst, deployed["release"]) if e["type"].endswith("armed")]
    found = {t["process"]: (t["due"], t["passed"]) for t in armed["data"]["timers"]}
    tomorrow = to_wire(MONDAY + timedelta(hours=23, minutes=30))
    assert found == {
        "once": (None, 1),
        "patrol": (tomorrow, 2),
        "over": (None, 3),
        "old": (None, 9),
    }
    said = {f["file"]: f["message"] for f in deployed["findings"] if f["rule"] == "release/timer"}
    assert "its time has passed" in said["a.bpmn"]
    assert "2 rounds before that are past" in said["b.bpmn"]


def test_release_that_is_replaced_opens_no_more_cases(town: Town) -> None:
    old = deploy(town, hourly())
    tick_at(town, HOUR)
    new = deploy(town, drawn(timer("P1D"), name="other"))
    assert tick_at(town, 3 * HOUR) == 0
    assert [row.due_at for row in waiting(town.inst, old)] == [None]
    stopped = [e for e in told(town.inst, new) if e["type"] == "release.timers_stopped"]
    assert [e["data"]["release"] for e in stopped] == [old]


def test_release_that_is_not_made_current_opens_nothing(town: Town) -> None:
    release = deploy(town, hourly(), make_current=False)
    assert tick_at(town, 2 * HOUR) == 0
    assert waiting(town.inst, release) == []


def test_release_that_comes_back_does_no_instant_twice(town: Town) -> None:
    at_ten = drawn(cycle("R/2026-03-02T10:00:00+08:00/PT1H"))
    deploy(town, at_ten)
    assert tick_at(town, HOUR) == 1
    deploy(town, drawn(timer("P9D"), name="other"))
    deploy(town, at_ten)  # at the very instant of the round that was opened
    assert tick_at(town, HOUR) == 0
    assert tick_at(town, 2 * HOUR) == 1
    assert dues(town.inst) == instants(HOUR, 2 * HOUR)


def claimed(town: Town, node: str) -> list[StartTimer]:
    return claim_due_starts(
        town.inst.database, now=town.clock.now(), node=node, lease_seconds=30, limit=9
    )


def test_round_in_the_hands_of_two_nodes_opens_one_case(
    town: Town, lease_clock: SettableClock
) -> None:
    """The first node claims, is slow, and comes back after its lease ended."""
    deploy(town, hourly())
    town.clock.instant = MONDAY + HOUR
    [slow] = claimed(town, "slow")
    assert claimed(town, "quick") == []
    lease_clock.forward(seconds=31)
    [quick] = claimed(town, "quick")
    assert fire_start(town.inst, quick).fired == 1
    assert fire_start(town.inst, slow).gone == 1
    assert dues(town.inst) == instants(HOUR)


def test_node_that_claimed_opens_nothing_for_a_release_that_was_replaced(town: Town) -> None:
    deploy(town, hourly())
    town.clock.instant = MONDAY + HOUR
    [held] = claimed(town, "slow")
    deploy(town, drawn(timer("P9D"), name="other"))
    assert fire_start(town.inst, held).gone == 1
    assert cases_of(town.inst) == []


def test_case_that_a_timer_opened_is_replayed_and_verified(town: Town) -> None:
    deploy(town, hourly())
    tick_at(town, HOUR + 20 * MINUTE)
    [opened] = cases_of(town.inst)
    case_id = opened["stream"].removeprefix("case:")
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"
    assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"
    assert list(town.items(case_id)) == ["look"]


@pytest.mark.parametrize(
    ("drawing", "code"),
    [
        (for_collectors_only(), "forbidden"),
        (stuck_at_once(), "no-flow-taken"),
    ],
)
def test_refused_case_is_told_and_the_next_round_has_its_turn(
    town: Town, drawing: bytes, code: str
) -> None:
    release = deploy(town, drawing)
    town.clock.instant = MONDAY + HOUR
    assert Ticker(town.inst, "n").tick().failed == 1
    assert cases_of(town.inst) == []
    [refused] = [e["data"] for e in told(town.inst, release) if e["type"].endswith("refused")]
    assert (refused["code"], refused["due"]) == (code, to_wire(MONDAY + HOUR))
    [row] = waiting(town.inst, release)
    assert (row.refused, row.rounds, row.due_at) == (1, 1, MONDAY + 2 * HOUR)
    assert row.problem is not None
    assert any("opened no case" in warning for warning in health.check(town.inst)["warnings"])
    assert Ticker(town.inst, "n").tick().failed == 0
    town.clock.instant = MONDAY + 2 * HOUR
    assert Ticker(town.inst, "n").tick().failed == 1


def test_refusal_in_the_hands_of_two_nodes_is_told_once(
    town: Town, lease_clock: SettableClock
) -> None:
    release = deploy(town, for_collectors_only())
    town.clock.instant = MONDAY + HOUR
    [slow] = claimed(town, "slow")
    lease_clock.forward(seconds=31)
    [quick] = claimed(town, "quick")
    assert (fire_start(town.inst, quick).failed, fire_start(town.inst, slow).gone) == (1, 1)
    assert [e["type"] for e in told(town.inst, release)].count("release.timer_refused") == 1


def test_time_that_cannot_be_worked_out_refuses_the_deployment(town: Town) -> None:
    when = "<timerEventDefinition><timeDate>=null</timeDate></timerEventDefinition>"
    before = releases.get_release(town.inst, OPERATOR)["release"]
    with pytest.raises(DefinitionError, match="begin"):
        deploy(town, drawn(when))
    assert releases.get_release(town.inst, OPERATOR)["release"] == before


def test_expression_reads_the_instant_of_publication(town: Town) -> None:
    when = (
        '<timerEventDefinition><timeDate>=now() + duration("PT90M")</timeDate>'
        "</timerEventDefinition>"
    )
    deploy(town, drawn(when))
    assert tick_at(town, 2 * HOUR) == 1
    assert dues(town.inst) == instants(timedelta(minutes=90))


def test_process_that_is_no_beginning_of_a_case_is_not_started(town: Town) -> None:
    """Beside a case's own procedure the others are called, never begun."""
    files = {**releases.packaged_files(), "x/patrol.bpmn": hourly()}
    deployed = releases.deploy(town.inst, OPERATOR, files).data
    assert tick_at(town, 2 * HOUR) == 0
    assert waiting(town.inst, deployed["release"]) == []
    [said] = [f for f in deployed["findings"] if f["rule"] == "release/timer"]
    assert (said["element"], said["severity"]) == ("begin", "warning")


def test_release_that_was_current_before_the_table_is_armed_by_the_first_tick(
    town: Town,
) -> None:
    release = deploy(town, hourly())
    with town.inst.database.unit_of_work() as work:
        work.write(_FORGET, {})
        work.commit()
    town.clock.instant = MONDAY + HOUR
    assert Ticker(town.inst, "n").tick().fired == 0
    assert Ticker(town.inst, "m").tick().fired == 0
    assert tick_at(town, 2 * HOUR) == 1
    armed = [e for e in told(town.inst, release) if e["type"] == "release.timers_armed"]
    assert len(armed) == 2
    assert fire_due(town.inst, node="n").fired == 0
