"""Where a scope begins, and what can be reached from there."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import (
    Node,
    cl,
    event_definitions,
    flow_nodes,
    is_event_subprocess,
    is_true,
    local_name,
)

_EMPTY = define(
    "structure/empty",
    "warning",
    "A process or sub-process with nothing in it that could begin ends at once.",
    "内部没有可开始内容的流程或子流程会立即结束。",
)
_NO_START = define("structure/no-start", "error", "A scope needs one way in.", "流程须有一个开始。")
_STARTS = define(
    "structure/several-starts",
    "error",
    "A scope has at most one start event without an event.",
    "无事件的开始节点至多一个。",
)
_UNREACHED = define(
    "structure/unreachable",
    "error",
    "An element without incoming flow is never reached.",
    "没有流入的元素永远不会到达。",
)
_ISLAND = define(
    "structure/island",
    "warning",
    "An element that no path from a start event reaches is dead.",
    "从开始节点到不了的元素是死元素。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        into = incoming(scope)
        yield from _ways_in(scope, into)
        yield from _reached(scope, into)


def _ways_in(scope: Node, into: dict[str, list[Node]]) -> Iterator[Finding]:
    if local_name(scope) == "adHocSubProcess":
        return
    starts = [n for n in flow_nodes(scope) if local_name(n) == "startEvent"]
    plain = [n for n in starts if not event_definitions(n)]
    if not starts and scope.get(cl("profile")) == "case":
        yield _NO_START.at(scope, "a case has no start event", "draw one; it says who reports what")
    elif not _inside(scope):
        yield _EMPTY.at(scope, "nothing in it is begun, so it ends at once", "draw what it is for")
    elif not starts and not any(_begins(n, into) for n in flow_nodes(scope)):
        yield _NO_START.at(scope, "there is no start event", "draw one start event")
    for node in plain[1:]:
        yield _STARTS.at(
            node,
            f"{plain[0].get('id')} is already the start without an event",
            "join the ways in one start event, or give this one a message",
        )


def _inside(scope: Node) -> list[Node]:
    """What is in a scope but event sub-processes, which wait beside its course."""
    return [n for n in flow_nodes(scope) if not is_event_subprocess(n)]


def _reached(scope: Node, into: dict[str, list[Node]]) -> Iterator[Finding]:
    nodes = [n for n in flow_nodes(scope) if n.get("id")]
    implicit = all(local_name(n) != "startEvent" for n in nodes)
    roots = [n for n in nodes if _needs_no_flow(n) or (implicit and _begins(n, into))]
    if not roots:
        return  # that nothing begins is said already
    begun = set(roots)
    for node in nodes:
        if node not in begun and not into.get(node.get("id") or ""):
            yield _UNREACHED.at(node, "no flow leads here", "connect it, or delete it")
    alive = _from(roots, outgoing(scope))
    for node in nodes:
        if node.get("id") not in alive and into.get(node.get("id") or ""):
            yield _ISLAND.at(node, "no path from a start leads here", "connect it, or delete it")


def _from(roots: list[Node], out: dict[str, list[Node]]) -> set[str | None]:
    """The ids of what a path from one of these leads to."""
    alive: set[str | None] = {n.get("id") for n in roots}
    open_ = [n.get("id") or "" for n in roots]
    while open_:
        name = open_.pop()
        for target in [f.get("targetRef") or "" for f in out.get(name, [])]:
            if target not in alive:
                alive.add(target)
                open_.append(target)
    return alive


def _begins(node: Node, into: dict[str, list[Node]]) -> bool:
    """Without start events, what no flow leads to begins with the scope (BPMN 2.0, 10.5.2)."""
    return not _needs_no_flow(node) and not into.get(node.get("id") or "")


def _needs_no_flow(node: Node) -> bool:
    return (
        local_name(node) in ("startEvent", "boundaryEvent")
        or is_event_subprocess(node)
        or is_true(node, "isForCompensation")
    )
