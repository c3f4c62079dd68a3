"""Compensation: who undoes what, and that it can be reached."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    ACTIVITIES,
    Node,
    bpmn,
    child,
    event_definitions,
    event_kind,
    flow_nodes,
    flows,
    id_of,
    is_event_subprocess,
    is_repeated,
    is_true,
    local_name,
    local_reference,
)

_HANDLER = define(
    "compensation/handler",
    "error",
    "An activity has one compensation boundary event, with one activity for compensation and no flow.",  # noqa: E501 one sentence
    "一个活动至多一个补偿边界事件，该事件须关联一个补偿活动，且没有流出。",
)
_ACTIVITY = define(
    "compensation/activity",
    "error",
    "An activity for compensation stands beside the flows and belongs to one boundary event.",
    "补偿活动不接顺序流，且属于一个补偿边界事件。",
)
_THROW = define(
    "compensation/throw",
    "error",
    "What throws compensation names an activity of its scope that can be undone, and waits for it.",
    "抛出补偿须指明本范围内可补偿的活动，并等待其完成。",
)
_REPEATED = define(
    "compensation/repeated",
    "error",
    "What is done inside a repeated sub-process cannot be undone from outside.",
    "循环子流程内部的活动不能从外部补偿。",
)
_START = define(
    "compensation/start",
    "error",
    "A compensation start event stands in the one event sub-process that undoes a sub-process.",
    "补偿开始事件只能位于子流程内唯一的补偿事件子流程。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        ways = _Ways(
            {n.get("id") or "": n for n in flow_nodes(scope)},
            {f.get(end) for f in flows(scope) for end in ("sourceRef", "targetRef")},
            Counter(subject.handler_of(b) for b in _boundaries(scope)),
        )
        yield from _hosts(scope)
        yield from _several_undo(scope)
        for node in flow_nodes(scope):
            yield from _activity(node, ways)
            for definition in event_definitions(node):
                if event_kind(definition) == "compensate":
                    yield from _compensation(node, definition, scope, ways, subject)


@dataclass(frozen=True, slots=True)
class _Ways:
    """What a scope holds, looked up once."""

    nodes: dict[str, Node]
    #: ids that a flow leaves or reaches
    connected: set[str | None]
    #: how many compensation boundary events each handler has
    owners: Counter[str | None]


def _compensation(
    node: Node, definition: Node, scope: Node, ways: _Ways, subject: Subject
) -> Iterator[Finding]:
    kind = local_name(node)
    if kind == "boundaryEvent":
        yield from _boundary(node, ways, subject.handler_of(node))
    elif kind == "startEvent":
        around = scope.getparent()
        if around is None or local_name(around) not in ("subProcess", "transaction"):
            yield _START.at(node, "nothing would ever undo the process", "delete it")
    else:
        yield from _throw(node, definition, scope)


def _hosts(scope: Node) -> Iterator[Finding]:
    """Of two compensation boundary events on one activity only one would ever be heard."""
    first: dict[str, str] = {}
    for event in _boundaries(scope):
        host = event.get("attachedToRef") or ""
        other = first.setdefault(host, id_of(event))
        if other != id_of(event):
            yield _HANDLER.at(
                event,
                f"{host} has the compensation boundary event {other} already",
                "let one of them lead to a sub-process for compensation that does both",
            )


def _boundary(node: Node, ways: _Ways, wanted: str | None) -> Iterator[Finding]:
    handler = ways.nodes.get(wanted or "")
    if handler is None or handler.get("isForCompensation") != "true":
        yield _HANDLER.at(
            node,
            "it is associated with no activity for compensation",
            'draw an association to an activity with isForCompensation="true"',
        )
    if node.get("id") in ways.connected:
        yield _HANDLER.at(node, "a flow leaves it", "use an association, not a flow")


def _activity(node: Node, ways: _Ways) -> Iterator[Finding]:
    if not is_true(node, "isForCompensation"):
        if is_repeated(node) and local_name(node) in _INSIDE and _can_be_undone(node):
            yield _REPEATED.at(
                node, "its inside has compensation", "attach the compensation to the loop itself"
            )
        return
    name = node.get("id") or ""
    if name in ways.connected:
        yield _ACTIVITY.at(node, "a flow leads here or leaves it", "delete the flow")
    if ways.owners[name] != 1:
        yield _ACTIVITY.at(
            node,
            f"{ways.owners[name]} boundary events are associated with it",
            "draw an association from one compensation boundary event",
        )


_INSIDE = ("subProcess", "transaction")


def _boundaries(scope: Node) -> list[Node]:
    events = [n for n in flow_nodes(scope) if local_name(n) == "boundaryEvent"]
    return [n for n in events if child(n, "compensateEventDefinition") is not None]


def _throw(node: Node, definition: Node, scope: Node) -> Iterator[Finding]:
    if definition.get("waitForCompletion") in ("false", "0"):
        yield _THROW.at(node, "it does not wait", 'leave waitForCompletion at "true"')
    name = local_reference(definition.get("activityRef"))
    around = scope.getparent() if is_event_subprocess(scope) else None
    scopes = [scope] if around is None else [scope, around]
    found = [n for within in scopes for n in flow_nodes(within)]
    activities = [n for n in found if local_name(n) in ACTIVITIES and n is not scope]
    wanted = [n for n in activities if name in (None, n.get("id"))]
    compensated = {b.get("attachedToRef") for within in scopes for b in _boundaries(within)}
    if not any(n.get("id") in compensated or _can_be_undone(n) for n in wanted):
        what = "no activity of its scope" if name is None else f"activityRef {name!r} names nothing"
        yield _THROW.at(
            node,
            f"{what} that can be undone",
            "attach a compensation boundary event to the activity",
        )


def _can_be_undone(node: Node) -> bool:
    """Whether something inside a sub-process can be undone: throwing is none of it."""
    caught = (d.getparent() for d in node.iter(bpmn("compensateEventDefinition")))
    return local_name(node) in _INSIDE and any(_catches(e, node) for e in caught if e is not None)


def _catches(event: Node, around: Node) -> bool:
    """An event sub-process that undoes is not undone itself."""
    kind = local_name(event)
    return kind == "boundaryEvent" or (kind == "startEvent" and event.getparent() is not around)


def _several_undo(scope: Node) -> Iterator[Finding]:
    undoing = [node for node in flow_nodes(scope) if _undoes(node)]
    for further in undoing[1:]:
        yield _START.at(
            further,
            f"{undoing[0].get('id')} undoes {scope.get('id')} already",
            "draw all that undoes it in one of them",
        )


def _undoes(node: Node) -> bool:
    """A compensation event sub-process."""
    if not is_event_subprocess(node):
        return False
    starts = (n for n in flow_nodes(node) if local_name(n) == "startEvent")
    return any(child(start, "compensateEventDefinition") is not None for start in starts)
