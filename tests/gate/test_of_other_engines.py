"""What other engines compute or do by a word of theirs is not passed over."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_files
from tests.kernel.drawing import diagram, escape, process, shape, words
from tests.kernel.judging import gate, with_task

_CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
_JBPM = "http://www.jboss.org/drools"
_NAMES = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}


def refused(*parts: str, **attributes: str) -> list[tuple[str, str | None]]:
    found = gate(*parts, **attributes)
    return [(f.rule, f.element) for f in found if f.severity is Severity.ERROR]


@pytest.mark.parametrize("text", ["order_${id}", "#{name}", '="order" + id', " = code"])
@pytest.mark.parametrize("kind", _NAMES)
def test_name_that_another_engine_would_compute(kind: str, text: str) -> None:
    named = f'<{kind} id="n" {_NAMES[kind]}="{escape(text)}"/>'
    data = diagram(named, process("p", *with_task(shape("userTask", "x"))))
    found = check_files({"p.bpmn": data})
    assert [(f.rule, f.element) for f in found] == [("event/computed-name", "n")]


@pytest.mark.parametrize(
    "task",
    [
        f'<serviceTask id="x" xmlns:v="{_CAMUNDA}" v:type="external" v:topic="${{topic}}"/>',
        shape("serviceTask", "x", cl_topic="=topic"),
        shape("sendTask", "x", cl_topic="post_${unit}"),
    ],
)
def test_topic_that_another_engine_would_compute(task: str) -> None:
    assert refused(*with_task(task)) == [("event/computed-name", "x")]


@pytest.mark.parametrize("text", ["order placed", "50 = 50", "price in $", "订单"])
def test_fixed_names_are_taken(text: str) -> None:
    named = f'<message id="n" name="{text}"/>'
    data = diagram(named, process("p", *with_task(shape("receiveTask", "x", words()))))
    found = check_files({"p.bpmn": data})
    assert all(f.severity is not Severity.ERROR for f in found)


def test_work_item_of_jbpm_is_not_passed() -> None:
    task = f'<task id="x" xmlns:d="{_JBPM}" d:taskName="Email"/>'
    [found] = [f for f in gate(*with_task(task)) if f.severity is Severity.ERROR]
    assert (found.rule, found.help) == ("foreign/behaviour", "use a service task with cl:topic")


@pytest.mark.parametrize(("value", "fault"), [("false", True), ("true", False)])
def test_call_of_jbpm_that_does_not_wait(value: str, *, fault: bool) -> None:
    call = f'<callActivity id="x" calledElement="p" xmlns:d="{_JBPM}" d:waitForCompletion="{value}"'
    assert refused(*with_task(f"{call}/>")) == [("foreign/behaviour", "x")] * fault


@pytest.mark.parametrize(("value", "fault"), [("true", True), ("false", False)])
def test_process_of_jbpm_that_begins_by_hand(value: str, *, fault: bool) -> None:
    body = process("p", *with_task(shape("userTask", "x")))
    data = diagram(body.replace("<process ", f'<process xmlns:d="{_JBPM}" d:adHoc="{value}" ', 1))
    errors = [f.element for f in check_files({"p.bpmn": data}) if f.severity is Severity.ERROR]
    assert errors == ["p"] * fault
