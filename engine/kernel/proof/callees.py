"""Looks at the processes of a release, what is called before its callers.

A process that calls itself, directly or round about, first counts as one that comes to nothing;
what it can come to grows until a round changes nothing.
"""

from collections.abc import Mapping

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.calls import calls_of
from engine.kernel.proof.catching import THROWING, Catch, caught_by
from engine.kernel.proof.explore import Exploration
from engine.kernel.proof.graphs import groups
from engine.kernel.proof.outcome import THROWN_BY_CALLS, Outcome
from engine.kernel.proof.soundness import Explored, explore

#: So many rounds of processes that call each other; after them, what they call is a free choice.
_MOST_ROUNDS = 8
_JOBS = frozenset({"serviceTask", "sendTask"})


def explore_all(definitions: Mapping[str, Definition], states: int) -> dict[str, Explored]:
    """Every process, with what is known of those that it calls."""
    calls = calls_of(definitions)
    known: dict[str, Outcome] = {}
    found: dict[str, Explored] = {}
    for group in groups(calls):
        is_round = len(group) > 1 or group[0] in calls[group[0]]
        if is_round:
            known |= dict.fromkeys(group, Outcome())
        for left in reversed(range(_MOST_ROUNDS if is_round else 1)):
            before = [known.get(name) for name in group]
            for name in group:
                found[name] = explore(definitions[name], known, states)
                _note(name, found[name], known, is_over=is_round and not left)
            if before == [known.get(name) for name in group]:
                break
    return found


def _note(name: str, explored: Explored, known: dict[str, Outcome], *, is_over: bool) -> None:
    outcome = None if is_over else _outcome_of(explored)
    if outcome is None:
        known.pop(name, None)
    else:
        known[name] = outcome


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
    return Outcome(exploration.completes, leaving, frozenset(free))


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
    free |= {kind for kind in _free(element, outcome) if (kind, None) not in caught}


def _free(element: Element, outcome: Outcome | None) -> frozenset[str]:
    if element.kind in _JOBS:
        return frozenset({"error"})
    if element.kind != "callActivity":
        return frozenset()
    return frozenset(THROWN_BY_CALLS) if outcome is None else outcome.free
