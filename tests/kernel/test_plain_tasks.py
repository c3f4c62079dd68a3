"""Tasks as an editor draws them at first: what a system does is a job that is called by its id."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from tests.kernel.drawing import boundary, diagram, end, error, flows, process, shape
from tests.kernel.judging import gate, with_task
from tests.kernel.story import Story


@pytest.mark.parametrize("kind", ["serviceTask", "sendTask", "businessRuleTask"])
def test_task_that_names_nothing_is_a_job_and_is_warned_about(kind: str) -> None:
    drawing = with_task(shape(kind, "x"))
    assert [(f.rule, f.severity) for f in gate(*drawing)] == [
        ("activity/no-topic", Severity.WARNING)
    ]
    story = Story(diagram(process("p", *drawing)))
    assert [(w.element.id, w.kind, w.name) for w in story.instance.waits()] == [("x", "job", "x")]
    assert story.complete("x").finished


def test_job_of_a_rule_task_may_raise_an_error() -> None:
    caught = boundary("b", "x", error("E")) + end("failed") + flows("b > failed")
    story = Story(diagram(process("p", *with_task(shape("businessRuleTask", "x")), caught)))
    story.error("x", "E")
    assert story.ends[-1] == "failed"


def test_house_asks_for_the_topic_in_a_case_and_nobody_publishes_without() -> None:
    drawing = with_task(shape("serviceTask", "x"))
    checked = check_release({"p.bpmn": diagram(process("p", *drawing, cl_profile="case"))})
    assert {f.rule for f in checked.findings} == {"house/topic", "house/end-outcome"}
    assert checked.accepted
    assert not checked.publishable


def test_script_task_without_script_is_passed_and_warned_about() -> None:
    drawing = with_task(shape("scriptTask", "x", scriptFormat="javascript"))
    assert [(f.rule, f.severity) for f in gate(*drawing)] == [
        ("activity/no-script", Severity.WARNING)
    ]
    assert Story(diagram(process("p", *drawing))).finished


@pytest.mark.parametrize(
    "attribute",
    [
        'c:type="external" c:topic="t" cl:decision="level"',
        'c:type="mail"',
        'c:class="com.example.Job"',
        'c:rules="a,b"',
    ],
)
def test_task_that_a_vendor_would_do_otherwise_is_refused(attribute: str) -> None:
    vendor = 'xmlns:c="http://camunda.org/schema/1.0/bpmn"'
    drawing = with_task(f'<businessRuleTask id="x" {vendor} {attribute}/>')
    assert {f.element for f in gate(*drawing) if f.severity is Severity.ERROR} == {"x"}


def with_operation(task: str) -> bytes:
    declared = (
        '<message id="paid" name="paid"/><interface id="i" name="i"><operation id="pay" name="pay">'
        "<inMessageRef>paid</inMessageRef></operation></interface><process"
    )
    drawing = diagram(process("p", *with_task(task)))
    return drawing.replace(b"<process", declared.encode(), 1)


def test_send_task_sends_the_message_of_its_operation() -> None:
    story = Story(with_operation(shape("sendTask", "x", operationRef="pay")))
    assert [(t.kind, t.name) for t in story.thrown] == [("message", "paid")]
    assert story.finished


@pytest.mark.parametrize(
    "task",
    [
        shape("receiveTask", "x", operationRef="pay"),
        shape(
            "intermediateCatchEvent",
            "x",
            "<messageEventDefinition><operationRef>pay</operationRef></messageEventDefinition>",
        ),
    ],
)
def test_message_of_an_operation_is_waited_for(task: str) -> None:
    story = Story(with_operation(task))
    assert [w.name for w in story.instance.waits()] == ["paid"]
