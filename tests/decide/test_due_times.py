"""When a case and its work items are due: with the first deadline of the clocks that run."""

from datetime import datetime

import pytest

from engine.domain.clock import to_wire
from engine.domain.commands import CompleteWorkItem
from engine.domain.facts import Facts
from engine.domain.people import Actor
from engine.domain.rows import Decision
from engine.kernel.decide import decide
from engine.kernel.player import Player
from tests.decide.diagrams import flow, player, process, world

ANYBODY = Actor(via="test")
ELEVEN = "2026-03-02T03:00:00.000000Z"
TEN = "2026-03-02T02:00:00.000000Z"
TWO_CLOCKS = process(
    "two_clocks",
    "<extensionElements>"
    '<cl:clock name="handling" stage="handling" limit="2工作时"/>'
    '<cl:clock name="answering" stage="handling" limit="1工作时"/></extensionElements>'
    '<startEvent id="start"/><userTask id="dispatch" cl:startsClock="handling"/>'
    '<userTask id="ask" cl:startsClock="answering"/>'
    '<userTask id="answer" cl:stopsClock="answering"/>'
    '<userTask id="hand_back" cl:stopsClock="handling"/><userTask id="check"/>'
    '<endEvent id="end" cl:outcome="closed"/>'
    + flow("start>dispatch>ask>answer>hand_back>check>end"),
)


@pytest.fixture
def stage() -> Player:
    opened = player(world(TWO_CLOCKS))
    opened.open({}, ANYBODY, "two_clocks")
    return opened


def go_on(stage: Player) -> Decision:
    """Completes the one open work item."""
    assert stage.snapshot is not None
    instance, wait = stage.waits()[0]
    command = CompleteWorkItem(case_id=stage.snapshot.case_id, instance=instance, token=wait.token)
    decision = decide(stage.world, stage.snapshot, command, ANYBODY, stage.now, Facts())
    stage.do(command, ANYBODY)
    return decision


def dues(decision: Decision) -> tuple[str | None, str | None]:
    """Of the case, and of the work item that is open now."""
    assert decision.rows.file is not None
    [item] = decision.rows.work_items
    return _wire(decision.rows.file.due_at), _wire(item.due_at)


def _wire(instant: datetime | None) -> str | None:
    return None if instant is None else to_wire(instant)


def test_case_is_due_with_the_first_clock_that_runs(stage: Player) -> None:
    """Whatever the clock's name, and whichever was started first."""
    assert dues(go_on(stage)) == (ELEVEN, ELEVEN)
    assert dues(go_on(stage)) == (TEN, TEN)


def test_case_is_due_with_the_other_clock_when_one_stops(stage: Player) -> None:
    go_on(stage)
    go_on(stage)
    assert dues(go_on(stage)) == (ELEVEN, ELEVEN)


def test_case_that_waits_for_its_check_is_not_due(stage: Player) -> None:
    """The hand-back stopped the clock; whether it was on time stays on the clock."""
    go_on(stage)
    go_on(stage)
    go_on(stage)
    last = go_on(stage)
    assert dues(last) == (None, None)
    [clock] = [row for row in last.rows.clocks if row.name == "handling"]
    assert (clock.on_time, _wire(clock.due_at)) == (True, ELEVEN)
