"""The token game of one scope as a net: nodes, and edges on which tokens rest.

Every node joins in one way and splits in one way; a diagram's node that does both, or that merges
and splits without a gateway, becomes two. Knows no marking: `moves` plays on it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.kernel.compile.model import Element
from engine.kernel.proof.outcome import Outcome
from engine.kernel.proof.trail import NOTHING, Trail

#: Where tokens that end are taken out of the scope; whence those come that begin it.
SINK, SOURCE = "", "*"

#: How arriving tokens are joined, and which ways they leave.
XOR, AND, OR = "xor", "and", "or"

#: What a node does with a token.
PASS = "pass"  # noqa: S105 goes on at once
HOLD = "hold"  # an activity that something may happen to while it lasts
SCOPE = "scope"  # a sub-process with a token game of its own
THROW = "throw"  # throws an escalation and goes on
FAIL = "fail"  # throws an error, or cancels the transaction around it
TERMINATE = "terminate"  # takes every token out of the scope
END = "end"  # the sink

ALWAYS, CONDITION, DEFAULT = "always", "condition", "default"


@dataclass(slots=True)
class Edge:
    """A way between two nodes; `content` is a shortest crossing, `members` all that lies on it."""

    key: str
    source: str
    target: str
    choice: str = ALWAYS
    content: Trail = NOTHING
    members: Trail = NOTHING
    #: by what may throw on the way (`Node.raises`): a shortest way up to and with it
    raisers: dict[Outcome, Trail] = field(default_factory=dict)

    def may_raise(self, what: Outcome, way: Trail) -> None:
        """Notes a thrower, when the way to it is the shortest."""
        if what not in self.raisers or way.length < self.raisers[what].length:
            self.raisers[what] = way


@dataclass(slots=True)
class Node:
    """`shown` is what a run through it enters: nothing for a node that is not drawn."""

    id: str
    element: Element | None
    kind: str = PASS
    entry: str = XOR
    exit: str = XOR
    shown: Trail = NOTHING
    #: what may be thrown here, although nothing of it is drawn: by a job, or by what is called
    raises: Outcome | None = None
    #: whether an activity can be done at all
    leaves: bool = True

    def joins(self, net: "Net") -> bool:
        """Whether tokens wait here for each other."""
        return self.entry != XOR and len(net.ins[self.id]) > 1


@dataclass(frozen=True, slots=True)
class EventSub:
    """An event sub-process of a scope, and the event that opens it."""

    id: str
    start: Element

    @property
    def interrupting(self) -> bool:
        return self.start.interrupting


@dataclass(slots=True)
class Net:
    """One scope. `starts` are its alternative beginnings: the edges that hold a token then."""

    body: str
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    ins: dict[str, list[str]] = field(default_factory=dict)
    outs: dict[str, list[str]] = field(default_factory=dict)
    starts: list[tuple[str, ...]] = field(default_factory=list)
    #: by beginning, the start event where it is entered before any event sub-process opens
    begun: dict[str, Trail] = field(default_factory=dict)
    event_subs: tuple[EventSub, ...] = ()
    boundaries: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    #: content and members of sub-processes that were folded into one node
    inside: dict[str, tuple[Trail, Trail]] = field(default_factory=dict)
    #: by inclusive join and place: the join's flows that a token there can still fill
    reaches: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)

    def add_node(self, node: Node) -> None:
        self.nodes[node.id] = node
        self.ins.setdefault(node.id, [])
        self.outs.setdefault(node.id, [])

    def add_edge(self, edge: Edge) -> None:
        self.edges[edge.key] = edge
        self.outs.setdefault(edge.source, []).append(edge.key)
        self.ins[edge.target].append(edge.key)

    def targets(self, node: str) -> Iterator[Edge]:
        """The edges out of a node, in document order."""
        for key in self.outs.get(node, ()):
            yield self.edges[key]

    @property
    def colours(self) -> dict[str, int]:
        """A bit for each boundary event that does not interrupt."""
        beside = [b.id for found in self.boundaries.values() for b in found if not b.interrupting]
        return {name: 1 << n for n, name in enumerate(beside)}
