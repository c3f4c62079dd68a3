"""Joins are right in every round of a loop; state and time do not grow with the rounds."""

import random

import pytest

from tests.kernel.drawing import (
    both,
    boundary,
    diagram,
    end,
    flows,
    process,
    some,
    start,
    timer,
    user,
    xor,
)
from tests.kernel.story import Story

_LOOP_END = (
    user("n"),
    xor("again", default="again_to_end"),
    end(),
)
SINGLE = diagram(
    process(
        "p",
        start(),
        xor("merge"),
        user("a"),
        both("fork"),
        user("b"),
        user("c"),
        both("join"),
        *_LOOP_END,
        flows(
            "start > merge > a > fork > b > join",
            "fork > c > join > n > again",
            "again ? more > merge",
            "again > end",
        ),
    )
)
NESTED = diagram(
    process(
        "p",
        start(),
        xor("merge"),
        user("a"),
        both("fork"),
        user("b"),
        both("fork_2"),
        user("c"),
        user("d"),
        both("join_2"),
        user("f"),
        boundary("remind", "f", timer(), interrupting=False),
        both("join"),
        *_LOOP_END,
        flows(
            "start > merge > a > fork > b > join",
            "fork > fork_2 > c > join_2",
            "fork_2 > d > join_2 > f > join > n > again",
            "again ? more > merge",
            "again > end",
        ),
    )
)
INCLUSIVE = diagram(
    process(
        "p",
        start(),
        xor("merge"),
        user("a"),
        some("fork"),
        user("b"),
        user("c"),
        some("join"),
        *_LOOP_END,
        flows(
            "start > merge > a > fork",
            "fork ? true > b > join",
            "fork ? true > c > join > n > again",
            "again ? more > merge",
            "again > end",
        ),
    )
)
BESIDE = SINGLE.replace(
    b'sourceRef="start" targetRef="merge"', b'sourceRef="start" targetRef="outer"'
).replace(
    b"</process>",
    (both("outer") + user("side") + flows("outer > side", "outer > merge") + "</process>").encode(),
)
NEEDS: dict[str, dict[str, set[str]]] = {
    "single": {"n": {"b", "c"}},
    "nested": {"f": {"c", "d"}, "n": {"b", "f"}},
    "inclusive": {"n": {"b", "c"}},
    "beside": {"n": {"b", "c"}},
}
DRAWINGS = {"single": SINGLE, "nested": NESTED, "inclusive": INCLUSIVE, "beside": BESIDE}


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("seed", range(12))
def test_join_fires_once_per_round_and_never_early(name: str, seed: int) -> None:
    chance = random.Random(seed)
    story, done = Story(DRAWINGS[name], {"more": True}), set[str]()
    for _ in range(60):
        work = story.work
        assert len(work) == len(set(work))
        for item in work:
            assert NEEDS[name].get(item, set()) <= done
        chosen = chance.choice(work)
        done.add(chosen)
        if chosen == "n":
            done = set()
        story.complete(chosen)


def test_state_stays_as_small_after_many_rounds() -> None:
    story = Story(NESTED, {"more": True})
    sizes = set()
    for _ in range(200):
        for item in ("a", "b", "c", "d", "f", "n"):
            story.complete(item)
        state = story.instance.dump()
        state[2] = 0
        sizes.add(len(str([[row[1] for row in state[5]], state[6]])))
    assert len(sizes) == 1
    assert len(story.state) < 200


@pytest.mark.slow
def test_ten_thousand_rounds_end_where_one_round_ends() -> None:
    story = Story(SINGLE, {"more": True})
    instance = story.instance
    for _ in range(10_000):
        for item in ("a", "b", "c", "n"):
            token = next(w.token for w in instance.waits() if w.element.id == item)
            instance.complete(token)
        instance.take_steps()
    assert [w.element.id for w in instance.waits()] == ["a"]
    assert len(instance.dump()[5]) == 1
