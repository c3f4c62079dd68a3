"""Folds what is sound by its form: sequences, choices, forks with their join, loops.

A folded part becomes the content of one edge. A token on it can always cross it, and costs what a
shortest crossing enters, so verdicts and shortest paths stay what they were (`proof.md`).
"""

from collections import deque

from engine.kernel.proof import net as n
from engine.kernel.proof.net import Edge, Net, Node
from engine.kernel.proof.trail import NOTHING, Trail

#: How a split's way meets a join's: one of the ways is taken, or both are.
_ONE, _BOTH = "one", "both"
_MEET = {
    (n.XOR, n.XOR): _ONE,
    (n.XOR, n.OR): _ONE,
    (n.AND, n.AND): _BOTH,
    (n.AND, n.OR): _BOTH,
    (n.OR, n.OR): _ONE,
}


def fold(net: Net, keep: frozenset[str]) -> None:
    """Folds until nothing changes. Elements to `keep` stay nodes."""
    open_ = deque(net.nodes)
    waiting = set(open_)
    while open_:
        name = open_.popleft()
        waiting.discard(name)
        for changed in _try(net, name, keep):
            if changed in net.nodes and changed not in waiting:
                waiting.add(changed)
                open_.append(changed)


def _try(net: Net, name: str, keep: frozenset[str]) -> tuple[str, ...]:
    """One step at a node; the nodes where something may follow from it."""
    node = net.nodes.get(name)
    if node is None or node.kind == n.END:
        return ()
    if node.kind == n.PASS and _passes(net, node, keep):
        return _contract(net, node)
    return _merge_ways(net, node) or _close_loop(net, node)


def _passes(net: Net, node: Node, keep: frozenset[str]) -> bool:
    into, out = net.ins[node.id], net.outs[node.id]
    if len(into) != 1 or len(out) != 1 or into == out:
        return False
    return node.element is None or not node.shown.length or node.element.id not in keep


def _contract(net: Net, node: Node) -> tuple[str, ...]:
    """One way in, one way out: the node lies on the way."""
    first, last = net.edges[net.ins[node.id][0]], net.edges[net.outs[node.id][0]]
    content = first.content + inside_of(node, net) + last.content
    members = first.members + members_of(node, net) + last.members
    joined = Edge(first.key, first.source, last.target, first.choice, content, members)
    net.edges[first.key] = joined
    joined.raisers = first.raisers
    if node.raises is not None:
        joined.may_raise(node.raises, first.content + node.shown)
    _raise_behind(joined, first.content + inside_of(node, net), last)
    place = net.ins[last.target]
    place[place.index(last.key)] = first.key
    del net.edges[last.key], net.nodes[node.id], net.ins[node.id], net.outs[node.id]
    return (joined.source, joined.target)


def _raise_behind(edge: Edge, way: Trail, later: Edge) -> None:
    for what, rest in later.raisers.items():
        edge.may_raise(what, way + rest)


def inside_of(node: Node, net: Net) -> Trail:
    """What crossing a node enters: itself, and what is inside a folded sub-process."""
    return node.shown + net.inside.get(node.id, (NOTHING, NOTHING))[0]


def members_of(node: Node, net: Net) -> Trail:
    return node.shown + net.inside.get(node.id, (NOTHING, NOTHING))[1]


def _merge_ways(net: Net, node: Node) -> tuple[str, ...]:
    """Two ways from a split to the same join are one, when both are of one mind."""
    seen: dict[str, Edge] = {}
    for edge in net.targets(node.id):
        other = seen.setdefault(edge.target, edge)
        if other is edge:
            continue
        how = _meeting(net, node, other, edge)
        if how is not None:
            _merge(net, other, edge, how)
            return (node.id, edge.target)
    return ()


def _meeting(net: Net, node: Node, one: Edge, two: Edge) -> str | None:
    target = net.nodes[one.target]
    entry = node.exit if target.kind == n.END else target.entry
    how = _MEET.get((node.exit, entry))
    if node.exit != n.OR or how is None:
        return how
    # an inclusive split: ways with a condition are alike; the last two ways of all may be any
    if len(net.outs[node.id]) == 2 and n.ALWAYS not in (one.choice, two.choice):  # noqa: PLR2004 a pair
        return how
    if one.choice == two.choice == n.ALWAYS:
        return _BOTH
    return how if one.choice == two.choice == n.CONDITION else None


def _merge(net: Net, one: Edge, two: Edge, how: str) -> None:
    if how == _BOTH:
        one.content = one.content + two.content
    elif two.content.length < one.content.length:
        one.content = two.content
    one.members = one.members + two.members
    _raise_behind(one, NOTHING, two)
    if n.DEFAULT in (one.choice, two.choice):
        one.choice = n.ALWAYS
    net.outs[two.source].remove(two.key)
    net.ins[two.target].remove(two.key)
    del net.edges[two.key]


def _close_loop(net: Net, node: Node) -> tuple[str, ...]:
    """A way back to where the choice's own way began changes nothing that can happen."""
    into = net.ins[node.id]
    if node.exit != n.XOR or len(into) != 1 or len(net.outs[node.id]) < 2:  # noqa: PLR2004 a choice
        return ()
    forth = net.edges[into[0]]
    merge = net.nodes.get(forth.source)
    if merge is None or merge.entry != n.XOR or net.outs[merge.id] != [forth.key]:
        return ()
    for back in net.targets(node.id):
        if back.target == merge.id and merge.kind == n.PASS:
            forth.members = forth.members + back.members
            _raise_behind(forth, forth.content + node.shown, back)
            net.outs[node.id].remove(back.key)
            net.ins[merge.id].remove(back.key)
            del net.edges[back.key]
            return (node.id, merge.id)
    return ()
