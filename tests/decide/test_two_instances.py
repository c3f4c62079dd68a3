"""Two instances of one case message each other inside one decision."""

import json

import pytest

from engine.domain.commands import BroadcastSignal, CompleteWorkItem, CorrelateMessage
from engine.domain.errors import WrongStateError
from engine.domain.people import Actor
from engine.kernel.player import Player
from tests.decide.diagrams import flow, player, process, world

ANYBODY = Actor(via="test")
MESSAGES = '<message id="ask" name="ask"/><message id="answer" name="answer"/>'
MAIN = process(
    "main",
    '<startEvent id="start"/>'
    '<intermediateThrowEvent id="asks">'
    '<messageEventDefinition id="asks_def" messageRef="ask"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="hears">'
    '<messageEventDefinition id="hears_def" messageRef="answer"/></intermediateCatchEvent>'
    '<endEvent id="end" cl:outcome="closed"/>' + flow("start>asks>hears>end"),
    extra='cl:profile="case"',
)
SIDE = process(
    "side",
    '<startEvent id="asked"><messageEventDefinition id="asked_def" messageRef="ask"/></startEvent>'
    '<userTask id="think"/><intermediateThrowEvent id="answers"><messageEventDefinition '
    'id="answers_def" messageRef="answer"/></intermediateThrowEvent><endEvent id="side_end"/>'
    + flow("asked>think>answers>side_end"),
)


@pytest.fixture
def stage() -> Player:
    opened = player(world(MESSAGES, MAIN, SIDE))
    opened.open({}, ANYBODY, "main")
    return opened


def test_message_of_one_instance_starts_the_other(stage: Player) -> None:
    waits = [(n, wait.element.id) for n, wait in stage.waits()]
    assert waits == [(0, "hears"), (1, "think")]
    assert len(stage.entries) == 1


def test_answer_ends_both_in_one_entry(stage: Player) -> None:
    assert stage.snapshot is not None
    n, wait = stage.waits()[1]
    command = CompleteWorkItem(case_id=stage.snapshot.case_id, instance=n, token=wait.token)
    stage.do(command, ANYBODY)
    assert stage.waits() == []
    assert len(stage.entries) == 2
    ended = [e["data"]["instance"] for e in stage.events if e["type"] == "instance.ended"]
    assert sorted(ended) == [0, 1]
    state = json.loads(stage.snapshot.state)
    assert state["status"] == "closed"


def test_message_that_nobody_waits_for_is_refused_with_those_that_are(stage: Player) -> None:
    assert stage.snapshot is not None
    command = CorrelateMessage(case_id=stage.snapshot.case_id, name="wrong")
    with pytest.raises(WrongStateError) as refused:
        stage.do(command, ANYBODY)
    assert refused.value.context["waiting"] == ["answer"]


SIGNALS = '<signal id="alarm" name="alarm"/>'
SOUNDS = process(
    "main",
    '<startEvent id="start"/><userTask id="see"/><intermediateThrowEvent id="sounds">'
    '<signalEventDefinition id="sounds_def" signalRef="alarm"/></intermediateThrowEvent>'
    '<userTask id="rest"/><endEvent id="end" cl:outcome="closed"/>'
    + flow("start>see>sounds>rest>end"),
    extra='cl:profile="case"',
)
HEARS = process(
    "side",
    '<startEvent id="heard"><signalEventDefinition id="heard_def" signalRef="alarm"/></startEvent>'
    '<userTask id="run"/><endEvent id="side_end"/>' + flow("heard>run>side_end"),
)


def test_signal_starts_what_begins_by_it_from_inside_and_from_outside() -> None:
    stage = player(world(SIGNALS, SOUNDS, HEARS))
    stage.open({}, ANYBODY, "main")
    assert stage.snapshot is not None
    case_id = stage.snapshot.case_id
    n, wait = stage.waits()[0]
    stage.do(CompleteWorkItem(case_id=case_id, instance=n, token=wait.token), ANYBODY)
    assert [(n, wait.element.id) for n, wait in stage.waits()] == [(0, "rest"), (1, "run")]
    stage.do(BroadcastSignal(case_id=case_id, name="alarm"), ANYBODY)
    assert [(n, wait.element.id) for n, wait in stage.waits()] == [
        (0, "rest"),
        (1, "run"),
        (2, "run"),
    ]
