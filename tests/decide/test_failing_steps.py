"""Automatic steps that fail: the case stays, an incident names the element and the cause."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.clock import to_wire
from engine.domain.commands import (
    CompleteJob,
    CompleteWorkItem,
    CorrelateMessage,
    FireTimer,
    ResolveIncident,
    RetryIncident,
    ThrowJobError,
)
from engine.domain.errors import BadVariablesError, ExecutionError
from engine.domain.people import Actor
from engine.kernel.player import Player
from tests.decide.diagrams import NOW, flow, player, process, world

WORKER, ADMIN, ANYBODY = Actor(via="worker"), Actor(via="user", person="zhou"), Actor(via="test")
SCHEMA = json.dumps(
    {"type": "object", "properties": {"n": {"type": "integer"}, "note": {"type": "string"}}}
).encode()
BREAKS = (
    '<scriptTask id="breaks"><extensionElements><cl:assign name="n" value="=note"/>'
    "</extensionElements></scriptTask>"
)
#: A function cannot be given to a worker.
NO_VALUE = "if wait = 9 then (function(x) x) else wait"
BAD = 9
JOB = (
    '<serviceTask id="fetch" cl:topic="fetch"><extensionElements>'
    f'<cl:in name="number" value="={NO_VALUE}"/><cl:output name="note"/></extensionElements>'
    "</serviceTask>"
)
WRITE = (
    '<userTask id="write"><extensionElements><cl:output name="wait" type="integer"/>'
    "</extensionElements></userTask>"
)


def stage_of(*parts: str, head: str = "", **data: object) -> Player:
    body = '<startEvent id="start"/>' + "".join(parts) + '<endEvent id="end"/>'
    stage = player(world(head, process("main", body), **{"case.schema.json": SCHEMA}))
    stage.open(data, ANYBODY, "main")
    return stage


def place(stage: Player, element: str) -> dict[str, Any]:
    assert stage.snapshot is not None
    found = {wait.element.id: (n, wait) for n, wait in stage.waits()}
    n, wait = found[element]
    return {"case_id": stage.snapshot.case_id, "instance": n, "token": wait.token}


def incidents(stage: Player) -> list[dict[str, Any]]:
    """The open ones."""
    assert stage.snapshot is not None
    names = ("number", "kind", "instance", "token", "element", "code", "message", "at")
    found = json.loads(stage.snapshot.state)["incidents"]
    return [dict(zip(names, incident, strict=True)) for incident in found]


def waiting(stage: Player) -> list[str]:
    return [wait.element.id for _, wait in stage.waits()]


def test_timer_whose_next_step_breaks_the_schema_is_an_incident() -> None:
    timer = (
        '<intermediateCatchEvent id="later"><timerEventDefinition id="later_def"><timeDuration>'
        "PT1H</timeDuration></timerEventDefinition></intermediateCatchEvent>"
    )
    stage = stage_of(timer, BREAKS, flow("start>later>breaks>end"), note="x")
    due = NOW + timedelta(hours=1)
    stage.advance(due)
    [incident] = incidents(stage)
    assert (incident["kind"], incident["element"]) == ("timer", "later")
    assert incident["code"] == "bad-variables"
    assert incident["message"].startswith("breaks: ")
    assert waiting(stage) == ["later"]
    assert "n" not in stage.document


def test_job_whose_next_step_breaks_the_schema_is_an_incident_of_the_job() -> None:
    job = JOB.replace(NO_VALUE, "1")
    stage = stage_of(job, BREAKS, flow("start>fetch>breaks>end"))
    stage.do(CompleteJob(**place(stage, "fetch"), worker="w", data={"note": "x"}), WORKER)
    [incident] = incidents(stage)
    assert (incident["kind"], incident["element"]) == ("job", "fetch")
    assert "breaks" in incident["message"]
    assert stage.document == {}


def test_message_whose_next_step_breaks_the_schema_is_an_incident_of_its_event() -> None:
    catch = (
        '<intermediateCatchEvent id="hears"><messageEventDefinition id="hears_def" '
        'messageRef="m"/></intermediateCatchEvent>'
    )
    stage = stage_of(
        catch, BREAKS, flow("start>hears>breaks>end"), head='<message id="m" name="m"/>', note="x"
    )
    case = place(stage, "hears")["case_id"]
    stage.do(CorrelateMessage(case_id=case, name="m"), WORKER)
    [incident] = incidents(stage)
    assert (incident["kind"], incident["element"]) == ("message", "hears")
    assert waiting(stage) == ["hears"]


def test_worker_s_own_bad_data_is_refused_not_an_incident() -> None:
    stage = stage_of(JOB.replace(NO_VALUE, "1"), flow("start>fetch>end"))
    with pytest.raises(BadVariablesError):
        stage.do(CompleteJob(**place(stage, "fetch"), worker="w", data={"note": 7}), WORKER)
    with pytest.raises(BadVariablesError):
        stage.do(CompleteJob(**place(stage, "fetch"), worker="w", data={"n": 7}), WORKER)
    assert incidents(stage) == []


def test_input_that_cannot_be_evaluated_stops_the_job_and_nobody_else() -> None:
    stage = stage_of(WRITE, JOB, flow("start>write>fetch>end"))
    stage.do(CompleteWorkItem(**place(stage, "write"), data={"wait": BAD}), ANYBODY)
    [incident] = incidents(stage)
    assert (incident["kind"], incident["element"]) == ("job", "fetch")
    assert "fetch" in incident["message"]
    assert waiting(stage) == ["fetch"]
    assert stage.document["wait"] == BAD


def test_input_is_evaluated_anew_when_the_incident_is_retried() -> None:
    both = '<parallelGateway id="fork"/>' + WRITE + JOB + '<endEvent id="other"/>'
    stage = stage_of(both, flow("start>fork>write>end"), flow("fork>fetch>other"), wait=BAD)
    [first] = incidents(stage)
    case = place(stage, "fetch")["case_id"]
    stage.do(RetryIncident(case_id=case, incident=first["number"], reason="again"), ADMIN)
    [second] = incidents(stage)
    assert second["number"] != first["number"]
    stage.do(CompleteWorkItem(**place(stage, "write"), data={"wait": 3}), ANYBODY)
    stage.do(RetryIncident(case_id=case, incident=second["number"], reason="corrected"), ADMIN)
    assert incidents(stage) == []
    stage.do(CompleteJob(**place(stage, "fetch"), worker="w"), WORKER)
    assert waiting(stage) == []


def test_input_that_a_later_write_breaks_is_an_incident_of_the_waiting_job() -> None:
    both = '<parallelGateway id="fork"/>' + WRITE + JOB + '<endEvent id="other"/>'
    stage = stage_of(both, flow("start>fork>write>end"), flow("fork>fetch>other"), wait=3)
    assert incidents(stage) == []
    stage.do(CompleteWorkItem(**place(stage, "write"), data={"wait": BAD}), ANYBODY)
    [incident] = incidents(stage)
    assert incident["element"] == "fetch"
    assert waiting(stage) == ["fetch"]


def test_error_of_a_job_writes_declared_fields_only_and_requires_none() -> None:
    job = JOB.replace(NO_VALUE, "1").replace('"note"/>', '"note" required="true"/>')
    caught = (
        '<boundaryEvent id="none" attachedToRef="fetch"><errorEventDefinition id="none_def" '
        'errorRef="e"/></boundaryEvent><endEvent id="without"/>'
    )
    stage = stage_of(
        job + caught,
        flow("start>fetch>end"),
        flow("none>without"),
        head='<error id="e" errorCode="E"/>',
    )
    at = place(stage, "fetch")
    with pytest.raises(BadVariablesError) as refused:
        stage.do(ThrowJobError(**at, worker="w", code="E", data={"n": 1}), WORKER)
    assert refused.value.context["rule"] == "output/not-declared"
    stage.do(ThrowJobError(**at, worker="w", code="E", data={}), WORKER)
    assert waiting(stage) == []


def test_step_that_declares_no_outputs_writes_none() -> None:
    stage = stage_of('<userTask id="look"/>', flow("start>look>end"))
    with pytest.raises(BadVariablesError) as refused:
        stage.do(CompleteWorkItem(**place(stage, "look"), data={"n": 1}), ANYBODY)
    assert refused.value.context["errors"][0]["pointer"] == "/data/n"


def test_data_for_an_incident_that_is_no_job_s_is_refused() -> None:
    stage = stage_of('<userTask id="look"/>', BREAKS, flow("start>look>breaks>end"), note="x")
    stage.do(CompleteWorkItem(**place(stage, "look")), ANYBODY)
    [incident] = incidents(stage)
    assert incident["kind"] == "work_item"
    resolve = {"case_id": place(stage, "look")["case_id"], "incident": 1, "reason": "by hand"}
    with pytest.raises(BadVariablesError) as refused:
        stage.do(ResolveIncident(**resolve, data={"n": 1}), ADMIN)
    assert refused.value.context["errors"][0]["pointer"] == "/data/n"
    assert len(incidents(stage)) == 1
    stage.do(ResolveIncident(**resolve), ADMIN)
    assert incidents(stage) == []


def test_incident_stays_as_it_was_when_what_follows_its_resolution_fails() -> None:
    stage = stage_of(JOB, BREAKS, flow("start>fetch>breaks>end"), wait=BAD)
    before = incidents(stage)
    case = place(stage, "fetch")["case_id"]
    with pytest.raises(ExecutionError, match="n"):
        stage.do(
            ResolveIncident(case_id=case, incident=1, reason="by hand", data={"note": "x"}), ADMIN
        )
    assert incidents(stage) == before


def test_fired_timer_of_an_incident_fires_again_after_the_retry() -> None:
    timer = (
        '<boundaryEvent id="late" attachedToRef="write" cancelActivity="false">'
        '<timerEventDefinition id="late_def"><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></boundaryEvent>"
    )
    stage = stage_of(
        '<userTask id="write"><extensionElements><cl:output name="note"/></extensionElements>'
        "</userTask>",
        timer + BREAKS.replace("=note", "=if note = null then 1 else note"),
        '<endEvent id="warned"/>',
        flow("start>write>end"),
        flow("late>breaks>warned"),
        note="x",
    )
    stage.advance(NOW + timedelta(hours=1))
    [incident] = incidents(stage)
    at = place(stage, "late")
    stage.do(RetryIncident(case_id=at["case_id"], incident=incident["number"], reason="?"), ADMIN)
    due = to_wire(NOW + timedelta(hours=1))
    stage.do(FireTimer(**at, due=due), Actor(via="timer"))
    [again] = incidents(stage)
    assert again["number"] == incident["number"] + 1


def test_message_that_fails_in_a_process_without_a_start_event_is_an_incident() -> None:
    """The first element without an incoming flow stands where the start event would."""
    take = (
        '<receiveTask id="take" messageRef="paid"><extensionElements><cl:output name="wait" '
        'type="integer"/></extensionElements></receiveTask>'
    )
    body = f'{take}{BREAKS}<endEvent id="end"/>' + flow("take>breaks>end")
    head = '<message id="paid" name="paid"/>'
    stage = player(world(head, process("main", body), **{"case.schema.json": SCHEMA}))
    stage.open({"note": "x"}, ANYBODY, "main")
    assert stage.snapshot is not None
    stage.do(CorrelateMessage(case_id=stage.snapshot.case_id, name="paid"), ANYBODY)
    [incident] = incidents(stage)
    assert incident["message"].startswith("breaks: ")
    assert waiting(stage) == ["take"]
