"""Draws the net of a scope from its elements and flows, and folds it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.kernel.compile.model import Body, Definition, Element, Flow
from engine.kernel.proof import net as n
from engine.kernel.proof.catching import Catch, caught_by
from engine.kernel.proof.fold import fold
from engine.kernel.proof.net import Edge, EventSub, Net, Node
from engine.kernel.proof.trail import trail

_THROWS = frozenset({"endEvent", "intermediateThrowEvent"})
_JOINS = {"parallelGateway": n.AND, "inclusiveGateway": n.OR}
_SPLITS = {"parallelGateway": n.AND, "inclusiveGateway": n.OR}


@dataclass(slots=True)
class Nets:
    """The nets of a definition by scope.

    `keep` are elements that must be seen in every run, so they are never folded away. A `plain`
    game leaves out boundary events and event sub-processes: the course that nothing disturbs.
    """

    definition: Definition
    keep: frozenset[str] = frozenset()
    plain: bool = False
    found: dict[str, Net] = field(default_factory=dict)
    _boundaries: dict[str, list[Element]] | None = None
    _catches: dict[str, frozenset[Catch]] = field(default_factory=dict)

    def of(self, body: str) -> Net:
        """The folded net of a scope."""
        if body not in self.found:
            self.found[body] = _Drawing(self, self.definition.bodies[body]).draw()
        return self.found[body]

    def catches(self, body: str) -> frozenset[Catch]:
        """What is caught around the elements of a scope of what they throw."""
        if self.plain:
            return frozenset()
        if body not in self._catches:
            found = [caught_by(s.start) for s in self.event_subs(body)]
            host = self.definition.elements.get(body)
            if host is not None:
                found += [caught_by(b) for b in self.boundaries_of(host)]
                found.append(self.catches(host.scope))
            self._catches[body] = frozenset().union(*found)
        return self._catches[body]

    def boundaries_of(self, host: Element) -> tuple[Element, ...]:
        """The events at an activity that can let a token out."""
        if self.plain:
            return ()
        if self._boundaries is None:
            self._boundaries = {}
            for e in self.definition.elements.values():
                if e.attached_to is not None and e.event != "compensate":
                    self._boundaries.setdefault(e.attached_to, []).append(e)
        return tuple(self._boundaries.get(host.id, ()))

    def event_subs(self, body: str) -> tuple[EventSub, ...]:
        """The event sub-processes of a scope, without those that undo."""
        return () if self.plain else tuple(self._event_subs(body))

    def _event_subs(self, body: str) -> Iterator[EventSub]:
        for name in self.definition.bodies[body].elements:
            if self.definition.elements[name].kind != "eventSubProcess":
                continue
            inside = self.definition.bodies[name].elements
            starts = (self.definition.elements[inner] for inner in inside)
            start = next((s for s in starts if s.kind == "startEvent"), None)
            if start is not None and start.event != "compensate":
                yield EventSub(name, start)

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
        if self.catches:
            node.raises = _raises(element)
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
        """A parallel or inclusive gateway joins; everything else is begun by each token."""
        element = node.element
        assert element is not None
        if element.kind in _JOINS:
            node.entry = _JOINS[element.kind]
        elif element.kind != "exclusiveGateway":
            self.net.add_node(Node(f"{element.id}<", element))
            self.net.add_edge(Edge(f"{element.id}<", f"{element.id}<", element.id))

    def _draw_split(self, node: Node, into: int) -> None:
        element = node.element
        assert element is not None
        way = self._split_of(element)
        if node.kind == n.PASS and into <= 1:
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
        starts = [e.id for e in self.elements.values() if e.kind == "startEvent"]
        free = [e.id for e in self.elements.values() if not self.into[e.id] and not e.attached_to]
        for name in starts or free:
            self.net.add_edge(Edge(f"*{name}", n.SOURCE, name))
        self.net.starts = [(f"*{name}",) for name in starts]
        if free and not starts:
            self.net.starts = [tuple(f"*{name}" for name in free)]

    def _kind(self, element: Element) -> str:
        kinds = {e.event for e in element.events}
        if element.kind == "endEvent" and "terminate" in kinds:
            return n.TERMINATE
        if element.kind == "endEvent" and kinds & {"error", "cancel"}:
            return n.FAIL
        if element.kind in _THROWS and "escalation" in kinds:
            caught = any(kind == "escalation" for kind, _ in self.catches)
            return n.THROW if caught else n.PASS
        return self._activity_kind(element)

    def _activity_kind(self, element: Element) -> str:
        disturbed = bool(self.nets.boundaries_of(element))
        if element.id in self.nets.definition.bodies and self.nets.of(element.id).starts:
            return n.PASS if self.nets.is_trivial(element.id) and not disturbed else n.SCOPE
        return n.HOLD if disturbed else n.PASS


def _raises(element: Element) -> str | None:
    """Work for outside may answer with a BPMN error; a called process throws what it likes."""
    if element.kind == "callActivity":
        return n.CALL
    return n.JOB if element.topic is not None and element.notify is None else None
