"""When a join can fire: a parallel one with all its flows filled, an inclusive one by reach."""

from collections.abc import Collection, Sequence
from typing import Any

from engine.kernel.proof import net as n
from engine.kernel.proof.net import Net, Node


def can_join(net: Net, node: Node, marking: Sequence[Any], filled: Collection[str]) -> bool:
    """Whether a gateway with several flows in fires in this marking."""
    if node.entry == n.AND:
        return len(filled) == len(net.ins[node.id])
    have = frozenset(filled)
    for place, _, _ in marking:
        reach = _reach(net, node, place)
        if reach - have and not reach & have:
            return False
    return True


def _reach(net: Net, join: Node, place: str) -> frozenset[str]:
    """The flows into the join on some way that starts at a token, not passing the join itself."""
    known = net.reaches.setdefault(join.id, {})
    if place not in known:
        known[place] = frozenset(_arrivals(net, join, place))
    return known[place]


def _arrivals(net: Net, join: Node, place: str) -> set[str]:
    first = place[1:] if place.startswith("@") else net.edges[place].target
    if first == join.id or first not in net.nodes:
        return set()
    found: set[str] = set()
    seen, open_ = {first}, [first]
    while open_:
        name = open_.pop()
        beside = [b.id for b in net.boundaries.get(name, ())]
        ways = [(edge.key, edge.target) for edge in net.targets(name)]
        found |= {key for key, target in ways if target == join.id}
        for target in (*(t for _, t in ways if t != join.id), *beside):
            if target not in seen:
                seen.add(target)
                open_.append(target)
    return found
