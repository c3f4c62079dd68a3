"""The shortest run to an element under a condition on what has happened before it.

What is watched is one bit beside the marking, changed by the elements that a run enters.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass

from engine.kernel.compile.model import Definition
from engine.kernel.proof.budget import Budget, check_depth
from engine.kernel.proof.build import Nets
from engine.kernel.proof.marking import Marking
from engine.kernel.proof.moves import Game

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """`after` says what is seen once an element was entered, `ends` whether it is the last one."""

    keep: frozenset[str]
    start: bool
    after: Callable[[bool, str], bool]
    ends: Callable[[bool, str], bool]

    def follow(self, seen: bool, path: _Path) -> tuple[bool, int | None]:  # noqa: FBT001 the watched bit
        """What is seen behind these elements, and how many of them were entered at the end."""
        for number, name in enumerate(path, 1):
            if name not in self.keep:
                continue
            if self.ends(seen, name):
                return seen, number
            seen = self.after(seen, name)
        return seen, None


def watched_game(
    definition: Definition, watch: Watch, budget: Budget, *, plain: bool = False
) -> Game:
    """The game in which every run shows what is watched; good for all watches that keep the same.

    TooLargeError when it is nested too deep.
    """
    check_depth(definition)
    return Game(Nets(definition, plain, keep=watch.keep), count=budget.spend_work)


def shortest_run(game: Game, watch: Watch, budget: Budget) -> _Path | None:
    """The ids that a shortest run enters until the watch ends it; None when no run does.

    TooLargeError when the budget does not suffice.
    """
    process = game.nets.definition.process_id
    open_: list[tuple[int, int, bool, Marking, bool, _Path]] = []
    for number, (begun, marking) in enumerate(game.starts(process)):
        now, last = watch.follow(watch.start, begun)
        open_.append((len(begun), number, last is not None, marking, now, begun[:last]))
    number, done = len(open_), set[tuple[Marking, bool]]()
    while open_:
        _, _, over, marking, seen, run = heapq.heappop(open_)
        if over:
            return run
        if (marking, seen) in done:
            continue
        done.add((marking, seen))
        budget.spend_state()
        for move in game.moves(process, marking):
            if move.clash is None:
                now, last = watch.follow(seen, move.path)
                onward, number = (*run, *move.path[:last]), number + 1
                entry = (len(onward), number, last is not None, move.after, now, onward)
                heapq.heappush(open_, entry)
    return None
