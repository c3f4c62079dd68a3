"""Words that change what is executed are refused or honoured, never lost; the rest is named."""

import pytest

from engine.kernel.release import check_files, check_release
from tests.kernel.drawing import diagram, flows, process, shape, start, user
from tests.kernel.judging import gate, with_task

_CAMUNDA = "http://camunda.org/schema/1.0/bpmn"


def said(kind: str, word: str, inside: str = "") -> list[str]:
    """The rules that speak of a task with one word of a vendor on it."""
    task = f'<{kind} id="x" xmlns:v="{_CAMUNDA}" {word}>{inside}</{kind}>'
    return [f.rule for f in gate(*with_task(task)) if f.rule.startswith("foreign/")]


@pytest.mark.parametrize(
    "word",
    [
        'v:skipExpression="${a}"',
        'v:calledElementBinding="version"',
        'v:calledElementVersion="3"',
        'v:triggerable="true"',
        'v:elementIndexVariable="i"',
        'v:decisionRefBinding="versionTag"',
    ],
)
def test_word_that_changes_what_happens_is_refused(word: str) -> None:
    assert said("userTask", word) == ["foreign/behaviour"]


@pytest.mark.parametrize(
    "word",
    [
        'v:asyncBefore="true"',
        'v:jobPriority="3"',
        'v:calledElementBinding="latest"',
        'v:calledElementBinding="deployment"',
        'v:triggerable="false"',
        'v:terminateAll="false"',
    ],
)
def test_word_that_changes_nothing_is_named(word: str) -> None:
    assert said("userTask", word) == ["foreign/no-effect"]


@pytest.mark.parametrize("word", ["executionListeners", "taskListeners", "errorEventDefinition"])
def test_element_that_would_run_code_is_refused(word: str) -> None:
    inside = f"<extensionElements><v:{word}/></extensionElements>"
    assert said("userTask", "", inside) == ["foreign/behaviour"]


def test_rule_task_may_be_the_job_of_a_worker() -> None:
    drawing = diagram(process("p", *with_task(shape("businessRuleTask", "x", cl_topic="rate"))))
    checked = check_release({"p.bpmn": drawing})
    assert checked.findings == []
    assert checked.definitions["p"].elements["x"].topic == "rate"


_MAPS = (
    '<extensionElements><cl:in name="a" value="=b"/><cl:output name="rate"/></extensionElements>'
)


def test_rule_task_that_is_a_job_is_given_values_and_answers() -> None:
    task = shape("businessRuleTask", "x", _MAPS, cl_topic="rate")
    checked = check_release({"p.bpmn": diagram(process("p", *with_task(task)))})
    assert checked.findings == []
    job = checked.definitions["p"].elements["x"]
    assert (list(job.inputs), [output.name for output in job.outputs]) == (["a"], ["rate"])


def test_values_of_a_job_beside_a_decision_are_refused() -> None:
    task = shape("businessRuleTask", "x", _MAPS, cl_decision="level", cl_result="level")
    [finding] = [f for f in gate(*with_task(task)) if "cl:in" in f.message]
    assert (finding.rule, finding.severity) == ("activity/no-decision", "error")


def test_call_is_judged_alike_in_any_order_of_the_files() -> None:
    """The called start gets its event from elsewhere in its own file."""
    calls = diagram(process("p", *with_task(shape("callActivity", "x", calledElement="q"))))
    refers = "<eventDefinitionRef>came</eventDefinitionRef>"
    came = '<messageEventDefinition id="came" messageRef="message_m"/>'
    called = diagram(came, process("q", start("s", refers), user("y"), flows("s > y")))
    called = called.replace(came.encode(), b'<message id="message_m" name="m"/>' + came.encode())
    for files in ({"a": calls, "b": called}, {"b": calls, "a": called}):
        found = check_files({f"{name}.bpmn": data for name, data in files.items()})
        assert "activity/called-process" in {f.rule for f in found}
