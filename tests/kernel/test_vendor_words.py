"""Words of other vendors that mean what ours mean: read as ours, and what is not read is named."""

import pytest

from engine.kernel.compile.model import Element
from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from engine.kernel.vendors import FLOWABLE, ZEEBE
from tests.gate.by_hand import BESIDE
from tests.kernel.drawing import (
    catch,
    condition,
    diagram,
    event_sub,
    flows,
    message,
    process,
    shape,
    start,
    user,
)
from tests.kernel.judging import after, gate, with_task
from tests.kernel.story import Story


def zeebe(mark: str) -> str:
    return f'<extensionElements><z:{mark} xmlns:z="{ZEEBE}"/></extensionElements>'


def elements(drawing: bytes) -> dict[str, Element]:
    checked = check_release({"p.bpmn": drawing})
    assert checked.accepted, [str(f) for f in checked.findings]
    return dict(checked.definitions["p"].elements)


def remarks(drawing: bytes) -> list[tuple[str, str | None]]:
    found = check_release({"p.bpmn": drawing}).findings
    return [(f.rule, f.element) for f in found if f.severity is not Severity.INFO]


def subscribed(drawing: bytes, mark: str) -> bytes:
    """The message of the drawing with something of a vendor in it."""
    bare = b'<message id="message_m" name="m"/>'
    assert bare in drawing
    whole = f'<message id="message_m" name="m">{zeebe(mark)}</message>'
    return drawing.replace(bare, whole.encode())


WAITING = after(catch("x", message("m")))
KEYED = 'subscription correlationKey="=order"'


def test_key_of_a_message_is_the_key_of_the_events_that_wait_for_it() -> None:
    story = Story(subscribed(diagram(process("p", *WAITING)), KEYED), {"order": 7})
    assert [wait.key for wait in story.instance.waits()] == ["7"]


def test_our_own_key_wins() -> None:
    ours = after(catch("x", message("m"), cl_key="=bill"))
    story = Story(subscribed(diagram(process("p", *ours)), KEYED), {"order": 7, "bill": 8})
    assert [wait.key for wait in story.instance.waits()] == ["8"]


def test_key_that_is_no_expression_is_a_text() -> None:
    fixed = subscribed(diagram(process("p", *WAITING)), 'subscription correlationKey="all"')
    assert [wait.key for wait in Story(fixed).instance.waits()] == ["all"]


def test_receive_task_and_event_sub_process_have_the_key_of_their_message() -> None:
    task = '<receiveTask id="x" messageRef="message_m"/>'
    beside = event_sub("e", message("m"), user("y"), flows("e_start > y"))
    found = elements(subscribed(diagram(process("p", *after(task), beside)), KEYED))
    assert found["x"].correlation_key is not None
    assert found["e_start"].correlation_key is not None


def test_message_that_opens_a_case_has_no_key() -> None:
    opened = process("p", start("begin", message("m")), user("x"), flows("begin > x"))
    assert elements(subscribed(diagram(opened), KEYED))["begin"].correlation_key is None


def test_key_that_cannot_be_read_is_refused() -> None:
    broken = subscribed(diagram(process("p", *WAITING)), 'subscription correlationKey="=order +"')
    assert ("expression/feel", "x") in remarks(broken)


@pytest.mark.parametrize(
    ("mark", "rule"),
    [
        ('subscription correlationKey="=order" colour="red"', "foreign/no-effect"),
        ('taskDefinition type="t"', "foreign/behaviour"),
        ('properties name="a"', "foreign/no-effect"),
    ],
)
def test_what_stands_on_a_message_and_is_not_read_is_named(mark: str, rule: str) -> None:
    drawing = subscribed(diagram(process("p", *WAITING)), mark)
    assert remarks(drawing) == [(rule, "message_m")]


@pytest.mark.parametrize("kind", ["signal", "error", "escalation", "collaboration", "participant"])
def test_words_of_vendors_beside_the_processes_are_named(kind: str) -> None:
    mark = 'id="it" xmlns:v="urn:vendor" v:colour="red"'
    inside = f"<{kind} {mark}/>"
    if kind == "participant":
        inside = f'<collaboration id="c">{inside}</collaboration>'
    drawing = diagram(process("p", *after(user("x"))))
    drawing = drawing.replace(b"<process", inside.encode() + b"<process", 1)
    assert remarks(drawing) == [("foreign/no-effect", "it")]


def task(kind: str, mark: str, **attributes: str) -> bytes:
    """A task with a word of Zeebe, beside a process `q` that it may call."""
    called = process("q", start("s"), user("asked"), flows("s > asked"))
    drawn = process("p", *with_task(shape(kind, "x", zeebe(mark), **attributes)))
    return diagram(drawn, called)


def test_tasks_for_workers_of_other_vendors_are_jobs() -> None:
    camunda, flowable = "http://camunda.org/schema/1.0/bpmn", FLOWABLE
    for space, word in ((camunda, "external"), (flowable, "external-worker")):
        drawn = f'<serviceTask id="x" xmlns:v="{space}" v:type="{word}" v:topic="t"/>'
        drawing = diagram(process("p", *with_task(drawn)))
        assert elements(drawing)["x"].topic == "t"
        assert remarks(drawing) == []


@pytest.mark.parametrize("kind", ["serviceTask", "sendTask", "businessRuleTask"])
def test_type_of_a_task_definition_is_the_topic(kind: str) -> None:
    drawing = task(kind, 'taskDefinition type="t"')
    assert elements(drawing)["x"].topic == "t"
    assert remarks(drawing) == []


def test_process_that_a_call_activity_names_is_called() -> None:
    mark = 'calledElement processId="q" propagateAllChildVariables="true"'
    assert Story(task("callActivity", mark)).open == ["asked"]
    assert remarks(task("callActivity", mark)) == []


def test_script_is_one_assignment() -> None:
    story = Story(task("scriptTask", 'script expression="=a + 1" resultVariable="b"'), {"a": 1})
    assert story.desk.document == {"a": 1, "b": 2}


def test_list_of_a_loop_is_run_over() -> None:
    mark = 'loopCharacteristics inputCollection="=xs" inputElement="one"'
    inside = f"<multiInstanceLoopCharacteristics>{zeebe(mark)}</multiInstanceLoopCharacteristics>"
    drawing = diagram(process("p", *with_task(user("x", inside))))
    loop = elements(drawing)["x"].loop
    assert loop is not None
    assert loop.item == "one"
    assert remarks(drawing) == []
    assert Story(drawing, {"xs": [1, 2, 3]}).work == ["x", "x", "x"]


def test_decision_and_its_result_are_named() -> None:
    mark = 'calledDecision decisionId="level" resultVariable="r"'
    files = {"p.bpmn": task("businessRuleTask", mark), **BESIDE}
    story = Story(files, process="p")
    assert story.desk.document == {"r": 1}


@pytest.mark.parametrize(
    ("kind", "mark", "rule"),
    [
        ("serviceTask", 'taskDefinition type="t" retries="3"', "foreign/no-effect"),
        ("serviceTask", 'taskDefinition type="=t"', "foreign/behaviour"),
        ("callActivity", 'calledElement processId="=q"', "foreign/behaviour"),
        (
            "callActivity",
            'calledElement processId="q" propagateAllChildVariables="false"',
            "foreign/behaviour",
        ),
        ("callActivity", 'calledElement processId="q" versionTag="1"', "foreign/behaviour"),
        ("callActivity", 'calledElement processId="q" bindingType="latest"', "foreign/no-effect"),
        ("scriptTask", 'script expression="=1"', "foreign/behaviour"),
        ("userTask", 'ioMapping a="b"', "foreign/behaviour"),
    ],
)
def test_what_of_a_word_is_not_read_is_named(kind: str, mark: str, rule: str) -> None:
    assert (rule, "x") in remarks(task(kind, mark))


@pytest.mark.parametrize("more", ['outputCollection="ys"', 'outputElement="=y"'])
def test_gathering_in_a_loop_is_refused_naming_it(more: str) -> None:
    mark = f'loopCharacteristics inputCollection="=xs" {more}'
    inside = f"<multiInstanceLoopCharacteristics>{zeebe(mark)}</multiInstanceLoopCharacteristics>"
    drawing = diagram(process("p", *with_task(user("x", inside))))
    [finding] = check_release({"p.bpmn": drawing}).findings
    assert (finding.rule, finding.element) == ("foreign/behaviour", "x")
    assert more.partition("=")[0] in finding.message


def test_our_own_topic_beside_a_task_definition_is_no_guess() -> None:
    drawing = task("serviceTask", 'taskDefinition type="t"', cl_topic="ours")
    assert remarks(drawing) == [("foreign/behaviour", "x")]


def test_variable_that_a_condition_is_looked_at_for_is_explained() -> None:
    watched = condition("a = 1").replace(
        "EventDefinition>",
        'EventDefinition xmlns:c="http://camunda.org/schema/1.0/bpmn" c:variableName="a">',
        1,
    )
    [finding] = gate(*after(catch("x", watched)))
    assert "whenever the case document changes" in finding.message
