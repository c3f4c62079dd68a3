"""Looks at the processes of a release, what is called before its callers.

A process that calls itself, directly or round about, first counts as one that comes to nothing;
what it can come to grows until a pass changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.calls import calls_of
from engine.kernel.proof.catching import THROWING, Catch, caught_by
from engine.kernel.proof.explore import Exploration
from engine.kernel.proof.graphs import by_finish, groups
from engine.kernel.proof.outcome import THROWN_BY_CALLS, Outcome
from engine.kernel.proof.soundness import Explored, explore

#: So often processes that call each other are looked at again; after that, what of them is
#: called is a free choice.
_MOST_PASSES = 8


def explore_all(definitions: Mapping[str, Definition], states: int) -> dict[str, Explored]:
    """Every process, with what is known of those that it calls."""
    calls = calls_of(definitions)
    order = {name: number for number, name in enumerate(by_finish(calls))}
    called = frozenset(other for others in calls.values() for other in others)
    known: dict[str, Outcome] = {}
    found: dict[str, Explored] = {}
    for group in groups(calls):
        names = sorted(group, key=order.__getitem__)
        ring = _Ring(names, definitions, known, states, called)
        calls_itself = len(group) > 1 or group[0] in calls[group[0]]
        found |= ring.settle() if calls_itself else ring.look()
    return found


@dataclass(frozen=True, slots=True)
class _Ring:
    """Processes that call each other, what is called before its callers; mostly just one."""

    names: list[str]
    definitions: Mapping[str, Definition]
    known: dict[str, Outcome]
    states: int
    #: what anybody calls
    called: frozenset[str]

    def settle(self) -> dict[str, Explored]:
        """Looks until a pass changes nothing."""
        self.known.update((name, Outcome(name)) for name in self.names)
        for _ in range(_MOST_PASSES):
            before = [self.known.get(name) for name in self.names]
            found = self.look()
            if before == [self.known.get(name) for name in self.names]:
                return found
        for name in self.names:
            self.known.pop(name, None)
        return {name: self._explore(name) for name in self.names}

    def look(self) -> dict[str, Explored]:
        """One pass, which notes what each can come to."""
        found = {}
        for name in self.names:
            found[name] = self._explore(name)
            if name in self.called:
                self._note(name, _outcome_of(self._as_called(found[name])))
        return found

    def _note(self, name: str, outcome: Outcome | None) -> None:
        self.known.pop(name, None)
        if outcome is not None:
            self.known[name] = outcome

    def _explore(self, name: str) -> Explored:
        return explore(self.definitions[name], self.known, self.states)

    def _as_called(self, explored: Explored) -> Explored:
        """A call begins only at the usual start, whatever messages may begin it as well."""
        definition = explored.definition
        if len(definition.start_events) <= 1:
            return explored
        return explore(definition, self.known, self.states, called=True)


def _outcome_of(explored: Explored) -> Outcome | None:
    """What a process can come to; None when not all of it was looked at."""
    exploration = explored.exploration
    if exploration is None or explored.reason is not None or not exploration.is_whole:
        return None
    throws, free = set(exploration.thrown), set[str]()
    for name in exploration.alive:
        element = exploration.definition.elements.get(name)
        if element is not None:
            _add_uncaught(element, exploration, throws, free)
    # a cancellation ends the transaction that it is in
    leaving = frozenset(t for t in throws if t[0] in THROWN_BY_CALLS)
    name = exploration.definition.process_id
    return Outcome(name, exploration.completes, leaving, frozenset(free))


def _add_uncaught(
    element: Element, exploration: Exploration, throws: set[Catch], free: set[str]
) -> None:
    """What an element throws and nothing in this process can catch."""
    nets = exploration.nets
    own = frozenset[Catch]().union(*map(caught_by, nets.boundaries_of(element)))
    caught = nets.catches(element.scope) | own
    outcome = nets.outcome_of(element)
    thrown = set() if outcome is None else set(outcome.throws)
    if element.kind in THROWING:
        thrown |= caught_by(element)
    throws |= {
        (kind, code)
        for kind, code in thrown
        if kind == "escalation" and not caught & {(kind, code), (kind, None)}
    }
    if outcome is not None:
        free |= {kind for kind in outcome.free if (kind, None) not in caught}
