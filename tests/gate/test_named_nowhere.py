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


def imported(space: str, reference: str) -> bytes:
    """A file that imports another one, and a task whose message may stand in either."""
    top = f'<import namespace="urn:{space}" location="a.bpmn" importType="urn:bpmn"/>'
    named = '<message id="paid" name="paid"/>'
    task = shape("receiveTask", "x", messageRef="paid").replace("paid", reference)
    data = diagram(top, named, process("p", *with_task(task)))
    data = data.replace(f'<message id="{reference}" name="{reference}"/>'.encode(), b"")
    return data.replace(b"<definitions ", b'<definitions xmlns:lib="urn:lib" ')


@pytest.mark.parametrize(
    ("space", "reference", "rules"),
    [
        ("lib", "lib:paid", ["activity/message"]),
        ("other", "lib:paid", []),
        ("test", "lib:paid", []),
    ],
)
def test_message_of_another_file_is_not_the_one_of_that_id_here(
    space: str, reference: str, rules: list[str]
) -> None:
    found = check_files({"p.bpmn": imported(space, reference)})
    assert [f.rule for f in found if f.severity is Severity.ERROR] == rules


def test_item_of_a_loop_that_only_counts() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics cl:item="crew"><loopCardinality>{}</loopCardinality>'
        "</multiInstanceLoopCharacteristics>"
    ).format("crews")
    counts = process("p", *with_task(user("x", loop)))
    assert refused(counts) == [("activity/loop", "x")]
    assert refused(counts.replace(' cl:item="crew"', "")) == []


def test_empty_language_is_none() -> None:
    ways = flows("start > g ? level = 1 > a", "g > b").replace(
        "<conditionExpression", '<conditionExpression xsi:type="tFormalExpression" language=""'
    )
    drawing = process("p", start(), xor("g", default="g_to_b"), user("a"), user("b"), ways)
    assert refused(drawing) == []
    assert Story(diagram(drawing), {"level": 1}).open == ["a"]
