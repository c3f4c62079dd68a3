"""Two elements of one name, or two names of one thing: what would be taken silently is refused."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_files
from tests.kernel.drawing import (
    boundary,
    diagram,
    end,
    flows,
    message,
    process,
    shape,
    start,
    throw,
    undo,
    undone_by,
    user,
)
from tests.kernel.judging import gate, with_task

_TWO = '<{0}EventDefinition id="d" {0}Ref="{0}_a"/><{0}EventDefinition id="d" {0}Ref="{0}_b"/>'
_DESK = (
    '<interface id="i" name="i">'
    '<operation id="o" name="o"><inMessageRef>a</inMessageRef>'
    "<outMessageRef>b</outMessageRef></operation>{0}</interface>"
)
_OTHER = '<operation id="o" name="p"><inMessageRef>b</inMessageRef></operation>'
_POOLS = (
    '<collaboration id="c"><participant id="{0}" processRef="p"/><participant id="other"/>'
    '<messageFlow id="m" sourceRef="other" targetRef="x"/></collaboration>'
)
_LINE = (start(), user("x"), end(), flows("start > x > end"))


def found(*parts: str) -> list[tuple[str, str | None]]:
    data = diagram(*parts)
    return [(f.rule, f.element) for f in check_files({"p.bpmn": data}) if f.severity != "info"]


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_two_shared_definitions_of_one_id(kind: str) -> None:
    event = shape("intermediateCatchEvent", "x", "<eventDefinitionRef>d</eventDefinitionRef>")
    body = process("p", *with_task(event))
    assert found(_TWO.format(kind), body) == [("structure/schema", "d")]


def test_two_operations_of_one_id() -> None:
    body = process("p", *with_task(shape("receiveTask", "x", operationRef="o")))
    messages = '<message id="a" name="a"/><message id="b" name="b"/>'
    assert found(messages, _DESK.format(_OTHER), body) == [("structure/schema", "o")]


def test_pool_and_task_of_one_id_at_the_end_of_a_message_flow() -> None:
    assert found(_POOLS.format("x"), process("p", *_LINE)) == [("structure/schema", "x")]
    assert found(_POOLS.format("city"), process("p", *_LINE)) == []


def test_task_with_the_id_of_something_else_is_named() -> None:
    body = process("p", *_LINE)
    assert found('<message id="x" name="x"/>', body) == [("structure/schema-harmless", "x")]


def test_two_compensation_boundary_events_on_one_activity() -> None:
    again = undone_by("x", "also").replace("x_undo", "x_again").replace("x_line", "x_second")
    parts = (start(), user("x"), undone_by("x", "back"), again, throw("t", undo()))
    errors = [f for f in gate(*parts, flows("start > x > t")) if f.severity is Severity.ERROR]
    assert [(f.rule, f.element) for f in errors] == [("compensation/handler", "x_again")]


def test_boundary_events_of_several_kinds_beside_one_compensation() -> None:
    late = boundary("late", "x", message("m"))
    parts = (start(), user("x"), undone_by("x", "back"), late, user("y"), throw("t", undo()))
    assert all(f.severity is not Severity.ERROR for f in gate(*parts, flows("start > x > t > y")))


@pytest.mark.parametrize(
    ("task", "rules"),
    [
        (shape("receiveTask", "x", messageRef="a", operationRef="o"), []),
        (shape("sendTask", "x", messageRef="b", operationRef="o"), []),
        (
            shape("receiveTask", "x", messageRef="c", operationRef="o"),
            [("activity/operation", "x")],
        ),
        (
            shape(
                "intermediateCatchEvent",
                "x",
                '<messageEventDefinition messageRef="c"><operationRef>o</operationRef>'
                "</messageEventDefinition>",
            ),
            [("activity/operation", "x")],
        ),
    ],
)
def test_message_beside_an_operation_is_one_of_its_messages(
    task: str, rules: list[tuple[str, str]]
) -> None:
    assert found(_DESK.format(""), process("p", *with_task(task))) == rules
