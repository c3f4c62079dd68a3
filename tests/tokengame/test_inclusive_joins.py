"""Inclusive joins among event gateways and boundary events run as a token game over flows says.

The game has one token for an undecided event gateway and one for an activity with its boundary
events, and asks BPMN's question by walking the flows anew: whether a token elsewhere can come to an
empty flow of the join and to no filled one.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

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
    user,
    xor,
)
from tests.kernel.story import Story

MODELS, BATCH = 300, 50


@dataclass(slots=True)
class Meeting:
    """Branches from one fork into two inclusive joins, by way of merges or directly."""

    #: node: the nodes its flows lead to, in document order
    ways: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    #: event: the gateway it stands behind, or the activity it is attached to
    beside: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, kind: str, *ways: str) -> None:
        self.kinds[name], self.ways[name] = kind, list(ways)


def random_meeting(draw: Random) -> Meeting:
    net, meets = Meeting(), ["merge_1", "merge_2", "join_1", "join_2"]
    net.add("fork", "both", *(f"n{i}" for i in range(draw.randint(2, 4))))
    for name in net.ways["fork"]:
        kind = draw.choice(("task", "host", "host", "gateway", "gateway"))
        if kind == "gateway":
            events = [f"{name}_m{i}" for i in range(draw.randint(2, 3))]
            net.add(name, kind, *events)
        else:
            events = [f"{name}_m0"] if kind == "host" else []
            net.add(name, kind, draw.choice(meets))
        for event in events:
            net.add(event, "event", draw.choice([*meets, "late"]))
            net.beside[event] = name
    net.add("merge_1", "merge", "join_1")
    net.add("merge_2", "merge", draw.choice(["join_1", "join_2"]))
    net.add("join_1", "join", draw.choice(["join_2", "out_1"]))
    net.add("join_2", "join", "out_2")
    net.add("late", "task", draw.choice(["join_1", "join_2"]))
    for name in ("out_1", "out_2"):
        net.add(name, "task", "end")
    return _without_what_nothing_reaches(net)


def _without_what_nothing_reaches(net: Meeting) -> Meeting:
    alive = _reached(net, "fork", without="")
    net.kinds = {name: kind for name, kind in net.kinds.items() if name in alive}
    net.ways = {name: net.ways[name] for name in net.kinds}
    return net


def _reached(net: Meeting, source: str, without: str) -> set[str]:
    found, open_ = {source}, [source]
    while open_:
        name = open_.pop()
        attached = [event for event, host in net.beside.items() if host == name]
        for target in (*net.ways.get(name, ()), *attached):
            if target not in found and target != without:
                found.add(target)
                open_.append(target)
    return found


class Game:
    """Tokens on flows into joins, and at whatever waits."""

    def __init__(self, net: Meeting) -> None:
        self._net, self.ended = net, 0
        self.at: Counter[str] = Counter()
        self.on: Counter[tuple[str, str]] = Counter()
        self._arrive("", "fork")
        self._settle()

    def waiting(self) -> list[str]:
        """What can happen next: tasks, and the events behind gateways and beside activities."""
        found = [n for n in self.at.elements() if self._net.kinds[n] != "gateway"]
        return sorted(found + [e for e, above in self._net.beside.items() if self.at[above]])

    @property
    def stuck(self) -> bool:
        """Whether a token stands on a flow into a join: for ever, when nothing waits."""
        return any(self.on.values())

    def happen(self, name: str) -> None:
        self.at[self._net.beside.get(name, name)] -= 1
        self._leave(name)
        self._settle()

    def _leave(self, name: str) -> None:
        for target in self._net.ways[name]:
            self._arrive(name, target)

    def _arrive(self, source: str, name: str) -> None:
        kind = self._net.kinds.get(name, "end")
        if kind == "end":
            self.ended += 1
        elif kind == "join":
            self.on[source, name] += 1
        elif kind in ("both", "merge"):
            self._leave(name)
        else:
            self.at[name] += 1

    def _settle(self) -> None:
        while join := next((n for n in ("join_1", "join_2") if self._can_fire(n)), None):
            for flow in self._filled(join):
                self.on[flow] -= 1
            self._leave(join)

    def _filled(self, join: str) -> set[tuple[str, str]]:
        return {flow for flow, count in self.on.items() if flow[1] == join and count}

    def _can_fire(self, join: str) -> bool:
        filled, net = self._filled(join), self._net
        flows_in = {(a, b) for a, ways in net.ways.items() for b in ways if b == join}
        if not filled or len(flows_in) == 1:
            return bool(filled)
        tokens = [*self.at.elements(), *(b for (_, b), n in self.on.items() if n and b != join)]
        for token in tokens:
            reached = _reached(net, token, without=join)
            can = {flow for flow in flows_in if flow[0] in reached}
            if can - filled and not can & filled:
                return False
        return True


def drawing_of(net: Meeting) -> bytes:
    shapes, ways = "", ""
    for name, kind in net.kinds.items():
        if kind == "event" and net.kinds[net.beside[name]] == "host":
            shapes += boundary(name, net.beside[name], message(name))
        elif kind == "event":
            shapes += catch(name, message(name))
        else:
            make = {"both": both, "gateway": first_of, "join": some, "merge": xor}.get(kind, user)
            shapes += make(name)
        ways += "".join(flows(f"{name} > {target}") for target in net.ways[name])
    return diagram(process("p", start(), shapes, end(), flows("start > fork"), ways))


@pytest.mark.parametrize("batch", range(MODELS // BATCH))
def test_inclusive_join_runs_as_the_token_game(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        draw = Random(seed)
        net = random_meeting(draw)
        game, story = Game(net), Story(drawing_of(net))
        while game.waiting():
            assert story.open == game.waiting(), seed
            name = draw.choice(game.waiting())
            game.happen(name)
            if net.kinds[name] == "event":
                story.message(name)
            else:
                story.complete(name)
        assert not game.stuck, seed
        assert story.finished, seed
        assert len(story.ends) == game.ended, seed
