"""Where branches meet: what a join waits for, and what it does not."""

import pytest

from tests.kernel.drawing import (
    both,
    boundary,
    catch,
    diagram,
    end,
    first_of,
    flows,
    message,
    process,
    some,
    start,
    sub,
    user,
    xor,
)
from tests.kernel.story import Story


def test_parallel_join_waits_for_every_branch() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("a"),
            user("b"),
            both("join"),
            user("after"),
            flows("start > fork > a > join", "fork > b > join > after"),
        )
    )
    story = Story(drawing)
    assert story.complete("b").open == ["a"]
    assert story.complete("a").open == ["after"]
    assert story.path.count("+join") == 1


def test_parallel_join_keeps_a_second_token_of_one_flow_for_the_next_round() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("a"),
            user("again"),
            user("b"),
            both("join"),
            user("after"),
            xor("merge"),
            flows(
                "start > fork > a > merge > join", "fork > again > merge", "fork > b > join > after"
            ),
        )
    )
    story = Story(drawing).complete("a").complete("again")
    assert story.open == ["b"]
    story.complete("b")
    assert story.open == ["after"]
    assert not story.complete("after").finished


def test_inclusive_join_waits_for_exactly_the_branches_taken() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            some("fork", default="fork_to_c"),
            user("a"),
            user("b"),
            user("c"),
            some("join"),
            user("after"),
            flows(
                "start > fork",
                "fork ? x >= 1 > a > join",
                "fork ? x >= 2 > b > join",
                "fork > c > join > after",
            ),
        )
    )
    story = Story(drawing, {"x": 2})
    assert story.open == ["a", "b"]
    assert story.complete("a").open == ["b"]
    assert story.complete("b").open == ["after"]
    assert Story(drawing, {"x": 1}).complete("a").open == ["after"]
    assert Story(drawing, {"x": 0}).open == ["c"]


def test_inclusive_join_does_not_wait_for_a_branch_that_went_elsewhere() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            some("fork"),
            user("a"),
            user("b"),
            xor("which", default="which_to_join"),
            end("away"),
            some("join"),
            user("after"),
            flows(
                "start > fork",
                "fork ? true > a > join",
                "fork ? true > b > which",
                "which ? leave > away",
                "which > join > after",
            ),
        )
    )
    story = Story(drawing, {"leave": True}).complete("a")
    assert story.open == ["b"]
    assert story.complete("b").open == ["after"]


def waits_beside(branch: str, *ways: str) -> bytes:
    """`x` fills one flow of the inclusive join; the branch can fill that one or the other."""
    return diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            branch,
            xor("merge"),
            some("join"),
            user("after"),
            flows("start > fork > x > merge > join > after", "fork > y", *ways),
        )
    )


@pytest.mark.parametrize(
    "drawing",
    [
        waits_beside(
            first_of("y") + catch("m", message("m")) + catch("n", message("n")),
            "y > m > merge",
            "y > n > join",
        ),
        waits_beside(user("y") + boundary("n", "y", message("n")), "y > merge", "n > join"),
    ],
    ids=["event gateway", "boundary event"],
)
def test_inclusive_join_counts_what_waits_and_its_events_as_one_token(drawing: bytes) -> None:
    story = Story(drawing).complete("x")
    assert "after" in story.open
    story.message("n")
    assert story.open == ["after", "after"]


@pytest.mark.parametrize("join", [both("join"), some("join")], ids=["parallel", "inclusive"])
def test_join_that_still_waits_is_not_told_as_cancelled(join: str) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "s",
                start("s1"),
                both("fork"),
                user("a"),
                user("b"),
                join,
                end("s2"),
                flows("s1 > fork > a > join > s2", "fork > b > join"),
            ),
            boundary("stop", "s", message("m")),
            end(),
            flows("start > s", "stop > end"),
        )
    )
    story = Story(drawing).complete("a").message("m")
    assert story.path[-6:] == ["xb", "xs", "+stop", "-stop", "+end", "-end"]
    assert "xjoin" not in story.path
