"""Correlation of BPMN: a message reaches the case that holds what the message brings."""

import pytest

from engine.domain.commands import CompleteWorkItem, CorrelateMessage
from engine.domain.errors import BadVariablesError, WrongStateError
from engine.domain.people import Actor
from engine.kernel.decide import World
from engine.kernel.findings import Severity
from engine.kernel.player import Player
from engine.kernel.release import check_release
from tests.decide.diagrams import definitions, flow, player, process, world

SYSTEM = Actor(via="key:k", unit="works")
MESSAGES = '<message id="paid" name="paid"/>'
WAITS = (
    '<intermediateCatchEvent id="{0}">{1}<messageEventDefinition messageRef="paid"/>'
    "</intermediateCatchEvent>"
)
AMOUNT = '<extensionElements><cl:output name="amount" type="integer"/></extensionElements>'


def key(*properties: str) -> str:
    references = "".join(
        f"<correlationPropertyRef>{name}</correlationPropertyRef>" for name in properties
    )
    return (
        f'<collaboration id="c"><correlationKey id="k">{references}</correlationKey>'
        "</collaboration>"
    )


def carried(name: str, path: str, message: str = "paid") -> str:
    return (
        f'<correlationProperty id="{name}"><correlationPropertyRetrievalExpression '
        f'messageRef="{message}"><messagePath>{path}</messagePath>'
        "</correlationPropertyRetrievalExpression></correlationProperty>"
    )


def bound(**paths: str) -> str:
    bindings = "".join(
        f'<correlationPropertyBinding correlationPropertyRef="{name}"><dataPath>{path}</dataPath>'
        "</correlationPropertyBinding>"
        for name, path in paths.items()
    )
    return (
        f'<correlationSubscription id="s" correlationKeyRef="k">{bindings}'
        "</correlationSubscription>"
    )


def inside(subscription: str, outputs: str = "") -> str:
    caught = WAITS.format("wait", outputs)
    body = f'<startEvent id="start"/>{caught}<endEvent id="end"/>' + flow("start>wait>end")
    return process("main", body + subscription)


ONE = (MESSAGES, key("order"), carried("order", "order"))
TWO = (MESSAGES, key("order", "city"), carried("order", "order"), carried("city", "at.city"))


def opened(built: World, **data: object) -> Player:
    stage = player(built)
    stage.open(data, Actor(via="test"), "main")
    return stage


def send(stage: Player, correlation_key: str | None = None, **data: object) -> None:
    assert stage.snapshot is not None
    case = stage.snapshot.case_id
    command = CorrelateMessage(
        case_id=case, name="paid", correlation_key=correlation_key, data=data
    )
    stage.do(command, SYSTEM)


def test_message_of_another_order_is_not_for_this_case() -> None:
    stage = opened(world(*ONE, inside(bound(order="order_no"))), order_no=7)
    for strange in ({"order": 8}, {"order": "7"}, {}):
        with pytest.raises(WrongStateError):
            send(stage, **strange)
    send(stage, order=7)
    assert stage.waits() == []


def test_case_that_does_not_hold_the_value_yet_is_not_meant() -> None:
    stage = opened(world(*ONE, inside(bound(order="order_no"))))
    with pytest.raises(WrongStateError):
        send(stage, order=None)


def test_every_property_of_the_key_counts() -> None:
    built = world(*TWO, inside(bound(order="order_no", city="town")))
    stage = opened(built, order_no=7, town="fuzhou")
    with pytest.raises(WrongStateError):
        send(stage, order=7, at={"city": "xiamen"})
    send(stage, order=7, at={"city": "fuzhou"})
    assert stage.waits() == []


def test_named_key_stands_for_the_value_of_a_single_property() -> None:
    stage = opened(world(*ONE, inside(bound(order="order_no"))), order_no=7)
    with pytest.raises(WrongStateError):
        send(stage, "8")
    send(stage, "7")
    assert stage.waits() == []


def test_value_that_only_tells_whose_the_message_is_needs_no_declaration() -> None:
    stage = opened(world(*ONE, inside(bound(order="order_no"), AMOUNT)), order_no=7)
    with pytest.raises(BadVariablesError):
        send(stage, order=7, stray=1)
    send(stage, order=7, amount=5)
    assert stage.document == {"amount": 5, "order_no": 7}


def test_message_thrown_inside_a_case_is_correlated_too() -> None:
    """Two branches wait for the same message, each for its own order."""
    thrown = (
        '<intermediateThrowEvent id="pay"><extensionElements><cl:in name="order" value="=second"/>'
        '</extensionElements><messageEventDefinition messageRef="paid"/></intermediateThrowEvent>'
    )
    body = '<startEvent id="start"/><parallelGateway id="fork"/><userTask id="ready"/>'
    waits = WAITS.format("wait", "")
    ends = "".join(f'<endEvent id="end{n}"/>' for n in (1, 2))
    ways = flow("start>fork>wait>end1") + flow("fork>ready>pay>end2")
    main = process("main", body + waits + thrown + ends + ways + bound(order="first"))
    for first, left in ((1, ["wait"]), (2, [])):
        stage = opened(world(*ONE, main), first=first, second=2)
        [token] = [wait.token for _, wait in stage.waits() if wait.element.id == "ready"]
        stage.advance(stage.now)
        complete(stage, token)
        assert [wait.element.id for _, wait in stage.waits()] == left


def complete(stage: Player, token: int) -> None:
    assert stage.snapshot is not None
    stage.do(CompleteWorkItem(case_id=stage.snapshot.case_id, instance=0, token=token), SYSTEM)


@pytest.mark.parametrize(
    "parts",
    [
        (MESSAGES, carried("order", "order"), inside(bound(order="order_no"))),
        (*TWO, inside(bound(order="order_no"))),
        (MESSAGES, key("order"), inside(bound(order="order_no"))),
    ],
    ids=["no such key", "a property is not bound", "no message carries it"],
)
def test_subscription_that_is_not_complete_is_refused(parts: tuple[str, ...]) -> None:
    found = check_release({"p.bpmn": definitions(*parts)}).findings
    assert [(f.rule, f.element) for f in found if f.severity is Severity.ERROR] == [
        ("data/correlation", "s")
    ]


@pytest.mark.parametrize("place", ["dataPath", "messagePath"])
def test_path_in_another_language_is_refused(place: str) -> None:
    drawn = definitions(*ONE, inside(bound(order="order_no")))
    foreign = drawn.replace(f"<{place}>".encode(), f'<{place} language="XPath">'.encode())
    found = check_release({"p.bpmn": foreign}).findings
    assert {f.rule for f in found if f.severity is Severity.ERROR} == {"expression/language"}


def test_our_own_key_on_an_event_comes_before_the_subscription() -> None:
    keyed = inside(bound(order="order_no")).replace(
        '<intermediateCatchEvent id="wait"', '<intermediateCatchEvent id="wait" cl:key="=mark"'
    )
    stage = opened(world(*ONE, keyed), order_no=7, mark="x")
    with pytest.raises(WrongStateError):
        send(stage, "y", order=7)
    send(stage, "x")
    assert stage.waits() == []


def test_value_that_is_read_from_the_message_by_name_needs_no_declaration() -> None:
    parts = (MESSAGES, key("order"), carried("order", "message.order"))
    stage = opened(world(*parts, inside(bound(order="order_no"), AMOUNT)), order_no=7)
    send(stage, order=7, amount=5)
    assert stage.document == {"amount": 5, "order_no": 7}


def test_what_begins_an_instance_has_nothing_to_be_equal_with() -> None:
    take = '<receiveTask id="take" instantiate="true" messageRef="paid"/><endEvent id="end"/>'
    main = process("main", take + flow("take>end") + bound(order="order_no"))
    stage = opened(world(*ONE, main))
    send(stage)
    assert stage.waits() == []


def test_second_subscription_to_a_message_is_refused() -> None:
    twice = bound(order="order_no") + bound(order="other_no").replace('id="s"', 'id="t"')
    found = check_release({"p.bpmn": definitions(*ONE, inside(twice))}).findings
    assert [(f.rule, f.element) for f in found if f.severity is Severity.ERROR] == [
        ("data/correlation", "t")
    ]
