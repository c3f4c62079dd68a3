"""A scope in which nothing begins ends at once; what is around it goes on."""

import pytest

from engine.kernel.release import check_release
from tests.kernel.drawing import (
    boundary,
    call,
    diagram,
    event_sub,
    flows,
    message,
    process,
    start,
    sub,
    timer,
    user,
)
from tests.kernel.judging import with_task
from tests.kernel.story import Story

BESIDE = event_sub("e", message("m"), user("y"), flows("e_start > y"))
TIMES = "<multiInstanceLoopCharacteristics{0}><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"  # noqa: E501 one element


def remarks(drawing: bytes) -> list[tuple[str, str | None]]:
    return [(f.rule, f.element) for f in check_release({"p.bpmn": drawing}).findings]


@pytest.mark.parametrize("inside", ["", BESIDE], ids=["empty", "event sub-process"])
def test_sub_process_in_which_nothing_begins_is_passed(inside: str) -> None:
    drawing = diagram(process("p", *with_task(sub("x", inside))))
    assert remarks(drawing) == [("structure/empty", "x")]
    story = Story(drawing)
    assert story.path == ["+start", "-start", "+x", "-x", "+end", "-end"]
    assert story.finished


def test_answer_before_an_empty_sub_process_counts_behind_it() -> None:
    line = (start(), user("ask"), sub("x"), user("a"), user("b"))
    ways = flows("start > ask > x", 'x ? outcome = "yes" > a', 'x ? outcome = "no" > b')
    story = Story(diagram(process("p", *line, ways)))
    story.complete("ask", outcome="yes")
    assert story.open == ["a"]


@pytest.mark.parametrize("attribute", ["", ' isSequential="true"'])
def test_empty_sub_process_runs_as_often_as_its_loop_says(attribute: str) -> None:
    late = boundary("late", "x", timer())
    looped = sub("x", loop=TIMES.format(attribute))
    story = Story(diagram(process("p", *with_task(looped), late)))
    assert story.path.count("-x") == 3
    assert story.finished


def test_empty_process_ends_at_once_and_so_does_a_call_of_it() -> None:
    empty = process("q")
    assert remarks(diagram(empty)) == [("structure/empty", "q")]
    assert Story(diagram(empty)).finished
    assert Story(diagram(process("p", *with_task(call("x", "q"))), empty)).finished


def test_scope_of_which_every_part_is_reached_still_needs_a_start() -> None:
    circle = sub("x", user("a"), user("b"), flows("a > b > a"))
    assert ("structure/no-start", "x") in remarks(diagram(process("p", *with_task(circle))))
