"""Gateways: decisions that can be taken, joins that can fire."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import (
    Node,
    child,
    flow_nodes,
    is_event_subprocess,
    is_repeated,
    is_true,
    local_name,
)

_COMPLEX = define(
    "gateway/complex", "error", "Complex gateways are not executed.", "不支持复杂网关。"
)
_UNDECIDED = define(
    "gateway/no-condition",
    "error",
    "Every flow out of a deciding gateway has a condition or is the default.",
    "判断网关的每条流出须有条件或为默认流。",
)
_NO_DEFAULT = define(
    "gateway/no-default",
    "warning",
    "A gateway without default flow stops the case when no condition is true.",
    "没有默认流的网关在条件都不成立时会使案卷停住。",
)
_INSTANTIATE = define(
    "gateway/instantiate",
    "error",
    "A gateway or receive task that starts a process is the one thing that its case begins with.",
    "用于启动流程的网关或接收任务须为该流程唯一的开始。",
)
_STUCK = define(
    "gateway/join-waits-for-ever",
    "warning",
    "A parallel join that waits for two branches of one choice never fires.",
    "并行汇聚等待同一选择的两个分支，永远不会触发。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        into, out = incoming(scope), outgoing(scope)
        nodes = {n.get("id") or "": n for n in flow_nodes(scope)}
        firsts = [n for n in flow_nodes(scope) if _may_begin(n, into)][:2]
        for name, node in nodes.items():
            yield from _one(node, out.get(name, []))
            if is_true(node, "instantiate"):
                yield from _instantiates(node, scope, into, firsts)
            if local_name(node) == "parallelGateway":
                yield from _join(node, nodes, into, out)


def _instantiates(
    node: Node, scope: Node, into: dict[str, list[Node]], firsts: list[Node]
) -> Iterator[Finding]:
    """An instance begins to wait here when its case is opened, or its message comes.

    `firsts` are the first two elements that the process may begin by: one of them is another.
    """
    if local_name(scope) != "process":
        yield _INSTANTIATE.at(node, "it stands in a sub-process", "leave instantiate out")
        return
    if is_repeated(node):
        yield _INSTANTIATE.at(node, "it is repeated", "repeat what follows, or leave it out")
    if into.get(node.get("id") or ""):
        yield _INSTANTIATE.at(node, "a flow leads to it", "leave instantiate out")
    for other in [n for n in firsts if n is not node][:1]:
        yield _INSTANTIATE.at(
            node, f"the process begins by {other.get('id')} too", "draw message start events"
        )


def _may_begin(node: Node, into: dict[str, list[Node]]) -> bool:
    if local_name(node) == "boundaryEvent" or is_event_subprocess(node):
        return False
    return not is_true(node, "isForCompensation") and not into.get(node.get("id") or "")


def _one(node: Node, leaving: list[Node]) -> Iterator[Finding]:
    kind = local_name(node)
    if kind == "complexGateway":
        yield _COMPLEX.at(node, "this is a complex gateway", "use other gateways")
    if kind not in ("exclusiveGateway", "inclusiveGateway") or len(leaving) < 2:  # noqa: PLR2004 a choice
        return
    for flow in leaving:
        if child(flow, "conditionExpression") is None and flow.get("id") != node.get("default"):
            yield _UNDECIDED.at(
                node,
                f"the flow {flow.get('id')} has no condition and is not the default",
                "write a condition on it, or make it the default flow",
            )
    if not node.get("default"):
        yield _NO_DEFAULT.at(node, "it has no default flow", "choose a default flow")


def _join(
    node: Node,
    nodes: dict[str, Node],
    into: dict[str, list[Node]],
    out: dict[str, list[Node]],
) -> Iterator[Finding]:
    """Walks back along plain paths; two that come from one choice can never both arrive."""
    arriving = into.get(node.get("id") or "", [])
    if len(arriving) <= 1:
        return
    choices: set[str] = set()
    for flow in arriving:
        source = _source_of(flow, nodes, into, out)
        if source is None:
            continue
        if source in choices:
            yield _STUCK.at(
                node,
                f"two of its incoming paths come from the choice {source}: only one can arrive",
                "join a choice with an exclusive gateway",
            )
        choices.add(source)


def _source_of(
    flow: Node, nodes: dict[str, Node], into: dict[str, list[Node]], out: dict[str, list[Node]]
) -> str | None:
    """The choosing gateway at the beginning of an unbranched path."""
    seen: set[str] = set()
    name = flow.get("sourceRef") or ""
    while name not in seen and name in nodes:
        seen.add(name)
        if len(out.get(name, [])) > 1:
            choosing = local_name(nodes[name]) in ("exclusiveGateway", "eventBasedGateway")
            return name if choosing else None
        if len(into.get(name, [])) != 1:
            return None
        name = into[name][0].get("sourceRef") or ""
    return None
