"""Rounds without a way out: where they are, and the shortest way into one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.kernel.proof.build import Nets
from engine.kernel.proof.graphs import groups
from engine.kernel.proof.marking import Marking
from engine.kernel.proof.moves import Game


@dataclass(frozen=True, slots=True)
class Endless:
    """`first` is entered by a run from this marking after `steps`; `members` are in the round.

    Without members nothing moves any more, and `first` lasts for ever.
    """

    before: Marking
    steps: tuple[str, ...]
    first: str
    members: tuple[str, ...]


def find_endless(
    game: Game,
    after: Mapping[Marking, list[Marking]],
    prices: Mapping[Marking, int],
    stuck: Collection[Marking],
) -> Endless | None:
    """Where neither an end nor a fault that is told already can be reached; the cheapest such."""
    lost = {m: list(dict.fromkeys(after[m])) for m in _lost(after, prices, stuck)}
    if not lost:
        return None
    ends = [g for g in groups(lost) if set(g).issuperset(f for m in g for f in lost[m])]
    round_ = min(ends, key=lambda group: min(prices[m] for m in group))
    process = game.nets.definition.process_id
    members = dict.fromkeys(_members(game, process, round_))
    lasting = dict.fromkeys(i for m in round_ for i in _lasting(m))
    runs = list(_runs_into(game, process, after, frozenset(members or lasting)))
    if not runs:
        return None
    _, before, steps = min(runs, key=lambda run: (prices[run[1]] + run[0], run[2]))
    names, first = tuple(members), steps[-1]
    at = names.index(first) if names else 0
    return Endless(before, steps, first, names[at:] + names[:at])


def _lost(
    after: Mapping[Marking, list[Marking]],
    prices: Mapping[Marking, int],
    stuck: Collection[Marking],
) -> Iterator[Marking]:
    before: dict[Marking, list[Marking]] = {}
    for marking, following in after.items():
        for later in following:
            before.setdefault(later, []).append(marking)
    open_ = [m for m in prices if m not in after or not m or m in stuck]
    good = set(open_)
    while open_:
        for earlier in before.get(open_.pop(), ()):
            if earlier not in good:
                good.add(earlier)
                open_.append(earlier)
    return (m for m in prices if m not in good)


def _members(game: Game, process: str, round_: Iterable[Marking]) -> Iterator[str]:
    """What is entered again and again, in the order in which it is."""
    for marking in sorted(round_):
        for move in game.moves(process, marking):
            yield from move.path
        yield from _on_ways(game.nets, process, marking)


def _on_ways(nets: Nets, body: str, marking: Marking) -> Iterator[str]:
    net = nets.of(body)
    for place, _, inside in marking:
        if inside:
            yield from _on_ways(nets, place[1:], inside)
        elif not place.startswith("@") and net.edges[place].source == net.edges[place].target:
            yield from net.edges[place].members


def _lasting(marking: Marking) -> Iterator[str]:
    """The activities that a marking is in the middle of, the innermost."""
    for place, _, inside in marking:
        if inside:
            yield from _lasting(inside)
        elif place.startswith("@"):
            yield place[1:]


def _runs_into(
    game: Game, process: str, after: Mapping[Marking, list[Marking]], members: frozenset[str]
) -> Iterator[tuple[int, Marking, tuple[str, ...]]]:
    for marking in after:
        for move in game.moves(process, marking):
            for number, name in enumerate(move.path, 1):
                if name in members:
                    yield number, marking, move.path[:number]
                    break
