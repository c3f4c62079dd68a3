"""Random structured models run as an independent walk over their blocks says, step by step."""

from itertools import count
from random import Random
from typing import Any

import pytest

from tests.kernel.story import Story
from tests.tokengame.blocks import Block, Walk, names_of, random_block
from tests.tokengame.drawn import drawing_of

MODELS, BATCH, STEPS = 1_000, 50, 25


def values_of(draw: Random, block: Block, step: int) -> dict[str, Any]:
    """What the document says before a command; loops and errors grow rarer with the steps."""
    ranges = {"Choice": 3, "Some": 4}
    return {
        name: draw.randrange(ranges[kind]) if kind in ranges else draw.random() < 3 / (step + 4)
        for kind, name in names_of(block)
    }


@pytest.mark.parametrize("batch", range(MODELS // BATCH))
def test_structured_model_runs_as_the_walk_over_its_blocks(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        _compare(seed)


def _compare(seed: int) -> None:
    draw = Random(seed)
    block = random_block(draw, draw.randint(2, 9), count(1))
    drawing, values = drawing_of(block), values_of(draw, block, 0)
    walk, story = Walk(block, dict(values)), Story(drawing, values)
    done: list[tuple[str, dict[str, Any]]] = []
    states = [story.state]
    for step in range(STEPS):
        _agree(seed, walk, story)
        if story.finished:
            break
        name = draw.choice(walk.waiting())
        given = values_of(draw, block, step)
        walk.around.document.update(given)
        walk.act(name)
        give(story, name, given)
        done.append((name, given))
        states.append(story.state)
    _repeat(drawing, values, done, states)


def _agree(seed: int, walk: Walk, story: Story) -> None:
    assert story.open == walk.waiting(), seed
    assert story.finished == (not walk.waiting()), seed
    entered = sorted(s[1:] for s in story.path if s[0] == "+" and _is_task(s[1:]))
    assert entered == walk.take_entered(), seed
    story.path.clear()


def _is_task(name: str) -> bool:
    return (name[0] in "tw" and "_" not in name) or name.endswith(("_beside", "_handler"))


def give(story: Story, name: str, given: dict[str, Any]) -> None:
    """Completes a task, or sends the message that an event waits for."""
    story.desk.document.update(given)
    if story.wait(name).kind == "message":
        story.message(name)
    else:
        story.complete(name)


def _repeat(
    drawing: bytes, values: dict[str, Any], done: list[tuple[str, dict[str, Any]]], states: Any
) -> None:
    """The same commands again give the same state after each."""
    story = Story(drawing, values)
    again = [story.state]
    for name, given in done:
        give(story, name, given)
        again.append(story.state)
    assert again == states
