"""Sound models without structure run as a token game over their flows says, step by step."""

from random import Random
from typing import Any

import pytest

from tests.kernel.drawing import both, diagram, end, flows, process, start, user, xor
from tests.kernel.story import Story
from tests.tokengame.nets import Game, Net, random_net

MODELS, BATCH, STEPS = 240, 40, 40
_SHAPES = {"and": both, "task": user}


def drawing_of(net: Net) -> bytes:
    """The last way out of a choice is its default flow."""
    shapes, ways = "", ""
    for name, kind in net.kinds.items():
        leaving = net.leaving(name)
        if kind != "xor":
            shapes += _SHAPES[kind](name)
            ways += "".join(flows(f"{a} > {b}") for a, b in leaving)
            continue
        shapes += xor(name, default=f"{name}_to_{leaving[-1][1]}")
        for number, (_, target) in enumerate(leaving[:-1]):
            ways += flows(f"{name} ? {name} = {number} > {target}")
        ways += flows(f"{name} > {leaving[-1][1]}")
    return diagram(process("p", start(), end(), shapes, flows(f"start > {net.flows[0][1]}"), ways))


@pytest.mark.parametrize("batch", range(MODELS // BATCH))
def test_unstructured_model_runs_as_the_token_game(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        _compare(seed)


def _compare(seed: int) -> None:
    draw = Random(seed)
    net = random_net(draw)
    choices = _choices(draw, net)
    game, story = Game(net, dict(choices)), Story(drawing_of(net), dict(choices))
    for _ in range(STEPS):
        assert story.open == game.waiting(), seed
        assert story.finished == (not game.waiting()), seed
        assert len(story.ends) == game.ended, seed
        if story.finished:
            break
        name, given = draw.choice(game.waiting()), _choices(draw, net)
        game.choices.update(given)
        game.complete(name)
        story.complete(name, **given)


def _choices(draw: Random, net: Net) -> dict[str, Any]:
    return {name: draw.randrange(4) for name, kind in net.kinds.items() if kind == "xor"}
