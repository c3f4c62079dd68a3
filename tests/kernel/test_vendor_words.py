"""Words of other vendors that mean what ours mean: read as ours, and what is not read is named."""

import pytest

from engine.kernel.compile.model import Element
from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from engine.kernel.vendors import ZEEBE
from tests.kernel.drawing import catch, diagram, event_sub, flows, message, process, start, user
from tests.kernel.judging import after
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
