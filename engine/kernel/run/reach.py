"""Which incoming flows of an inclusive join a token can still reach, by element of the scope.

Worked out once when a release is compiled; paths do not pass through the join itself, and an
activity reaches what its boundary events reach.
"""

from collections.abc import Mapping
from typing import Any


def reach_of(join: Any, shapes: Mapping[str, Any]) -> dict[str, frozenset[int]]:
    """For each element: the incoming flows of the join on some path that starts there."""
    after = {name: _successors(shape, shapes) for name, shape in shapes.items()}
    found: dict[str, frozenset[int]] = {}
    for name in shapes:
        arrivals: set[int] = set()
        seen, open_ = {name}, [name]
        while open_:
            for target, arrives_as in after[open_.pop()]:
                if target == join.name:
                    arrivals.add(arrives_as)
                elif target not in seen:
                    seen.add(target)
                    open_.append(target)
        if arrivals:
            found[name] = frozenset(arrivals)
    return found


def _successors(shape: Any, shapes: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Targets with the flow by which they are reached; -1 for a boundary event."""
    ways = [(way.target.name, way.arrives_as) for way in shape.exits]
    attached = [s.name for s in shapes.values() if s.element.attached_to == shape.name]
    return ways + [(name, -1) for name in attached]
