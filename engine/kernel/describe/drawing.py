"""The ways of a diagram in an order of its own: by where they lead, never by how they are drawn.

A gateway behind a single step is told with that step; one that only brings ways together is
passed, and named on the way. Everything else is a step.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from engine.kernel.compile.model import Definition, Element, Flow
from engine.kernel.words import GATEWAYS

_EVENT = "eventBasedGateway"


@dataclass(frozen=True, slots=True)
class Way:
    """A flow followed to the next step; `passed` are the ids of what lies between."""

    flow: Flow
    target: str
    passed: tuple[str, ...]
    #: names that stand on the way behind the first flow
    names: tuple[str, ...]

    @property
    def about(self) -> tuple[str, ...]:
        """Everything that the way goes through."""
        return (self.flow.id, *self.passed, self.target)


@dataclass(slots=True)
class Drawing:
    """Looks up what leads where in one definition."""

    definition: Definition
    out: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    into: dict[str, list[Flow]] = field(default_factory=lambda: defaultdict(list))
    attached: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))
    passed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for body in self.definition.bodies.values():
            for flow in body.flows:
                self.out[flow.source].append(flow)
                self.into[flow.target].append(flow)
        for element in self.definition.elements.values():
            if element.attached_to is not None:
                self.attached[element.attached_to].append(element)
        self.passed = {e.id for e in self.definition.elements.values() if self._only_passes(e)}
        self._open_circles()

    def ways(self, name: str) -> list[Way]:
        """The ways out of an element, in the order of the diagram."""
        return [self._follow(flow) for flow in self.out.get(name, ())]

    def gateway_behind(self, name: str) -> Element | None:
        """The gateway that is told together with this step."""
        flows = self.out.get(name, [])
        if len(flows) != 1 or flows[0].condition is not None:
            return None
        target = self.definition.elements[flows[0].target]
        if target.kind not in GATEWAYS or target.id in self.passed:
            return None
        return target if len(self.into[target.id]) == 1 and self._is_split(target) else None

    def is_told_elsewhere(self, element: Element) -> bool:
        """Whether an element has no entry of its own."""
        if element.id in self.passed or element.attached_to is not None:
            return True
        inner_start = element.kind == "startEvent" and element.scope != self.definition.process_id
        return inner_start or self._is_behind(element)

    def _is_behind(self, gateway: Element) -> bool:
        flows = self.into.get(gateway.id, [])
        if gateway.kind not in GATEWAYS or len(flows) != 1:
            return False
        source = self.definition.elements[flows[0].source]
        return source.kind not in GATEWAYS and self.gateway_behind(source.id) is gateway

    def _is_split(self, gateway: Element) -> bool:
        return gateway.kind == _EVENT or len(self.out.get(gateway.id, ())) > 1

    def _only_passes(self, element: Element) -> bool:
        """Whether a token goes through without anything being decided, done or waited for."""
        flows, count = self.out.get(element.id, []), len(self.into.get(element.id, ()))
        if len(flows) != 1 or flows[0].condition is not None or not count:
            return False
        if element.kind in GATEWAYS:
            return element.kind != _EVENT and (element.kind == "exclusiveGateway" or count == 1)
        nothing = element.event is None and not element.payload
        return element.kind == "intermediateThrowEvent" and nothing and _is_silent(element)

    def _open_circles(self) -> None:
        """In a circle of nothing but passed elements one must stand for itself."""
        settled: set[str] = set()
        for start in sorted(self.passed):
            trail: dict[str, None] = {}
            at = start
            while at in self.passed and at not in settled and at not in trail:
                trail[at] = None
                at = self.out[at][0].target
            if at in trail:
                self.passed.discard(min(list(trail)[list(trail).index(at) :]))
            settled.update(trail)

    def _follow(self, flow: Flow) -> Way:
        passed, names, at = [], [], flow.target
        while at in self.passed:
            element, onward = self.definition.elements[at], self.out[at][0]
            names += [name for name in (element.name, onward.name) if name]
            passed += [at, onward.id]
            at = onward.target
        return Way(flow, at, tuple(passed), tuple(names))


def _is_silent(element: Element) -> bool:
    return element.act is None and element.stage is None
