"""Walks the markings of a token game, the cheapest first: what is found is found by a shortest run.

The price of a run is how many elements it enters. Bounded in markings and in work, never in time,
so that the same diagram has the same verdict on every machine.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.kernel.compile.model import Definition
from engine.kernel.proof import net as n
from engine.kernel.proof.budget import Budget, check_depth
from engine.kernel.proof.build import Nets
from engine.kernel.proof.catching import Catch
from engine.kernel.proof.endless import find_endless
from engine.kernel.proof.marking import Marking, Move
from engine.kernel.proof.moves import Game
from engine.kernel.proof.outcome import Outcomes
from engine.kernel.proof.reach import can_join

#: So many markings are looked at that only a fault leads to.
BEHIND = 2_000
_SAME_PLACE, _SEVERAL = 2, 2


@dataclass(slots=True)
class Fault:
    """A fault at an element, and the ids that a shortest run to it enters."""

    kind: str
    element: str
    path: tuple[str, ...]
    #: the elements that a join waits for, or that make up a round
    beside: tuple[str, ...] = ()
    price: int = 0


@dataclass(slots=True)
class _Found:
    """How a marking was reached for the lowest price."""

    price: int
    before: Marking | None
    path: tuple[str, ...]


@dataclass(slots=True)
class Exploration:
    """All markings of a process that no fault lies before."""

    definition: Definition
    budget: Budget
    #: what the processes that it calls can come to
    outcomes: Outcomes = field(default_factory=dict)
    #: whether it begins as a called process does
    called: bool = False
    nets: Nets = field(init=False)
    game: Game = field(init=False)
    found: dict[Marking, _Found] = field(default_factory=dict)
    after: dict[Marking, list[Marking]] = field(default_factory=dict)
    faults: dict[tuple[str, str], Fault] = field(default_factory=dict)
    faulty: set[Marking] = field(default_factory=set)
    #: in which joins wait for ever
    stuck: set[Marking] = field(default_factory=set)
    alive: set[str] = field(default_factory=set)
    #: whether a run comes to the process's own end; what leaves it, by kind and code
    completes: bool = False
    thrown: set[Catch] = field(default_factory=set)
    #: whether everything that can be entered was: what is not alive is dead
    is_whole: bool = False
    _seen_edges: set[tuple[str, str]] = field(default_factory=set)
    _open: list[tuple[int, int, Marking]] = field(default_factory=list)

    def __post_init__(self) -> None:
        check_depth(self.definition)
        self.nets = Nets(self.definition, outcomes=self.outcomes)
        self.game = Game(self.nets, count=self.budget.spend_work)

    def run(self) -> None:
        """Looks at every marking; TooLargeError when there are more than the budget allows."""
        starts = self._starts()
        self.completes = not starts  # nothing is begun, so it is done at once
        for path, marking in starts:
            self.alive.update(path)
            self._reach(marking, _Found(len(path), None, path))
        done: set[Marking] = set()
        while self._open:
            price, _, marking = heapq.heappop(self._open)
            if marking in done:
                continue
            done.add(marking)
            self.budget.spend_state()
            self._note_alive(self.definition.process_id, marking)
            if marking not in self.faulty:
                self._note_stuck(marking, price)
                self._expand(marking, price)
        self._find_endless()
        self.is_whole = self._look_behind_faults()

    def _starts(self) -> tuple[tuple[tuple[str, ...], Marking], ...]:
        starts = self.game.starts(self.definition.process_id)
        if not self.called or len(starts) < _SEVERAL:
            return starts
        usual = f"*{self.definition.usual_start.id}"
        return tuple(start for start in starts if start[1][0][0] == usual)

    def path_to(self, marking: Marking) -> tuple[str, ...]:
        """The ids that the cheapest run to a marking enters."""
        parts: list[tuple[str, ...]] = []
        at: Marking | None = marking
        while at is not None:
            found = self.found[at]
            parts.append(found.path)
            at = found.before
        return tuple(i for part in reversed(parts) for i in part)

    def _reach(self, marking: Marking, found: _Found) -> None:
        known = self.found.get(marking)
        if known is None or found.price < known.price:
            self.found[marking] = found
            heapq.heappush(self._open, (found.price, len(self.found), marking))

    def _expand(self, marking: Marking, price: int) -> None:
        process = self.definition.process_id
        self.after[marking] = []
        for move in self.game.moves(process, marking):
            self._note_move(move)
            fault = self._fault_of(move)
            # an error that nothing catches ends the process with everything in it
            after = () if fault is not None and fault[0] == "uncaught-error" else move.after
            self.after[marking].append(after)
            self._reach(after, _Found(price + len(move.path), marking, move.path))
            if fault is not None:
                kind, element, path = fault
                self.faulty.add(after)
                self._note(kind, element, price + len(path), (marking, path))

    def _note_move(self, move: Move) -> None:
        self.alive.update(move.path)
        if move.raised is not None and move.raised.drawn:
            self.thrown.add((move.raised.kind, move.raised.code))
        elif not move.after:
            self.completes = True

    def _fault_of(self, move: Move) -> tuple[str, str, tuple[str, ...]] | None:
        if move.clash is not None:
            name = move.clash.rstrip("<>").partition("#")[0]
            # two tokens that meet at an activity enter it one after the other
            last = (name, name) if move.clash.endswith("<") else ()
            return ("lost-synchronisation", name, (*move.path, *last))
        if move.raised is not None and _ends_all(move):
            return ("uncaught-error", move.raised.element, move.path)
        return None

    def _note(
        self,
        kind: str,
        element: str,
        price: int,
        run: tuple[Marking, tuple[str, ...]],
        beside: tuple[str, ...] = (),
    ) -> None:
        known = self.faults.get((kind, element))
        if known is None or price < known.price:
            path = (*self.path_to(run[0]), *run[1])
            self.faults[kind, element] = Fault(kind, element, path, beside, price)

    # deadlocks

    def _note_stuck(self, marking: Marking, price: int) -> None:
        """Events may come while a join waits for ever, so the game goes on."""
        found = self._waiting_for_ever(self.definition.process_id, marking)
        for element, missing, rest in found:
            self.stuck.add(marking)
            self._note("deadlock", element, price + len(rest), (marking, rest), missing)

    def _waiting_for_ever(
        self, body: str, marking: Marking
    ) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Joins of a scope none of whose own tokens can go on: element, what misses, last steps."""
        net = self.nets.of(body)
        subs = {f"@{s.id}" for s in net.event_subs}
        own = [t for t in marking if t[0] not in subs]
        for token in marking:
            if token[2]:
                yield from self._waiting_for_ever(token[0][1:], token[2])
        edges = [net.edges[t[0]] for t in own if not t[0].startswith("@")]
        if not own or len(edges) < len(own) or not edges:
            return
        held = {edge.key for edge in edges}
        joins = {e.target: [k for k in net.ins[e.target] if k in held] for e in edges}
        if any(self._goes_on(net, name, marking, filled) for name, filled in joins.items()):
            return
        steps = tuple(i for edge in edges for i in edge.content)
        for name, filled in joins.items():
            node = net.nodes[name]
            empty = tuple(_last_on(net, k) for k in net.ins[name] if k not in filled)
            yield (node.element.id if node.element else name, empty, steps)

    def _goes_on(self, net: n.Net, name: str, marking: Marking, filled: list[str]) -> bool:
        node = net.nodes[name]
        return not node.joins(net) or can_join(net, node, marking, filled)

    # rounds without a way out

    def _find_endless(self) -> None:
        prices = {marking: found.price for marking, found in self.found.items()}
        found = find_endless(self.game, self.after, prices, self.stuck)
        if found is not None:
            run = (found.before, found.steps)
            self._note("no-way-to-end", found.first, len(found.steps), run, found.members)

    # what is never entered

    def _note_alive(self, body: str, marking: Marking) -> None:
        net = self.nets.of(body)
        for place, _, inside in marking:
            if not place.startswith("@"):
                if (body, place) not in self._seen_edges:
                    self._seen_edges.add((body, place))
                    self.alive.update(net.edges[place].members)
            elif inside:
                self._note_alive(place[1:], inside)

    def _look_behind_faults(self) -> bool:
        """What lies behind a fault is not dead: goes on, with two tokens at a place at most.

        False when there is too much of it to say what is dead.
        """
        process = self.definition.process_id
        open_ = [m for m in self.found if m not in self.after]
        seen = set(self.found)
        while open_:
            for move in self.game.moves(process, open_.pop()):
                self._note_move(move)
                if _ends_all(move) or move.after in seen or _is_crowded(move.after):
                    continue
                if len(seen) > len(self.found) + BEHIND:
                    return False
                seen.add(move.after)
                self._note_alive(process, move.after)
                open_.append(move.after)
        return True


def _ends_all(move: Move) -> bool:
    """Whether an error is thrown that nothing catches: no other token goes on."""
    raised = move.raised
    return raised is not None and raised.drawn and raised.kind == "error"


def _last_on(net: n.Net, key: str) -> str:
    """The element behind which a way leads into a join."""
    edge = net.edges[key]
    last = tuple(edge.content)[-1:]
    element = net.nodes[edge.source].element if edge.source in net.nodes else None
    return last[0] if last else element.id if element else edge.source


def _is_crowded(marking: Marking) -> bool:
    places = [t[0] for t in marking]
    return any(places.count(p) > _SAME_PLACE for p in set(places)) or any(
        _is_crowded(t[2]) for t in marking
    )
