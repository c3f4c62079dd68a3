"""What the rules look at: one file, its executable processes, and what stands beside it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.kernel.findings import Finding
from engine.kernel.words import (
    ACTIVITIES,
    FLOW_NODES,
    Node,
    bpmn,
    children,
    local_name,
    local_reference,
    scopes,
)

_ENDS = ("sourceRef", "targetRef")
_DATA = frozenset({"dataInput", "dataObject", "dataObjectReference", "property"})


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One diagram under the gate."""

    file: str
    root: Node
    processes: tuple[Node, ...]
    #: executable processes of all files of the release
    callable_processes: frozenset[str]
    #: decisions of the release
    decisions: frozenset[str]
    #: paths of the case document that no expression may read
    personal: frozenset[tuple[str, ...]] = frozenset()
    _named: dict[str, Node] = field(default_factory=dict)
    _handlers: dict[str, str] = field(default_factory=dict)
    _data: dict[str, Node] = field(default_factory=dict)

    def named(self, kind: str, reference: str | None) -> Node | None:
        """The message, signal, error or escalation that a reference names."""
        if not self._named:
            for node in children(self.root):
                self._named[f"{local_name(node)}:{node.get('id')}"] = node
        wanted = (reference or "").rpartition(":")[2]
        exact = self._named.get(f"{kind}:{reference}")
        return self._named.get(f"{kind}:{wanted}") if exact is None else exact

    def handler_of(self, boundary: Node) -> str | None:
        """The activity that a compensation boundary event is associated with."""
        if not self._handlers:
            self._handlers[""] = ""
            activities = {n.get("id") for n in self.root.iter() if local_name(n) in ACTIVITIES}
            for line in self.root.iter(bpmn("association")):
                source, target = (local_reference(line.get(end)) or "" for end in _ENDS)
                if target in activities:
                    self._handlers.setdefault(source, target)
        return self._handlers.get(boundary.get("id") or "") or None

    def datum(self, name: str) -> Node | None:
        """The data object, reference, input or property with this id."""
        if not self._data:
            self._data[""] = self.root
            for node in self.root.iter(*(bpmn(kind) for kind in sorted(_DATA))):
                self._data.setdefault(node.get("id") or "", node)
        return self._data.get(name) if name else None

    def scopes(self) -> Iterator[Node]:
        """Every process and sub-process that can run."""
        for process in self.processes:
            yield from scopes(process)

    def nodes(self, *kinds: str) -> Iterator[Node]:
        """The flow nodes that can run, in document order; all, or those of these kinds."""
        wanted = kinds or FLOW_NODES
        for process in self.processes:
            for node in process.iter():
                if local_name(node) in wanted:
                    yield node


Check = Callable[[Subject], Iterator[Finding]]


def outgoing(scope: Node) -> dict[str, list[Node]]:
    """The flows of a scope by the node they leave."""
    return _by(scope, "sourceRef")


def incoming(scope: Node) -> dict[str, list[Node]]:
    """The flows of a scope by the node they reach."""
    return _by(scope, "targetRef")


def _by(scope: Node, end: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for flow in children(scope, "sequenceFlow"):
        found.setdefault(flow.get(end) or "", []).append(flow)
    return found
