"""What cannot be executed stops at an incident; the case stays where it was, nothing is lost."""

import json
from datetime import timedelta

import pytest

from engine.domain import clocks
from engine.domain.commands import (
    CompleteJob,
    CompleteWorkItem,
    CorrelateMessage,
    FailJob,
    ResolveIncident,
    RetryIncident,
    ThrowJobError,
)
from engine.domain.errors import NotFoundError, WrongStateError
from engine.domain.ledger import ledger
from engine.domain.people import Actor
from engine.kernel.player import Player
from tests.decide.diagrams import flow, player, process, world

WORKER, ADMIN = Actor(via="worker"), Actor(via="user", person="zhou")
ANYBODY = Actor(via="test")
FORK = process(
    "fork",
    '<startEvent id="start"/><userTask id="answer"><extensionElements>'
    '<cl:output name="side"/></extensionElements></userTask><exclusiveGateway id="which"/>'
    '<endEvent id="left"/><endEvent id="right"/>'
    + flow("start>answer>which")
    + flow("which>left", "side = &quot;left&quot;")
    + flow("which>right", "side = &quot;right&quot;"),
)
CALL = process(
    "call",
    '<startEvent id="start"/><serviceTask id="fetch" cl:topic="fetch"><extensionElements>'
    '<cl:output name="found" type="text" required="true"/></extensionElements></serviceTask>'
    '<boundaryEvent id="none_found" attachedToRef="fetch"><errorEventDefinition id="none_def" '
    'errorRef="none"/></boundaryEvent><endEvent id="end"/><endEvent id="without"/>'
    + flow("start>fetch>end")
    + flow("none_found>without"),
)
NONE = '<error id="none" errorCode="NONE"/>'


def place(stage: Player) -> dict[str, object]:
    assert stage.snapshot is not None
    instance, wait = stage.waits()[0]
    return {"case_id": stage.snapshot.case_id, "instance": instance, "token": wait.token}


@pytest.fixture
def job() -> Player:
    stage = player(world(NONE, CALL))
    stage.open({}, ANYBODY, "call")
    return stage


def test_no_flow_taken_leaves_the_item_open_with_an_incident() -> None:
    stage = player(world(FORK))
    stage.open({}, ANYBODY, "fork")
    stage.do(CompleteWorkItem(**place(stage), data={"side": "up"}), ANYBODY)  # type: ignore[arg-type]
    assert [wait.element.id for _, wait in stage.waits()] == ["answer"]
    raised = [e for e in stage.events if e["type"] == "incident.raised"]
    assert raised[0]["data"]["code"] == "no-flow-taken"
    assert "side" not in stage.document
    stage.do(CompleteWorkItem(**place(stage), data={"side": "left"}), ANYBODY)  # type: ignore[arg-type]
    assert stage.waits() == []


def test_last_failure_becomes_an_incident_that_stops_the_job(job: Player) -> None:
    for retries in (1, 0):
        failed = FailJob(**place(job), worker="w", reason="down", retries=retries)  # type: ignore[arg-type]
        job.do(failed, WORKER)
    with pytest.raises(WrongStateError, match="incident 1"):
        job.do(CompleteJob(**place(job), worker="w", data={"found": "x"}), WORKER)  # type: ignore[arg-type]
    assert job.snapshot is not None
    job.do(RetryIncident(case_id=job.snapshot.case_id, incident=1, reason="up again"), ADMIN)
    job.do(CompleteJob(**place(job), worker="w", data={"found": "x"}), WORKER)  # type: ignore[arg-type]
    assert job.document == {"found": "x"}
    assert job.waits() == []


def test_incident_resolved_by_hand_gives_what_the_job_would_have(job: Player) -> None:
    job.do(FailJob(**place(job), worker="w", reason="down", retries=0), WORKER)  # type: ignore[arg-type]
    assert job.snapshot is not None
    case = job.snapshot.case_id
    with pytest.raises(NotFoundError):
        job.do(ResolveIncident(case_id=case, incident=7, reason="?"), ADMIN)
    job.do(ResolveIncident(case_id=case, incident=1, reason="by phone", data={"found": "y"}), ADMIN)
    assert job.document == {"found": "y"}
    assert json.loads(job.snapshot.state)["incidents"] == []


def test_bpmn_error_takes_the_boundary_with_its_code(job: Player) -> None:
    job.do(ThrowJobError(**place(job), worker="w", code="NONE"), WORKER)  # type: ignore[arg-type]
    ended = [e["data"]["ends"] for e in job.events if e["type"] == "instance.ended"]
    assert ended == [["without"]]


def test_uncaught_bpmn_error_is_an_incident(job: Player) -> None:
    job.do(ThrowJobError(**place(job), worker="w", code="OTHER"), WORKER)  # type: ignore[arg-type]
    raised = [e["data"]["code"] for e in job.events if e["type"] == "incident.raised"]
    assert raised == ["uncaught-bpmn-error"]
    assert [wait.element.id for _, wait in job.waits()] == ["fetch"]


def types(stage: Player) -> list[str]:
    return [event["type"] for event in stage.events]


def test_incident_ends_when_its_place_was_left_by_another_way() -> None:
    """The item is answered again, and rightly: what stopped it is over."""
    stage = player(world(FORK))
    stage.open({}, ANYBODY, "fork")
    stage.do(CompleteWorkItem(**place(stage), data={"side": "up"}), ANYBODY)  # type: ignore[arg-type]
    stage.do(CompleteWorkItem(**place(stage), data={"side": "left"}), ANYBODY)  # type: ignore[arg-type]
    assert stage.state is not None
    assert stage.state.incidents == []
    assert "incident.withdrawn" in types(stage)


def test_incident_ends_with_the_job_that_a_timer_withdraws() -> None:
    late = (
        '<boundaryEvent id="late" attachedToRef="fetch"><timerEventDefinition id="late_def">'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>"
    )
    timed = CALL.replace("<endEvent", late + "<endEvent", 1).replace(
        "</process>", flow("late>without") + "</process>"
    )
    stage = player(world(NONE, timed))
    stage.open({}, ANYBODY, "call")
    stage.do(FailJob(**place(stage), worker="w", reason="down", retries=0), WORKER)  # type: ignore[arg-type]
    assert stage.state is not None
    assert len(stage.state.incidents) == 1
    stage.advance(stage.now + timedelta(hours=2))
    assert stage.state.incidents == []
    assert stage.waits() == []


def test_clock_that_runs_when_the_case_ends_counts_no_further() -> None:
    clock = '<extensionElements><cl:clock name="handling" limit="4 工作时"/></extensionElements>'
    tasks = (
        '<userTask id="begin" cl:startsClock="handling"/><userTask id="leave"/>'
        '<startEvent id="start"/><endEvent id="end"/>'
    )
    stage = player(world(process("main", clock + tasks + flow("start>begin>leave>end"))))
    stage.open({}, ANYBODY, "main")
    stage.do(CompleteWorkItem(**place(stage)), ANYBODY)  # type: ignore[arg-type]
    stage.advance(stage.now + timedelta(minutes=30))
    stage.do(CompleteWorkItem(**place(stage)), ANYBODY)  # type: ignore[arg-type]
    [withdrawn] = [e for e in stage.events if e["type"] == "clock.withdrawn"]
    assert withdrawn["data"]["elapsed_seconds"] == 1800
    assert stage.state is not None
    clock_state = clocks.from_json(stage.state.clocks["handling"])
    assert (clock_state.state, clock_state.on_time) == ("withdrawn", None)
    lines = ledger(clock_state, stage.now + timedelta(hours=1), stage.world.worktime)
    assert [(line.seconds, line.counted, line.why) for line in lines] == [
        (1800, True, "working hours"),
        (3600, False, "after the case ended"),
    ]


def test_no_clock_goes_on_or_begins_when_the_case_has_ended() -> None:
    """A side procedure is still open; what it would start has nothing to measure any more."""
    clock = '<extensionElements><cl:clock name="handling" limit="4 工作时"/></extensionElements>'
    main = '<startEvent id="start"/><userTask id="leave"/><endEvent id="end"/>'
    asked = (
        '<startEvent id="asked"><messageEventDefinition messageRef="ask"/></startEvent>'
        '<userTask id="begin" cl:startsClock="handling"/><userTask id="again" '
        'cl:startsClock="handling"/><endEvent id="over"/>'
    )
    side = process("side", clock + asked + flow("asked>begin>again>over"))
    ask = '<message id="ask" name="ask"/>'
    for answered in (("begin", "leave", "again"), ("leave", "begin", "again")):
        stage = player(world(ask, process("main", main + flow("start>leave>end")), side))
        stage.open({}, ANYBODY, "main")
        assert stage.snapshot is not None
        stage.do(CorrelateMessage(case_id=stage.snapshot.case_id, name="ask"), ANYBODY)
        for name in answered:
            [place] = [(n, w.token) for n, w in stage.waits() if w.element.id == name]
            done = CompleteWorkItem(
                case_id=stage.snapshot.case_id, instance=place[0], token=place[1]
            )
            stage.do(done, ANYBODY)
        assert stage.waits() == []
        assert types(stage).count("clock.not_started") == (1 if answered[0] == "begin" else 2)
        assert "clock.resumed" not in types(stage)
