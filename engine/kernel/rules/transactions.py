"""Transactions: what cancels them, and what they leave by then."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import Node, child, flow_nodes, is_true, local_name

_CANCEL = define(
    "transaction/cancel",
    "error",
    "A cancel end event stands directly in a transaction that has one cancel boundary event.",
    "取消结束事件须直接位于带有一个取消边界事件的事务子流程内。",
)
_BY_EVENT = define(
    "transaction/event",
    "error",
    "A transaction is entered by a flow; no event begins it.",
    "事务由顺序流进入，不能由事件触发。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        for node in flow_nodes(scope):
            if local_name(node) == "transaction" and is_true(node, "triggeredByEvent"):
                yield _BY_EVENT.at(
                    node, "it has triggeredByEvent", "draw an event sub-process, or a flow into it"
                )
            if child(node, "cancelEventDefinition") is not None:
                yield from _cancel(node, scope)


def _cancel(node: Node, scope: Node) -> Iterator[Finding]:
    if local_name(node) == "boundaryEvent":
        host = next(
            (n for n in flow_nodes(scope) if n.get("id") == node.get("attachedToRef")), None
        )
        if host is None or local_name(host) != "transaction":
            yield _CANCEL.at(node, "it is attached to no transaction", "use an error event")
        return
    around = scope.getparent()
    bounds = [] if around is None else flow_nodes(around)
    catching = [
        b
        for b in bounds
        if b.get("attachedToRef") == scope.get("id")
        and child(b, "cancelEventDefinition") is not None
    ]
    if local_name(scope) != "transaction" or len(catching) != 1:
        yield _CANCEL.at(
            node,
            f"it stands in a {local_name(scope)} with {len(catching)} cancel boundary events",
            "draw it in a transaction with one cancel boundary event, or use an error",
        )
