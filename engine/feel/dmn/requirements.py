"""The requirement graph: what each decision, knowledge model and service needs, and in which order.

Every element becomes a node; evaluation walks the nodes, each decision once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.feel.budget import Run
from engine.feel.compiler.core import Closure, Scope
from engine.feel.compiler.functions import fitted
from engine.feel.dmn.builder import Builder, fit
from engine.feel.dmn.expressions import compile_box, function_parts, make_function
from engine.feel.dmn.reading import Element, attribute, box, child, children, local, refusal
from engine.feel.dmn.table import Table, compile_table
from engine.feel.type_system import Type
from engine.feel.values import Function, NullResult

KINDS = ("inputData", "decision", "businessKnowledgeModel", "decisionService")
_REQUIREMENTS = ("requiredInput", "requiredDecision", "requiredKnowledge")


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One element of the graph, compiled."""

    id: str
    kind: str
    #: The name under which others see the value.
    name: str
    label: str
    type: Type | None
    requires: tuple[str, ...] = ()
    logic: Closure | None = None
    table: Table | None = None
    parameters: tuple[str, ...] = ()
    types: tuple[Type | None, ...] = ()
    #: Of a service: output decisions, and parameters (input data, then input decisions).
    outputs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


@dataclass(slots=True)
class Evaluation:
    """One walk: what the caller gave, what is known already."""

    given: Mapping[str, Any]
    run: Run
    known: dict[str, Any] = field(default_factory=dict)
    #: Values that stand for whole decisions, inside a service.
    replaced: Mapping[str, Any] = field(default_factory=dict)


class Graph:
    """The nodes of one model by id."""

    def __init__(self, nodes: Mapping[str, GraphNode]) -> None:
        self.nodes = nodes

    def value(self, node_id: str, walk: Evaluation) -> Any:
        node = self.nodes[node_id]
        if node_id in walk.replaced:
            return walk.replaced[node_id]
        if node_id not in walk.known:
            walk.known[node_id] = self._compute(node, walk)
        return walk.known[node_id]

    def _compute(self, node: GraphNode, walk: Evaluation) -> Any:
        if node.kind == "inputData":
            found = walk.given.get(node.name, walk.given.get(node.label))
            return fit(found, node.type, walk.run, f"input {node.name!r}")
        if node.kind == "decision":
            return self.decide(node, walk)
        if node.kind == "businessKnowledgeModel":
            return self.knowledge(node, walk)
        return self.service(node, walk)

    def decide(self, node: GraphNode, walk: Evaluation) -> Any:
        if node.logic is None:
            return None
        value = node.logic(self.scope(node, walk), walk.run)
        return fit(value, node.type, walk.run, f"decision {node.name!r}")

    def scope(self, node: GraphNode, walk: Evaluation) -> Scope:
        """What the node's logic sees: the caller's context, and before it what it requires."""
        needed = {self.nodes[one].name: self.value(one, walk) for one in node.requires}
        return Scope(dict(walk.given), needed)

    def knowledge(self, node: GraphNode, walk: Evaluation) -> Function | None:
        if node.logic is None:
            return None
        # Its own requirements are looked up when it is called: knowledge may call itself.
        scope = Scope(dict(walk.given), {})
        function = make_function(
            node.name, node.parameters, node.types, node.logic, scope, node.type
        )
        walk.known[node.id] = function
        scope.update({self.nodes[one].name: self.value(one, walk) for one in node.requires})
        return function

    def service(self, node: GraphNode, walk: Evaluation) -> Function:
        takes = [self.nodes[one] for one in node.takes]

        def call(arguments: Sequence[Any], run: Run) -> Any:
            return self.serve(node, arguments, Evaluation(walk.given, run))

        return Function(
            node.name, tuple(one.name for one in takes), call, tuple(one.type for one in takes)
        )

    def serve(self, node: GraphNode, arguments: Sequence[Any], walk: Evaluation) -> Any:
        """The outputs of a service for values of its parameters."""
        if len(arguments) != len(node.takes):
            raise NullResult(f"takes {len(node.takes)} arguments, not {len(arguments)}")
        replaced = {
            one: fitted(value, self.nodes[one].type, self.nodes[one].name)
            for one, value in zip(node.takes, arguments, strict=True)
        }
        inner = Evaluation({}, walk.run, replaced=replaced)
        results = {self.nodes[one].name: self.value(one, inner) for one in node.outputs}
        value = next(iter(results.values())) if len(results) == 1 else results
        return fit(value, node.type, walk.run, f"service {node.name!r}")


# -- reading ------------------------------------------------------------------------------------


def build_graph(builder: Builder, root: Element) -> Graph:
    for imported in children(root, "import"):
        builder.refuse(imported, "imports of other models are not read; copy what is needed")
    elements = {identity(e): e for e in children(root, *KINDS)}
    nodes = {node_id: _node(builder, e, elements) for node_id, e in elements.items()}
    _refuse_cycles(nodes, elements)
    return Graph(nodes)


def identity(element: Element) -> str:
    """The id, which the standard lets be absent, else the name."""
    found = attribute(element, "id") or attribute(element, "name")
    if not found:
        raise refusal(element, "it has neither id nor name")
    return found


def _node(builder: Builder, element: Element, elements: Mapping[str, Element]) -> GraphNode:
    variable = child(element, "variable")
    label = attribute(element, "name")
    name = (attribute(variable, "name") if variable is not None else "") or label
    what = local(element)
    logic = {
        "decision": _decision,
        "businessKnowledgeModel": _knowledge,
        "decisionService": _service,
    }
    parts = logic[what](builder, element, elements) if what in logic else {}
    return GraphNode(
        id=identity(element),
        kind=what,
        name=name,
        label=label,
        type=builder.type_of(variable),
        requires=tuple(_references(element, elements)),
        **parts,
    )


def _references(element: Element, elements: Mapping[str, Element]) -> list[str]:
    found = []
    for requirement in children(
        element, "informationRequirement", "knowledgeRequirement", "encapsulatedLogic"
    ):
        found += [_target(part, elements) for part in children(requirement, *_REQUIREMENTS)]
    return found


def _target(element: Element, elements: Mapping[str, Element]) -> str:
    href = attribute(element, "href")
    target = href.rpartition("#")[2]
    if target not in elements:
        raise refusal(element, f"{href!r} is nothing in this model")
    return target


def _decision(builder: Builder, element: Element, _elements: Any) -> dict[str, Any]:
    inner = box(element)
    if inner is None:
        return {}
    if local(inner) != "decisionTable":
        return {"logic": compile_box(builder, inner)}
    table = compile_table(builder, inner)
    return {"table": table, "logic": lambda scope, run: table.evaluate(scope, run).value}


def _knowledge(builder: Builder, element: Element, _elements: Any) -> dict[str, Any]:
    definition = child(element, "encapsulatedLogic")
    if definition is None:
        return {}
    names, types, body = function_parts(builder, definition)
    return {"logic": body, "parameters": names, "types": types}


def _service(
    _builder: Builder, element: Element, elements: Mapping[str, Element]
) -> dict[str, Any]:
    takes = [
        _target(part, elements)
        for name in ("inputData", "inputDecision")
        for part in children(element, name)
    ]
    outputs = tuple(_target(part, elements) for part in children(element, "outputDecision"))
    return {"outputs": outputs, "takes": tuple(takes)}


def _refuse_cycles(nodes: Mapping[str, GraphNode], elements: Mapping[str, Element]) -> None:
    done: set[str] = set()

    def visit(node_id: str, path: tuple[str, ...]) -> None:
        if node_id in path:
            names = " → ".join(nodes[one].label for one in (*path[path.index(node_id) :], node_id))
            raise refusal(elements[node_id], f"the decisions need each other: {names}")
        if node_id in done or nodes[node_id].kind != "decision":
            return
        for needed in nodes[node_id].requires:
            visit(needed, (*path, node_id))
        done.add(node_id)

    for node_id in nodes:
        visit(node_id, ())
