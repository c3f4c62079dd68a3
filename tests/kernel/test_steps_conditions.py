"""Events that wait for a condition of the case document."""

from tests.kernel.drawing import (
    both,
    boundary,
    catch,
    condition,
    diagram,
    end,
    event_sub,
    first_of,
    flows,
    message,
    process,
    script,
    start,
    user,
)
from tests.kernel.story import Story


def with_task(*parts: str, more: str = "") -> bytes:
    return diagram(process("p", start(), user("x"), end(), flows("start > x > end", more), *parts))


def test_catching_event_lets_the_token_pass_when_its_condition_becomes_true() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            user("y"),
            catch("ready", condition("amount > 5")),
            end(),
            flows("start > fork > x > y", "fork > ready > end"),
        )
    )
    story = Story(drawing, {"amount": 1})
    assert story.wait("ready").kind == "condition"
    story.complete("x")
    assert story.open == ["ready", "y"]
    story.complete("y", amount=6)
    assert story.finished
    assert story.path[-4:] == ["-y", "-ready", "+end", "-end"]


def test_condition_that_is_true_already_lets_the_token_pass_at_once() -> None:
    ways = flows("start > ready > x")
    drawing = diagram(
        process("p", start(), catch("ready", condition("amount > 5")), user("x"), ways)
    )
    assert Story(drawing, {"amount": 6}).open == ["x"]


def test_interrupting_event_sub_process_ends_what_is_beside_it() -> None:
    after = user("after") + flows("late_start > after")
    story = Story(with_task(user("y"), event_sub("late", condition("n = 1"), after), more="x > y"))
    assert story.open == ["late_start", "x"]
    story.complete("x", n=1)
    assert story.open == ["after"]
    assert "xy" in story.path


def test_not_interrupting_boundary_comes_once_for_each_time_it_becomes_true() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            boundary("seen", "x", condition("n > 1"), interrupting=False),
            user("look"),
            *(user(f"step_{n}") for n in range(4)),
            flows("start > fork > x", "fork > step_0 > step_1 > step_2 > step_3", "seen > look"),
        )
    )
    story = Story(drawing, {"n": 0})
    seen = []
    for step, value in enumerate((2, 3, 0, 4)):
        story.complete(f"step_{step}", n=value)
        seen.append(story.work.count("look"))
    assert seen == [1, 1, 1, 2]


def test_interrupting_boundary_cancels_its_activity() -> None:
    story = Story(
        diagram(
            process(
                "p",
                start(),
                both("fork"),
                user("x"),
                user("y"),
                boundary("seen", "x", condition("n = 1")),
                user("look"),
                flows("start > fork > x", "fork > y", "seen > look"),
            )
        )
    ).complete("y", n=1)
    assert story.open == ["look"]
    assert "xx" in story.path


def test_event_gateway_takes_the_condition_that_becomes_true_first() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            first_of("which"),
            catch("told", message("m")),
            catch("seen", condition("n = 1")),
            user("y"),
            user("z"),
            flows("start > fork > x", "fork > which > told > y", "which > seen > z"),
        )
    )
    story = Story(drawing).complete("x", n=1)
    assert story.open == ["z"]


def test_condition_wakes_by_an_automatic_step() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            catch("ready", condition("n = 2")),
            user("x"),
            script("count", n="2"),
            end("done"),
            end("told"),
            flows("start > fork > ready > told", "fork > x > count > done"),
        )
    )
    story = Story(drawing).complete("x")
    assert story.finished
    assert story.ends == ["done", "told"]
