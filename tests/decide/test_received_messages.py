"""Who may send a message, what it may write, and which event gets it."""

import pytest

from engine.domain.commands import BroadcastSignal, CompleteWorkItem, CorrelateMessage
from engine.domain.errors import (
    BadVariablesError,
    ForbiddenError,
    NotYourWorkItemError,
    SeparationError,
    WrongStateError,
)
from engine.domain.people import Actor
from engine.kernel.decide import World
from engine.kernel.player import Player
from tests.decide.diagrams import flow, player, process, small_city, world

SYSTEM = Actor(via="key:k", unit="works")
ZHOU, CHEN = Actor(via="user", person="zhou"), Actor(via="user", person="chen")
MESSAGES = '<message id="pay" name="pay"/><message id="ask" name="ask"/><signal id="s" name="s"/>'
FEE = (
    '<extensionElements><cl:output name="fee" type="integer" required="true"/></extensionElements>'
)


def catching(name: str, words: str = "", outputs: str = "", *, message: str = "pay") -> str:
    return (
        f'<intermediateCatchEvent id="{name}" {words}>{outputs}'
        f'<messageEventDefinition id="{name}_def" messageRef="{message}"/></intermediateCatchEvent>'
    )


def paying(words: str = "", outputs: str = "") -> World:
    """A procedure that waits to be paid."""
    body = f'<startEvent id="start"/>{catching("paid", words, outputs)}<endEvent id="end"/>'
    return world(MESSAGES, process("main", body + flow("start>paid>end")))


def opened(built: World, **data: object) -> Player:
    stage = player(built)
    stage.open(data, Actor(via="test"), "main")
    return stage


def send(
    stage: Player, actor: Actor, name: str = "pay", key: str | None = None, **data: object
) -> None:
    assert stage.snapshot is not None
    command = CorrelateMessage(
        case_id=stage.snapshot.case_id, name=name, correlation_key=key, data=data
    )
    stage.do(command, actor)


def test_message_writes_what_its_event_declares() -> None:
    stage = opened(paying(outputs=FEE))
    send(stage, SYSTEM, fee=5)
    assert stage.document == {"fee": 5}
    assert stage.waits() == []


@pytest.mark.parametrize("outputs", ["", FEE], ids=["declares nothing", "declares others"])
def test_field_that_the_event_does_not_declare_is_refused_by_its_pointer(outputs: str) -> None:
    stage = opened(paying(outputs=outputs))
    with pytest.raises(BadVariablesError) as refused:
        send(stage, SYSTEM, fee=5, responsible_unit="works")
    pointers = [e["pointer"] for e in refused.value.context["errors"]]
    assert "/data/responsible_unit" in pointers
    assert refused.value.context["rule"] == "output/not-declared"
    assert stage.document == {}
    assert len(stage.entries) == 1


def test_message_without_what_is_required_or_of_another_type_is_refused() -> None:
    stage = opened(paying(outputs=FEE))
    for data in ({}, {"fee": "five"}):
        with pytest.raises(BadVariablesError):
            send(stage, SYSTEM, **data)


def test_event_with_roles_is_for_persons_of_them() -> None:
    stage = opened(paying('cl:role="duty_officer acceptor"'))
    with pytest.raises(ForbiddenError, match="Acting-For"):
        send(stage, SYSTEM)
    with pytest.raises(NotYourWorkItemError) as refused:
        send(stage, CHEN)
    assert refused.value.context["rule"] == "authorisation/role"
    send(stage, ZHOU)
    assert stage.waits() == []


def test_role_system_lets_a_system_send_and_no_stranger() -> None:
    stage = opened(paying('cl:role="duty_officer system"'))
    with pytest.raises(NotYourWorkItemError):
        send(stage, CHEN)
    send(stage, SYSTEM)
    assert stage.waits() == []


def test_sender_is_judged_by_the_event_of_his_key() -> None:
    """The first event of the name is for anybody; the one of the key is for the duty officer."""
    body = (
        '<startEvent id="start"/><parallelGateway id="fork"/>'
        + catching("open_one", "cl:key=\"='a'\"".replace("'", "&quot;"))
        + catching("guarded", 'cl:role="duty_officer" cl:key="=&quot;b&quot;"', FEE)
        + '<endEvent id="end_a"/><endEvent id="end_b"/>'
        + flow("start>fork>open_one>end_a")
        + flow("fork>guarded>end_b")
    )
    stage = opened(world(MESSAGES, process("main", body)))
    with pytest.raises(ForbiddenError):
        send(stage, SYSTEM, key="b", fee=1)
    with pytest.raises(BadVariablesError):
        send(stage, SYSTEM, key="a", fee=1)
    send(stage, ZHOU, key="b", fee=1)
    assert [wait.element.id for _, wait in stage.waits()] == ["open_one"]


def side(words: str = "", outputs: str = "") -> World:
    """A main procedure that waits, and a side procedure that a message starts."""
    main = '<startEvent id="start"/><userTask id="wait"/><endEvent id="end"/>'
    begun = (
        f'<startEvent id="asked" {words}>{outputs}'
        '<messageEventDefinition id="asked_def" messageRef="ask"/></startEvent>'
        '<userTask id="think"/><endEvent id="side_end"/>'
    )
    return world(
        MESSAGES,
        process("main", main + flow("start>wait>end")),
        process("side", begun + flow("asked>think>side_end")),
    )


def test_side_procedure_is_started_by_a_person_of_its_roles() -> None:
    stage = opened(side('cl:role="duty_officer" cl:act="approve"', FEE))
    for actor in (SYSTEM, CHEN):
        with pytest.raises(ForbiddenError):
            send(stage, actor, "ask", fee=1)
    with pytest.raises(BadVariablesError):
        send(stage, ZHOU, "ask", fee=1, more=2)
    send(stage, ZHOU, "ask", fee=1)
    assert [wait.element.id for _, wait in stage.waits()] == ["wait", "think"]
    assert stage.document == {"fee": 1}


def test_act_of_the_sender_counts_for_separation() -> None:
    stage = opened(side('cl:role="duty_officer" cl:act="close"'))
    send(stage, ZHOU, "ask")
    both = Actor(via="user", person="chen", principal="zhou")
    handling = paying('cl:act="handle"')
    second = opened(handling)
    send(second, both)
    assert second.snapshot is not None
    assert b'["chen","handle","paid"]' in second.snapshot.state
    assert b'["zhou","handle","paid"]' in second.snapshot.state


def test_who_handled_may_not_start_what_closes() -> None:
    body = (
        '<startEvent id="start"/>'
        + catching("handled", 'cl:act="handle"')
        + catching("checked", 'cl:act="check"', message="ask")
        + '<endEvent id="end"/>'
    )
    stage = opened(world(MESSAGES, process("main", body + flow("start>handled>checked>end"))))
    send(stage, ZHOU)
    with pytest.raises(SeparationError):
        send(stage, ZHOU, "ask")


def test_start_that_names_a_key_takes_no_message_of_another() -> None:
    stage = opened(side('cl:key="=number"'), number="A")
    with pytest.raises(WrongStateError):
        send(stage, SYSTEM, "ask", key="B")
    send(stage, SYSTEM, "ask", key="A")
    assert [wait.element.id for _, wait in stage.waits()] == ["wait", "think"]


def test_signal_writes_what_those_who_wait_declare() -> None:
    body = (
        f'<startEvent id="start"/><intermediateCatchEvent id="hears">{FEE}'
        '<signalEventDefinition id="hears_def" signalRef="s"/></intermediateCatchEvent>'
        '<endEvent id="end"/>'
    )
    stage = opened(world(MESSAGES, process("main", body + flow("start>hears>end"))))
    assert stage.snapshot is not None
    case = stage.snapshot.case_id
    with pytest.raises(BadVariablesError):
        stage.do(BroadcastSignal(case_id=case, name="s", data={"fee": 1, "more": 1}), SYSTEM)
    with pytest.raises(BadVariablesError):
        stage.do(BroadcastSignal(case_id=case, name="unheard", data={"fee": 1}), SYSTEM)
    stage.do(BroadcastSignal(case_id=case, name="s", data={"fee": 1}), SYSTEM)
    assert stage.document == {"fee": 1}


def closed_over(event: str) -> Player:
    """A case that is closed while the event on its other branch still waits."""
    body = (
        '<startEvent id="start"/><parallelGateway id="fork"/>'
        '<userTask id="check" cl:act="close" cl:outcomes="closed"/>'
        f'{event}<endEvent id="checked"/><endEvent id="late"/>'
        + flow("start>fork>check>checked")
        + flow("fork>waits>late")
    )
    stage = opened(world(MESSAGES, process("main", body)))
    assert stage.snapshot is not None
    [token] = [wait.token for _, wait in stage.waits() if wait.element.id == "check"]
    case = stage.snapshot.case_id
    stage.do(CompleteWorkItem(case_id=case, instance=0, token=token, outcome="closed"), ZHOU)
    return stage


def test_nothing_but_what_follows_closing_comes_by_message_or_signal_to_a_closed_case() -> None:
    by_message = closed_over(catching("waits", 'cl:act="handle"'))
    with pytest.raises(WrongStateError) as refused:
        send(by_message, CHEN)
    assert refused.value.context["rule"] == "closing/closed"
    by_signal = closed_over(
        '<intermediateCatchEvent id="waits" cl:act="handle">'
        '<signalEventDefinition id="waits_def" signalRef="s"/></intermediateCatchEvent>'
    )
    assert by_signal.snapshot is not None
    with pytest.raises(WrongStateError) as refused:
        by_signal.do(BroadcastSignal(case_id=by_signal.snapshot.case_id, name="s"), CHEN)
    assert refused.value.context["rule"] == "closing/closed"
    assert [wait.element.id for _, wait in by_signal.waits()] == ["waits"]


def test_unit_that_belongs_to_a_unit_not_yet_named_is_refused_in_words() -> None:
    crew = (
        '<extensionElements><cl:output name="crew" type="unit" within="=responsible_unit"/>'
        "</extensionElements>"
    )
    city = small_city()
    city.units["crew-1"] = {"id": "crew-1", "kind": "crew", "parent": "works"}
    stage = player(paying(outputs=crew), city)
    stage.open({}, Actor(via="test"), "main")
    with pytest.raises(BadVariablesError) as refused:
        send(stage, SYSTEM, crew="crew-1")
    [problem] = refused.value.context["errors"]
    assert problem["pointer"] == "/data/crew"
    assert "names no unit yet" in problem["message"]
