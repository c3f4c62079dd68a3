"""What the rules look at: one file, its executable processes, and what stands beside it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.kernel.findings import Finding
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    bpmn,
    children,
    imported_prefixes,
    is_true,
    local_name,
    local_reference,
    scopes,
)

_DATA = frozenset({"dataInput", "dataObject", "dataObjectReference", "property"})


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """One diagram under the gate."""

    file: str
    root: Node
    processes: tuple[Node, ...]
    #: executable processes of all files of the release
    callable_processes: Mapping[str, Node]
    #: decisions of the release
    decisions: frozenset[str]
    #: paths of the case document that no expression may read
    personal: frozenset[tuple[str, ...]] = frozenset()
    _named: dict[str, Node] = field(default_factory=dict)
    _elsewhere: list[frozenset[str]] = field(default_factory=list)
    _handlers: dict[str, list[str]] = field(default_factory=dict)
    _data: dict[str, Node] = field(default_factory=dict)
    _keys: dict[str, Node] = field(default_factory=dict)
    _properties: dict[str, list[Node]] = field(default_factory=dict)
    _targets: dict[str, set[str]] = field(default_factory=dict)

    def named(self, kind: str, reference: str | None) -> Node | None:
        """The message, signal, error or escalation that a reference names."""
        if not self._named:
            for node in children(self.root):
                self._named[f"{local_name(node)}:{node.get('id')}"] = node
        prefix, _, wanted = (reference or "").rpartition(":")
        exact = self._named.get(f"{kind}:{reference}")
        if prefix and prefix in self._prefixes():
            return None
        return self._named.get(f"{kind}:{wanted}") if exact is None else exact

    def _prefixes(self) -> frozenset[str]:
        """The prefixes of other files, looked up once."""
        if not self._elsewhere:
            self._elsewhere.append(imported_prefixes(self.root))
        return self._elsewhere[0]

    def handler_of(self, boundary: Node) -> str | None:
        """The activity that a compensation boundary event is associated with, in any direction.

        An association may lead to a text as well; an activity for compensation comes first.
        """
        if not self._handlers:
            self._handlers[""] = []
            undo = {n.get("id") or "" for n in self.nodes() if is_true(n, "isForCompensation")}
            for line in self.root.iter(bpmn("association")):
                ends = [local_reference(line.get(e)) or "" for e in ("sourceRef", "targetRef")]
                for one, other in (ends, reversed(ends)):
                    self._handlers.setdefault(one, []).append(other)
            for others in self._handlers.values():
                others.sort(key=lambda name: name not in undo)
        found = self._handlers.get(boundary.get("id") or "")
        return (found[0] or None) if found else None

    def datum(self, name: str) -> Node | None:
        """The data object, reference, input or property with this id."""
        if not self._data:
            self._data[""] = self.root
            for node in self.root.iter(*(bpmn(kind) for kind in sorted(_DATA))):
                self._data.setdefault(node.get("id") or "", node)
        return self._data.get(name) if name else None

    def message_targets(self, name: str) -> frozenset[str]:
        """Where the message flows that leave this node lead; a pool is meant by its process."""
        if not self._targets:
            self._targets[""] = set()
            pools = {p.get("id"): p.get("processRef") for p in self.root.iter(bpmn("participant"))}
            for flow in self.root.iter(bpmn("messageFlow")):
                source, target = (local_reference(flow.get(e)) for e in ("sourceRef", "targetRef"))
                end = local_reference(pools.get(target)) or target
                self._targets.setdefault(source or "", set()).add(end or "")
        return frozenset(self._targets.get(name, ())) if name else frozenset()

    def correlation_key(self, name: str | None) -> Node | None:
        """The correlation key with this id, wherever in the file it stands."""
        if not self._keys:
            self._keys[""] = self.root
            for node in self.root.iter(bpmn("correlationKey")):
                self._keys.setdefault(node.get("id") or "", node)
        return self._keys.get(name) if name else None

    def correlation_properties(self, name: str | None) -> list[Node]:
        """The correlation properties of the file with this id: one, or what is written twice."""
        if not self._properties:
            self._properties[""] = []
            for node in children(self.root, "correlationProperty"):
                self._properties.setdefault(node.get("id") or "", []).append(node)
        return self._properties.get(name or "", [])

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
