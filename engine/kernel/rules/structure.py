"""Structure: ids, known elements, one way in, everything reachable."""

import re
from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    children,
    cl,
    event_definitions,
    flow_nodes,
    is_event_subprocess,
    is_true,
    local_name,
)

_NCNAME = re.compile(r"[^\W\d][\w.\-]*")
#: BPMN elements inside a process that say nothing about execution.
_PASSIVE = frozenset(
    {
        "association",
        "auditing",
        "categoryValueRef",
        "documentation",
        "extensionElements",
        "group",
        "incoming",
        "ioBinding",
        "laneSet",
        "monitoring",
        "outgoing",
        "sequenceFlow",
        "supportedInterfaceRef",
        "supports",
        "textAnnotation",
    }
)
#: Elements that other families judge.
_JUDGED = frozenset(
    {
        "correlationSubscription",
        "dataInputAssociation",
        "dataObject",
        "dataObjectReference",
        "dataOutputAssociation",
        "dataStoreReference",
        "ioSpecification",
        "multiInstanceLoopCharacteristics",
        "performer",
        "potentialOwner",
        "property",
        "resourceRole",
        "standardLoopCharacteristics",
        "humanPerformer",
        "completionCondition",
    }
)

_MISSING_ID = define(
    "structure/missing-id", "error", "Every element needs an id.", "每个元素都要有 id。"
)
_NAME = define(
    "structure/id-is-no-name",
    "error",
    "An id is a name as XML knows it: no spaces and no signs but _ - and the full stop.",
    "id 须为 XML 名称，不含空格和其他符号。",
)
_DUPLICATE = define("structure/duplicate-id", "error", "Ids are unique.", "id 不得重复。")
_UNKNOWN = define(
    "structure/unknown-element",
    "error",
    "An element that the engine does not know cannot be executed.",
    "引擎不认识的元素无法执行。",
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
_QUANTITY = define(
    "structure/quantity",
    "error",
    "startQuantity and completionQuantity other than 1 are not executed.",
    "不支持 1 以外的 startQuantity 和 completionQuantity。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    yield from _ids(subject)
    for scope in subject.scopes():
        yield from _known(scope)
        yield from _ways_in(scope)
        yield from _reached(scope)
    for node in subject.nodes():
        for name in ("startQuantity", "completionQuantity"):
            if node.get(name, "1") != "1":
                yield _QUANTITY.at(node, f"{name} is {node.get(name)}", "leave it at 1")


def _ids(subject: Subject) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for process in subject.processes:
        for node in process.iter():
            if local_name(node) not in FLOW_NODES | {"process", "sequenceFlow", "lane"}:
                continue
            name = node.get("id")
            if not name:
                kind = local_name(node)
                yield _MISSING_ID.at(node, f"this {kind} has no id", "give it a readable id")
            elif not _NCNAME.fullmatch(name):
                yield _NAME.at(node, "its id is no XML name", "use letters, digits, _ - and .")
            elif name in seen:
                line = seen[name].sourceline
                yield _DUPLICATE.at(node, f"the id stands already in line {line}", "rename one")
            else:
                seen[name] = node


def _known(scope: Node) -> Iterator[Finding]:
    for node in children(scope):
        name = local_name(node)
        if name not in FLOW_NODES | _PASSIVE | _JUDGED:
            yield _UNKNOWN.at(node, f"<{name}> cannot be executed", "draw it in another way")


def _ways_in(scope: Node) -> Iterator[Finding]:
    if local_name(scope) == "adHocSubProcess":
        return
    starts = [n for n in flow_nodes(scope) if local_name(n) == "startEvent"]
    plain = [n for n in starts if not event_definitions(n)]
    if not starts and scope.get(cl("profile")) == "case":
        yield _NO_START.at(scope, "a case has no start event", "draw one; it says who reports what")
    elif not starts and not any(_begins(n, incoming(scope)) for n in flow_nodes(scope)):
        yield _NO_START.at(scope, "there is no start event", "draw one start event")
    for node in plain[1:]:
        yield _STARTS.at(
            node,
            f"{plain[0].get('id')} is already the start without an event",
            "join the ways in one start event, or give this one a message",
        )


def _reached(scope: Node) -> Iterator[Finding]:
    into, out = incoming(scope), outgoing(scope)
    nodes = [n for n in flow_nodes(scope) if n.get("id")]
    implicit = all(local_name(n) != "startEvent" for n in nodes)
    roots = [n for n in nodes if _needs_no_flow(n) or (implicit and _begins(n, into))]
    for node in nodes:
        if node not in roots and not into.get(node.get("id") or ""):
            yield _UNREACHED.at(node, "no flow leads here", "connect it, or delete it")
    alive = {n.get("id") for n in roots}
    open_ = [n.get("id") or "" for n in roots]
    while open_:
        name = open_.pop()
        for target in [f.get("targetRef") or "" for f in out.get(name, [])]:
            if target not in alive:
                alive.add(target)
                open_.append(target)
    for node in nodes:
        if node.get("id") not in alive and into.get(node.get("id") or ""):
            yield _ISLAND.at(node, "no path from a start leads here", "connect it, or delete it")


def _begins(node: Node, into: dict[str, list[Node]]) -> bool:
    """Without start events, what no flow leads to begins with the scope (BPMN 2.0, 10.5.2)."""
    return not _needs_no_flow(node) and not into.get(node.get("id") or "")


def _needs_no_flow(node: Node) -> bool:
    return (
        local_name(node) in ("startEvent", "boundaryEvent")
        or is_event_subprocess(node)
        or is_true(node, "isForCompensation")
    )
