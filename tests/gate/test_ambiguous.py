"""What two events at one place would both catch is warned about at the second."""

import pytest

from engine.kernel.findings import Severity
from tests.kernel.drawing import (
    boundary,
    catch,
    diagram,
    error,
    escalation,
    event_sub,
    first_of,
    flows,
    message,
    process,
    shape,
    signal,
    start,
    timer,
    user,
)
from tests.kernel.judging import gate, with_task
from tests.kernel.story import Story


def said(*parts: str) -> list[tuple[str, str | None]]:
    found = gate(*parts)
    assert all(f.severity is not Severity.ERROR for f in found), [str(f) for f in found]
    return [(f.rule, f.element) for f in found]


def two_on(host: str, one: str, two: str) -> tuple[str, ...]:
    return (*with_task(host), boundary("a", "x", one), boundary("b", "x", two))


@pytest.mark.parametrize("event", [error("E"), error(), escalation("E"), message("m")])
def test_two_boundary_events_that_catch_the_same(event: str) -> None:
    assert said(*two_on(user("x"), event, event)) == [("event/ambiguous", "b")]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (error("E"), error("F")),
        (error("E"), error()),
        (signal("s"), signal("s")),
        (timer(), timer()),
    ],
)
def test_two_boundary_events_that_both_may_come(one: str, two: str) -> None:
    assert said(*two_on(user("x"), one, two)) == []


def test_keys_tell_messages_apart() -> None:
    one, two = (
        boundary(name, "x", message("m")).replace(
            "<boundaryEvent", f'<boundaryEvent cl:key="={name}"'
        )
        for name in "ab"
    )
    assert said(*with_task(user("x")), one, two) == []


def test_receive_task_with_a_boundary_event_of_its_own_message() -> None:
    task = shape("receiveTask", "x", messageRef="message_m")
    assert said(*with_task(task), boundary("b", "x", message("m"))) == [("event/ambiguous", "b")]


def test_two_event_sub_processes_that_catch_the_same() -> None:
    subs = (
        event_sub(name, error("E"), user(f"{name}_do"), flows(f"{name}_start > {name}_do"))
        for name in "ab"
    )
    assert said(*with_task(user("x")), *subs) == [("event/ambiguous", "b_start")]


def test_two_events_behind_a_gateway_that_wait_for_one_message() -> None:
    waits = catch("a", message("m")) + catch("b", message("m"))
    assert said(start(), first_of("g"), waits, flows("start > g > a", "g > b")) == [
        ("event/ambiguous", "b")
    ]


def test_default_flow_beside_flows_without_condition_is_taken_as_well() -> None:
    tasks = user("a", default="a_to_c") + user("b") + user("c")
    line = (start(), tasks, flows("start > a > b", "a > c"))
    assert said(*line) == [("flow/default-without-choice", "a")]
    assert Story(diagram(process("p", *line))).complete("a").open == ["b", "c"]
