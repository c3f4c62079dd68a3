"""By which edges a token leaves a node, and where two tokens meet."""

from collections.abc import Iterator
from itertools import combinations

from engine.kernel.proof import net as n
from engine.kernel.proof.marking import TooLargeError
from engine.kernel.proof.net import Edge, Net, Node

#: More ways out of one inclusive split are not tried one by one.
MOST_CHOICES = 12


def ways_out(net: Net, node: Node) -> Iterator[tuple[Edge, ...]]:
    """The sets of edges that a token may leave by."""
    edges = tuple(net.targets(node.id))
    if node.exit == n.XOR and len(edges) > 1:
        for edge in edges:
            yield (edge,)
    elif node.exit == n.OR and len(edges) > 1:
        yield from _inclusive(node, edges)
    else:
        yield edges


def _inclusive(node: Node, edges: tuple[Edge, ...]) -> Iterator[tuple[Edge, ...]]:
    always = tuple(e for e in edges if e.choice == n.ALWAYS)
    free = tuple(e for e in edges if e.choice == n.CONDITION)
    if len(free) > MOST_CHOICES:
        name = node.id if node.element is None else node.element.id
        raise TooLargeError(f"{name} has {len(free)} ways with a condition")
    default = tuple(e for e in edges if e.choice == n.DEFAULT)
    if default or always:
        yield (*always, *default)
    for size in range(1, len(free) + 1):
        for some in combinations(free, size):
            yield (*always, *some)


def meeting_place(net: Net, place: str) -> str:
    """The node by whose passing two tokens have met; a merge that is not drawn ends in `<`."""
    return place[1:] if place.startswith("@") else net.edges[place].source
