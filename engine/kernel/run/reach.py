"""Which incoming flows of an inclusive join a token can still reach, by element of the scope.

Worked out once when a release is compiled; paths do not pass through the join itself, and an
activity reaches what its boundary events reach.
"""

from collections.abc import Collection, Mapping
from typing import Any

#: By element: those from which it is reached, each with the number of the flow at its target.
_Before = Mapping[str, list[tuple[str, int]]]


def reach_of(joins: Collection[Any], shapes: Mapping[str, Any]) -> dict[str, Any]:
    """For each join by name, for each element: the join's flows on some path that starts there."""
    before = _before(shapes) if joins else {}
    return {join.name: _reach(join.name, before) for join in joins}


def _before(shapes: Mapping[str, Any]) -> _Before:
    """The steps of the scope backwards; -1 leads from an activity to its boundary event."""
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in shapes}
    for name, shape in shapes.items():
        for way in shape.exits:
            found[way.target.name].append((name, way.arrives_as))
        host = shape.element.attached_to
        if host in shapes:
            found[name].append((host, -1))
    return found


def _reach(join: str, before: _Before) -> dict[str, frozenset[int]]:
    arrivals: dict[str, set[int]] = {}
    for source, number in before[join]:
        for name in _that_lead_to(source, join, before):
            arrivals.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in arrivals.items()}


def _that_lead_to(goal: str, join: str, before: _Before) -> set[str]:
    """Every element with a path to this one that does not pass the join."""
    seen, open_ = {goal}, [goal]
    while open_:
        name = open_.pop()
        if name == join:
            continue
        for source, _ in before[name]:
            if source not in seen:
                seen.add(source)
                open_.append(source)
    return seen
