"""Scopes that are drawn without start and end events begin and end all the same."""

from tests.kernel.drawing import both, diagram, end, flows, process, start, sub, user
from tests.kernel.story import Story


def test_everything_that_no_flow_leads_to_begins() -> None:
    story = Story(diagram(process("p", user("x"), user("y"), user("z"), flows("x > z"))))
    assert story.open == ["x", "y"]
    story.complete("y").complete("x")
    assert story.open == ["z"]
    assert story.complete("z").finished


def test_sub_process_without_start_is_done_when_all_its_ways_are() -> None:
    inside = sub("s", user("x"), user("y"))
    story = Story(diagram(process("p", start(), inside, user("z"), flows("start > s > z"))))
    assert story.open == ["x", "y"]
    assert story.complete("x").open == ["y"]
    assert story.complete("y").open == ["z"]


def test_gateway_may_begin_a_scope() -> None:
    drawing = diagram(
        process("p", both("fork"), user("x"), user("y"), end(), flows("fork > x > end", "fork > y"))
    )
    assert Story(drawing).open == ["x", "y"]
