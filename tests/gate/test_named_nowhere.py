"""References that lead nowhere, and names that say nothing, are told; an empty language is none."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_files
from tests.kernel.drawing import diagram, end, flows, process, shape, start, user, xor
from tests.kernel.judging import with_task
from tests.kernel.story import Story

_POOLS = (
    '<collaboration id="c"><participant id="city" processRef="p"/><participant id="other"/>'
    '<messageFlow id="m" {0}/></collaboration>'
)
_LINE = (start(), user("x"), end(), flows("start > x > end"))


def refused(*parts: str) -> list[tuple[str, str | None]]:
    found = check_files({"p.bpmn": diagram(*parts)})
    return [(f.rule, f.element) for f in found if f.severity is Severity.ERROR]


@pytest.mark.parametrize("name", ["nothing", "siren"])
def test_message_of_a_message_flow_is_a_message_of_the_file(name: str) -> None:
    drawn = _POOLS.format(f'sourceRef="other" targetRef="x" messageRef="{name}"')
    declared = '<signal id="siren" name="siren"/>'
    # the helper declares every message that is referred to
    data = diagram(declared, drawn, process("p", *_LINE))
    data = data.replace(f'<message id="{name}" name="{name}"/>'.encode(), b"")
    found = check_files({"p.bpmn": data})
    assert [(f.rule, f.element) for f in found if f.severity is Severity.ERROR] == [
        ("pool/message-flow", "m")
    ]


def test_answer_that_leaves_a_receive_task_is_not_what_it_waits_for() -> None:
    drawn = _POOLS.format('name="answer" sourceRef="x" targetRef="other"')
    story = Story(diagram(drawn, process("p", *with_task(shape("receiveTask", "x")))))
    [waiting] = story.instance.waits()
    assert waiting.element.message == "x"


def test_question_that_reaches_a_send_task_is_not_what_it_sends() -> None:
    drawn = _POOLS.format('name="question" sourceRef="other" targetRef="x"')
    story = Story(diagram(drawn, process("p", *with_task(shape("sendTask", "x")))))
    assert story.thrown == []
    assert story.open == ["x"]


@pytest.mark.parametrize(
    ("kind", "task", "rule"),
    [
        ("message", shape("receiveTask", "x", messageRef="blank"), "activity/message"),
        (
            "signal",
            shape("intermediateThrowEvent", "x", '<signalEventDefinition signalRef="blank"/>'),
            "event/reference",
        ),
    ],
)
def test_name_of_blanks_is_none(kind: str, task: str, rule: str) -> None:
    data = diagram(process("p", *with_task(task)))
    data = data.replace(b'id="blank" name="blank"', b'id="blank" name="  "')
    found = check_files({"p.bpmn": data})
    assert kind in data.decode()
    assert [(f.rule, f.element) for f in found if f.severity is Severity.ERROR] == [(rule, "x")]


def test_empty_language_is_none() -> None:
    ways = flows("start > g ? level = 1 > a", "g > b").replace(
        "<conditionExpression", '<conditionExpression xsi:type="tFormalExpression" language=""'
    )
    drawing = process("p", start(), xor("g", default="g_to_b"), user("a"), user("b"), ways)
    assert refused(drawing) == []
    assert Story(diagram(drawing), {"level": 1}).open == ["a"]
