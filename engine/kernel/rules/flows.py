"""Sequence flows: both ends in one scope, conditions only where they are evaluated."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, outgoing
from engine.kernel.words import (
    ACTIVITIES,
    Node,
    child,
    flow_nodes,
    flows,
    is_event_subprocess,
    local_name,
)

_DANGLING = define(
    "flow/dangling",
    "error",
    "A flow leads from one node to another of the same scope.",
    "顺序流须连接同一范围内的两个节点。",
)
_FORBIDDEN = define(
    "flow/forbidden-end",
    "error",
    "No flow leads into a start or boundary event or out of an end event.",
    "顺序流不得流入开始或边界事件，也不得流出结束事件。",
)
_CONDITION = define(
    "flow/condition-not-evaluated",
    "error",
    "A condition stands only on flows that leave an activity, an exclusive or an inclusive gateway.",  # noqa: E501 one sentence
    "条件只能写在活动、排他网关或包容网关流出的顺序流上。",
)
_DEFAULT = define(
    "flow/default",
    "error",
    "A default flow leaves the node that names it.",
    "默认流须从声明它的节点流出。",
)
_DEFAULT_CONDITION = define(
    "flow/default-with-condition",
    "warning",
    "The condition of a default flow is never evaluated.",
    "默认流上的条件不会被求值。",
)

_DEFAULT_ALONE = define(
    "flow/default-without-choice",
    "warning",
    "A default flow beside flows without condition is taken as they are: all of them, always.",
    "与无条件流并列的默认流同其他流一样，总会被走。",
)

_CONDITIONAL = ACTIVITIES | {"exclusiveGateway", "inclusiveGateway"}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        nodes = {n.get("id"): n for n in flow_nodes(scope) if n.get("id")}
        for flow in flows(scope):
            yield from _ends(flow, nodes)
            yield from _condition(flow, nodes)
        yield from _defaults(scope)


def _ends(flow: Node, nodes: dict[str | None, Node]) -> Iterator[Finding]:
    for end in ("sourceRef", "targetRef"):
        name = flow.get(end)
        if name not in nodes:
            yield _DANGLING.at(
                flow, f"{end} {name!r} is no node of this scope", "connect both ends, or delete it"
            )
    source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
    if source is not None and (local_name(source) == "endEvent" or is_event_subprocess(source)):
        yield _FORBIDDEN.at(flow, f"it leaves {source.get('id')}", "end the path there")
    if target is not None and _takes_no_flow(target):
        yield _FORBIDDEN.at(flow, f"it leads into {target.get('id')}", "lead it elsewhere")


def _takes_no_flow(node: Node) -> bool:
    return local_name(node) in ("startEvent", "boundaryEvent") or is_event_subprocess(node)


def _condition(flow: Node, nodes: dict[str | None, Node]) -> Iterator[Finding]:
    source = nodes.get(flow.get("sourceRef"))
    if source is None or child(flow, "conditionExpression") is None:
        return
    if local_name(source) not in _CONDITIONAL:
        yield _CONDITION.at(
            flow,
            f"its condition would be ignored: it leaves a {local_name(source)}",
            "put an exclusive gateway between them",
        )
    elif source.get("default") == flow.get("id"):
        yield _DEFAULT_CONDITION.at(
            flow, "it is the default flow and has a condition", "remove the condition"
        )


def _defaults(scope: Node) -> Iterator[Finding]:
    out = outgoing(scope)
    for node in flow_nodes(scope):
        name = node.get("default")
        if name and name not in {f.get("id") for f in out.get(node.get("id") or "", [])}:
            yield _DEFAULT.at(
                node, f"its default flow {name!r} does not leave it", "choose one of its flows"
            )
        elif name and local_name(node) in ACTIVITIES:
            yield from _alone(node, out.get(node.get("id") or "", []))


def _alone(node: Node, leaving: list[Node]) -> Iterator[Finding]:
    others = [flow for flow in leaving if flow.get("id") != node.get("default")]
    if others and all(child(flow, "conditionExpression") is None for flow in others):
        yield _DEFAULT_ALONE.at(
            node,
            f"no flow beside {node.get('default')} has a condition, so all are taken",
            "write conditions on the others, or leave the default out",
        )
