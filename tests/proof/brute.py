"""A second, plain token game for small flat diagrams: no folding, no memory, one place a flow.

Knows tasks, gateways, ends and interrupting boundary events; nothing inside anything. The length
of a run is the number of elements that it enters.
"""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, combinations

from engine.kernel.compile.model import Definition, Element, Flow

State = frozenset[tuple[str, int]]


@dataclass
class Brute:
    definition: Definition
    deadlock: int | None = None
    unsynchronised: int | None = None
    entered: set[str] = field(default_factory=set)
    can_end: bool = True

    def __post_init__(self) -> None:
        body = self.definition.bodies[self.definition.process_id]
        self.elements = self.definition.elements
        self.flows = {f.id: f for f in body.flows}
        self.into: dict[str, list[Flow]] = {e: [] for e in body.elements}
        self.out: dict[str, list[Flow]] = {e: [] for e in body.elements}
        for flow in body.flows:
            self.into[flow.target].append(flow)
            self.out[flow.source].append(flow)
        self._run()

    def _run(self) -> None:
        begin: list[State] = [frozenset({(f"@{s.id}", 1)}) for s in self.definition.start_events]
        best = dict.fromkeys(begin, 1)
        open_ = [(1, n, s) for n, s in enumerate(begin)]
        after: dict[State, list[State]] = {}
        self.entered |= {s.id for s in self.definition.start_events}
        while open_:
            price, _, state = heapq.heappop(open_)
            if state in after or price > best[state]:
                continue
            moves = [] if self._is_crowded(state, price) else list(self._moves(state))
            after[state] = [s for s, _ in moves]
            self._note(state, price, moves)
            for later, name in moves:
                costs = price + bool(name)
                if costs < best.get(later, 10**9):
                    best[later] = costs
                    heapq.heappush(open_, (costs, len(best), later))
        self._judge(after)

    def _is_crowded(self, state: State, price: int) -> bool:
        if all(count == 1 for _, count in state):
            return False
        self.unsynchronised = min(self.unsynchronised or price, price)
        return True

    def _note(self, state: State, price: int, moves: list[tuple[State, str]]) -> None:
        self.entered |= {name for _, name in moves} - {""}
        if not moves and state and all(count == 1 for _, count in state):
            self.deadlock = min(self.deadlock or price, price)

    def _judge(self, after: dict[State, list[State]]) -> None:
        """From every state an end, or a fault that is known already, can be reached."""
        good = {s for s, following in after.items() if not following}
        while True:
            more = {s for s, following in after.items() if good & set(following)} - good
            if not more:
                break
            good |= more
        self.can_end = good >= set(after)

    def _moves(self, state: State) -> Iterator[tuple[State, str]]:
        tokens = Counter(dict(state))
        for place in sorted(tokens):
            if place.startswith("@"):
                element = self.elements[place[1:]]
                rest = tokens - Counter([place])
                for some in self._ways(element):
                    yield frozenset((rest + Counter(f.id for f in some)).items()), ""
                for name, event in self.elements.items():
                    if event.attached_to == element.id:
                        for some in self._ways(event):
                            yield frozenset((rest + Counter(f.id for f in some)).items()), name
            else:
                yield from self._arrive(tokens, place)

    def _arrive(self, tokens: "Counter[str]", place: str) -> Iterator[tuple[State, str]]:
        element = self.elements[self.flows[place].target]
        into = [f.id for f in self.into[element.id]]
        rest = tokens - Counter([place])
        if element.kind == "parallelGateway":
            if place != into[0] or not all(tokens[f] for f in into):
                return
            rest = tokens - Counter(into)
        elif element.kind == "inclusiveGateway":
            filled = {f for f in into if tokens[f]}
            if place != min(filled) or not self._can_join(element, tokens, filled):
                return
            rest = tokens - Counter(filled)
        elif element.kind == "endEvent":
            yield frozenset(() if element.event == "terminate" else rest.items()), element.id
            return
        elif not element.kind.endswith("Gateway"):
            yield frozenset((rest + Counter([f"@{element.id}"])).items()), element.id
            return
        for some in self._ways(element):
            yield frozenset((rest + Counter(f.id for f in some)).items()), element.id

    def _ways(self, element: Element) -> list[tuple[Flow, ...]]:
        out = self.out[element.id]
        if element.kind in ("exclusiveGateway", "eventBasedGateway"):
            return [(f,) for f in out]
        if element.kind == "parallelGateway" or all(f.condition is None for f in out):
            return [tuple(out)]
        always = [f for f in out if f.condition is None and f.id != element.default]
        free = [f for f in out if f.condition is not None]
        default = [f for f in out if f.id == element.default]
        some = chain.from_iterable(combinations(free, n) for n in range(1, len(free) + 1))
        rest: list[tuple[Flow, ...]] = [(*always, *default)] if always or default else []
        return [*rest, *((*always, *s) for s in some)]

    def _can_join(self, join: Element, tokens: "Counter[str]", filled: set[str]) -> bool:
        for place in tokens:
            target = place[1:] if place.startswith("@") else self.flows[place].target
            if target == join.id:
                continue
            reach = self._reach(target, join.id)
            if reach - filled and not reach & filled:
                return False
        return True

    def _reach(self, start: str, join: str) -> set[str]:
        seen, open_, found = {start}, [start], set()
        while open_:
            name = open_.pop()
            beside = [e.id for e in self.elements.values() if e.attached_to == name]
            for flow in self.out[name]:
                if flow.target == join:
                    found.add(flow.id)
                else:
                    beside.append(flow.target)
            for target in beside:
                if target not in seen:
                    seen.add(target)
                    open_.append(target)
        return found
