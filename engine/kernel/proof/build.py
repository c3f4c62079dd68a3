"""Draws the net of a scope from its elements and flows, and folds it."""

from dataclasses import dataclass, field

from engine.kernel.compile.model import Body, Element, Flow
from engine.kernel.proof import net as n
from engine.kernel.proof.catching import THROWING
from engine.kernel.proof.fold import fold
from engine.kernel.proof.net import Edge, Net, Node
from engine.kernel.proof.surroundings import Surroundings
from engine.kernel.proof.trail import NOTHING, trail

_JOINS = {"parallelGateway": n.AND, "inclusiveGateway": n.OR}
_SPLITS = {"parallelGateway": n.AND, "inclusiveGateway": n.OR}


@dataclass(slots=True)
class Nets(Surroundings):
    """The nets of a definition by scope.

    `keep` are elements that must be seen in every run, so they are never folded away.
    """

    keep: frozenset[str] = frozenset()
    found: dict[str, Net] = field(default_factory=dict)

    def of(self, body: str) -> Net:
        """The folded net of a scope."""
        if body not in self.found:
            self.found[body] = _Drawing(self, self.definition.bodies[body]).draw()
        return self.found[body]

    def is_trivial(self, body: str) -> bool:
        """Whether the inside comes to its end whatever happens: one way in, one way out."""
        inner = self.of(body)
        if inner.event_subs or len(inner.starts) != 1 or len(inner.starts[0]) != 1:
            return False
        edge = inner.edges[inner.starts[0][0]]
        return edge.target == n.SINK and len(inner.edges) == 1 and not edge.raisers


class _Drawing:
    """One scope being drawn."""

    def __init__(self, nets: Nets, body: Body) -> None:
        self.nets, self.body = nets, body
        self.net = Net(body.id, event_subs=nets.event_subs(body.id))
        self.catches = nets.catches(body.id)
        names = [name for name in body.elements if self._is_drawn(name)]
        self.elements = {name: nets.definition.elements[name] for name in names}
        self.into: dict[str, list[Flow]] = {name: [] for name in names}
        self.out: dict[str, list[Flow]] = {name: [] for name in names}
        for flow in body.flows:
            if flow.source in self.elements and flow.target in self.elements:
                self.out[flow.source].append(flow)
                self.into[flow.target].append(flow)

    def _is_drawn(self, name: str) -> bool:
        element = self.nets.definition.elements[name]
        if element.kind == "boundaryEvent" and (self.nets.plain or element.event == "compensate"):
            return False
        return element.kind != "eventSubProcess" and not element.for_compensation

    def draw(self) -> Net:
        self.net.add_node(Node(n.SINK, None, n.END))
        for element in self.elements.values():
            self._draw_node(element)
        for flow in self.body.flows:
            if flow.source in self.out and flow.target in self.into:
                self._draw_flow(flow)
        self._draw_starts()
        fold(self.net, self.nets.keep)
        return self.net

    def _draw_node(self, element: Element) -> None:
        into, out = len(self.into[element.id]), len(self.out[element.id])
        if element.kind == "endEvent":
            for number in range(max(into, 1)):
                self._draw_end(element, number)
            return
        node = Node(element.id, element, self._kind(element), shown=trail(element.id))
        node.leaves = not self._lasts_for_ever(element)
        node.raises = self.nets.raises(element)
        self.net.add_node(node)
        self._draw_inside(node)
        if into > 1:
            self._draw_join(node)
        if out > 1:
            self._draw_split(node, into)
        elif out == 0:
            self._to_sink(element.id)

    def _draw_inside(self, node: Node) -> None:
        element = node.element
        assert element is not None
        boundaries = self.nets.boundaries_of(element)
        if boundaries:
            self.net.boundaries[element.id] = boundaries
        if node.kind == n.PASS and element.id in self.nets.definition.bodies:
            for edge in self.nets.of(element.id).edges.values():
                self.net.inside[element.id] = (edge.content, edge.members)

    def _draw_join(self, node: Node) -> None:
        """A parallel or inclusive gateway joins; everything else is begun by each token.

        What is thrown may end what else comes here, so nothing meets before it.
        """
        element = node.element
        assert element is not None
        if element.kind in _JOINS:
            node.entry = _JOINS[element.kind]
        elif element.kind != "exclusiveGateway" and node.kind != n.THROW:
            self.net.add_node(Node(f"{element.id}<", element))
            self.net.add_edge(Edge(f"{element.id}<", f"{element.id}<", element.id))

    def _draw_split(self, node: Node, into: int) -> None:
        element = node.element
        assert element is not None
        way = self._split_of(element)
        # what has an inside lies on one way, so that a run through it enters the inside
        if node.kind == n.PASS and into <= 1 and element.id not in self.nets.definition.bodies:
            node.exit = way
            return
        split = Node(f"{element.id}>", element, exit=way)
        self.net.add_node(split)
        self.net.add_edge(Edge(split.id, element.id, split.id))

    def _split_of(self, element: Element) -> str:
        if element.kind in ("exclusiveGateway", "eventBasedGateway"):
            return n.XOR
        if element.kind in _SPLITS:
            return _SPLITS[element.kind]
        free = all(self._choice(flow) == n.ALWAYS for flow in self.out[element.id])
        return n.AND if free else n.OR

    def _draw_end(self, element: Element, number: int) -> None:
        """A node for each flow: two tokens that end at one event do not meet."""
        name = element.id if number == 0 else f"{element.id}#{number}"
        kind = self._kind(element)
        self.net.add_node(Node(name, element, kind, shown=trail(element.id)))
        if kind in (n.PASS, n.THROW):
            self._to_sink(name)

    def _to_sink(self, name: str) -> None:
        self.net.add_edge(Edge(f"{name}>", name, n.SINK))

    def _draw_flow(self, flow: Flow) -> None:
        source = f"{flow.source}>" if f"{flow.source}>" in self.net.nodes else flow.source
        target = flow.target
        if self.elements[target].kind == "endEvent":
            number = self.into[target].index(flow)
            target = target if number == 0 else f"{target}#{number}"
        elif f"{target}<" in self.net.nodes:
            target = f"{target}<"
        self.net.add_edge(Edge(flow.id, source, target, self._choice(flow)))

    def _choice(self, flow: Flow) -> str:
        source = self.elements[flow.source]
        if source.kind in ("exclusiveGateway", "parallelGateway", "eventBasedGateway"):
            return n.ALWAYS
        if flow.id == source.default:
            return n.DEFAULT
        return n.ALWAYS if flow.condition is None else n.CONDITION

    def _draw_starts(self) -> None:
        """Each start event is a beginning of its own; without one, all that no flow leads to."""
        entries = self.nets.definition.entries(self.body.id)
        begun = [f"*{element.id}" for element in entries]
        for key, element in zip(begun, entries, strict=True):
            self.net.add_edge(Edge(key, n.SOURCE, element.id))
            if self.net.event_subs and element.kind == "startEvent":
                # no event sub-process opens before the scope has begun
                self.net.begun[key] = trail(element.id)
                self.net.nodes[element.id].shown = NOTHING
        if any(element.kind == "startEvent" for element in entries):
            self.net.starts = [(key,) for key in begun]
        elif begun:
            self.net.starts = [tuple(begun)]

    def _kind(self, element: Element) -> str:
        kinds = {e.event for e in element.events}
        if element.kind == "endEvent" and "terminate" in kinds:
            return n.TERMINATE
        if element.kind == "endEvent" and kinds & {"error", "cancel"}:
            return n.FAIL
        if element.kind in THROWING and "escalation" in kinds:
            caught = any(kind == "escalation" for kind, _ in self.catches)
            return n.THROW if caught else n.PASS
        return self._activity_kind(element)

    def _activity_kind(self, element: Element) -> str:
        disturbed = bool(self.nets.boundaries_of(element))
        if element.id in self.nets.definition.bodies and self.nets.of(element.id).starts:
            return n.PASS if self.nets.is_trivial(element.id) and not disturbed else n.SCOPE
        return n.HOLD if disturbed or self._lasts_for_ever(element) else n.PASS

    def _lasts_for_ever(self, element: Element) -> bool:
        """A call of what never comes to its end; only an event or an error leaves it."""
        outcome = self.nets.outcome_of(element)
        return outcome is not None and not outcome.completes
