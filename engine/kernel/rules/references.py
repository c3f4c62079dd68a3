"""What a diagram says twice: lanes and nodes name elements and flows that must be there."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    bpmn,
    children,
    flow_nodes,
    flows,
    id_of,
    local_name,
    local_reference,
    text_of,
)

_LANE = define(
    "structure/lane-reference",
    "warning",
    "A lane lists elements of its process, each of which is in one lane.",
    "泳道所列元素须在本流程中，且只属于一个泳道。",
)
_FLOW = define(
    "structure/flow-reference",
    "warning",
    "What a node says of its flows agrees with the flows, which alone count.",
    "节点所列的流入流出须与顺序流一致，以顺序流为准。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        yield from _lanes(process)
    for scope in subject.scopes():
        yield from _flows(scope)


def _lanes(process: Node) -> Iterator[Finding]:
    names = {n.get("id") for n in process.iter() if local_name(n) in FLOW_NODES}
    owners: dict[tuple[str, int], Node] = {}
    for lane in process.iter(bpmn("lane")):
        depth = sum(1 for _ in lane.iterancestors(bpmn("lane")))
        for reference in children(lane, "flowNodeRef"):
            name = local_reference(text_of(reference)) or ""
            other = owners.setdefault((name, depth), lane)
            if other is not lane:
                message = f"{name} stands in the lane {id_of(other)} already; this one counts"
                yield _LANE.at(lane, message, "leave it in one of them")
            if name not in names:
                yield _LANE.at(
                    lane,
                    f"it lists {text_of(reference)[:60]!r}, which is no element of the process",
                    "remove it from the lane",
                )


def _flows(scope: Node) -> Iterator[Finding]:
    ends = {f.get("id"): (f.get("sourceRef"), f.get("targetRef")) for f in flows(scope)}
    for node in flow_nodes(scope):
        for kind, end in (("outgoing", 0), ("incoming", 1)):
            for reference in children(node, kind):
                name = local_reference(text_of(reference))
                if ends.get(name, (None, None))[end] != node.get("id"):
                    yield _FLOW.at(
                        node,
                        f"its {kind} {text_of(reference)[:60]!r} is no such flow",
                        "correct the flow, or save the diagram with a BPMN tool",
                    )
