"""A decision model as callers hold it: decisions by id, and deciding with the rules behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.feel.budget import DEFAULT_BUDGET, Budget, Run, Warning_
from engine.feel.dmn.builder import Builder, fit
from engine.feel.dmn.reading import attribute, read_root
from engine.feel.dmn.requirements import Evaluation, Graph, GraphNode, build_graph
from engine.feel.errors import DecisionNotFoundError, FeelBudgetError
from engine.feel.values import Function


@dataclass(frozen=True, slots=True)
class Decision:
    id: str
    name: str
    #: Names of the input data needed, by this decision and by those it requires.
    inputs: tuple[str, ...]
    #: Ids of the decisions it requires directly.
    requires: tuple[str, ...]
    #: U, A, F, P, O, R, C, C+ … of a decision table, else None.
    hit_policy: str | None


@dataclass(frozen=True, slots=True)
class DecisionResult:
    value: Any
    #: Numbers of the rules behind the value, from 1; empty when no rule or no table decided.
    matched: tuple[int, ...]
    hit_policy: str | None
    #: What the decision looked at: a table's input expressions, else the required names.
    inputs: Mapping[str, Any]
    warnings: tuple[Warning_, ...] = field(default=())


class DecisionModel:
    """Immutable; may be asked from any thread."""

    __slots__ = ("_graph", "decisions", "name", "namespace", "variables")

    def __init__(
        self, name: str, namespace: str, graph: Graph, variables: frozenset[tuple[str, ...]]
    ) -> None:
        self.name = name
        self.namespace = namespace
        self.variables = variables
        self._graph = graph
        self.decisions: Mapping[str, Decision] = {
            node.id: _decision(node, graph)
            for node in graph.nodes.values()
            if node.kind == "decision"
        }

    def decide(
        self,
        decision_id: str,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> DecisionResult:
        """Takes one decision, and before it those it requires."""
        node = self._graph.nodes.get(decision_id)
        if node is None or node.kind != "decision":
            raise DecisionNotFoundError(
                f"{self.name} holds no decision {decision_id!r}, only {sorted(self.decisions)}",
                decision=decision_id,
            )
        warnings: list[Warning_] = []
        walk = Evaluation(context, Run(budget or DEFAULT_BUDGET, now, warnings))
        try:
            return self._decided(node, walk, warnings)
        except RecursionError:
            raise FeelBudgetError("the decision calls itself too deep") from None

    def _decided(
        self, node: GraphNode, walk: Evaluation, warnings: list[Warning_]
    ) -> DecisionResult:
        if node.table is None:
            value = self._graph.value(node.id, walk)
            seen = {self._graph.nodes[one].name: walk.known.get(one) for one in node.requires}
            inputs = {name: one for name, one in seen.items() if not isinstance(one, Function)}
            return DecisionResult(value, (), None, inputs, tuple(warnings))
        outcome = node.table.evaluate(self._graph.scope(node, walk), walk.run)
        value = fit(outcome.value, node.type, walk.run, f"decision {node.name!r}")
        return DecisionResult(
            value, outcome.matched, node.table.hit_policy, outcome.inputs, tuple(warnings)
        )

    def id_of(self, name: str) -> str:
        """The id of the element with this name."""
        for node in self._graph.nodes.values():
            if name in (node.label, node.name):
                return node.id
        raise DecisionNotFoundError(f"{self.name} holds nothing named {name!r}", name=name)

    def invoke(
        self, node_id: str, arguments: Mapping[str, Any], *, now: datetime | None = None
    ) -> Any:
        """Calls a knowledge model or decision service with arguments by name."""
        warnings: list[Warning_] = []
        walk = Evaluation({}, Run(DEFAULT_BUDGET, now, warnings))
        function = self._graph.value(node_id, walk) if node_id in self._graph.nodes else None
        if not isinstance(function, Function):
            raise DecisionNotFoundError(f"{self.name} holds nothing to invoke as {node_id!r}")
        return function.call([arguments.get(name) for name in function.parameters], walk.run)


def _decision(node: GraphNode, graph: Graph) -> Decision:
    requires = tuple(one for one in node.requires if graph.nodes[one].kind == "decision")
    policy = node.table.hit_policy if node.table is not None else None
    return Decision(node.id, node.label, tuple(_inputs(node, graph)), requires, policy)


def _inputs(node: GraphNode, graph: Graph) -> list[str]:
    found: dict[str, None] = {}
    for one in node.requires:
        needed = graph.nodes[one]
        if needed.kind == "inputData":
            found[needed.name] = None
        elif needed.kind == "decision":
            found.update(dict.fromkeys(_inputs(needed, graph)))
    return list(found)


def read_decision_model(xml: bytes, *, name: str, strict: bool = True) -> DecisionModel:
    """Reads and compiles a model. DecisionModelError names element and line.

    Not strict, a broken expression is no error until a decision needs it.
    """
    root = read_root(xml)
    builder = Builder(root, strict=strict)
    graph = build_graph(builder, root)
    return DecisionModel(name, attribute(root, "namespace"), graph, frozenset(builder.variables))
