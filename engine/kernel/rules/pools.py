"""Pools: each stands for a process that is there, and messages flow between them, not inside."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    Node,
    children,
    event_definitions,
    event_kind,
    is_event_subprocess,
    local_name,
    local_reference,
)

_PROCESS = define(
    "pool/process-ref",
    "error",
    "A pool is empty, or stands for a process of the file or of one that it imports.",
    "泳池可为空，或对应本文件或所导入文件中的流程。",
)
_MESSAGE = define(
    "pool/message-flow",
    "error",
    "A message flows from one pool to another, between pools, activities and message events.",
    "消息流须连接两个不同的泳池，两端为泳池、活动或消息事件。",
)

#: Which events a message may leave, and which it may reach.
_LEAVES = frozenset({"endEvent", "intermediateThrowEvent"})
_REACHES = frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"})


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    collaborations = list(children(subject.root, "collaboration"))
    if not collaborations:
        return
    drawn = _read(subject, collaborations)
    for pool in drawn.pools.values():
        name = pool.get("processRef")
        if name and drawn.process_of(pool) is None and not drawn.is_elsewhere(pool, name):
            yield _PROCESS.at(
                pool,
                f"its processRef {name!r} is no process of this file",
                "correct it, or leave it out: a pool may be empty",
            )
    for collaboration in collaborations:
        for flow in children(collaboration, "messageFlow"):
            yield from _carries(flow, drawn)
            yield from _flow(flow, drawn)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a message flow can end at, looked up once."""

    subject: Subject
    pools: dict[str, Node]
    #: every node of every process, with its process
    nodes: dict[str, tuple[Node, Node]]
    processes: dict[str, Node]
    #: namespaces of other files
    imported: frozenset[str]

    def process_of(self, pool: Node) -> Node | None:
        """The process that a pool stands for."""
        return self.processes.get(local_reference(pool.get("processRef")) or "")

    def is_elsewhere(self, node: Node, reference: str) -> bool:
        """Whether a qualified name points into a file that this one imports."""
        prefix = reference.rpartition(":")[0]
        space = node.nsmap.get(prefix) if prefix else None
        return space in self.imported and space != self.subject.root.get("targetNamespace")


def _read(subject: Subject, collaborations: list[Node]) -> _Drawn:
    processes = list(children(subject.root, "process"))
    return _Drawn(
        subject,
        {p.get("id") or "": p for c in collaborations for p in children(c, "participant")},
        {
            n.get("id") or "": (n, process)
            for process in processes
            for n in process.iter()
            if local_name(n) in FLOW_NODES
        },
        {p.get("id") or "": p for p in processes},
        frozenset(i.get("namespace") or "" for i in children(subject.root, "import")),
    )


def _carries(flow: Node, drawn: _Drawn) -> Iterator[Finding]:
    name = flow.get("messageRef")
    if not name or drawn.is_elsewhere(flow, name):
        return
    if drawn.subject.named("message", name) is None:
        message = f"messageRef {name!r} names no message of this file"
        yield _MESSAGE.at(flow, message, "choose a message of the file, or leave it out")


def _flow(flow: Node, drawn: _Drawn) -> Iterator[Finding]:
    owners = []
    for end in ("sourceRef", "targetRef"):
        reference = flow.get(end) or ""
        name = local_reference(reference) or ""
        if name in drawn.pools:
            owners.append(_owner(drawn.pools[name], drawn))
        elif name in drawn.nodes:
            node, process = drawn.nodes[name]
            owners.append(process)
            if process in drawn.subject.processes:
                yield from _end(flow, end, node)
        elif not drawn.is_elsewhere(flow, reference):
            yield _MESSAGE.at(
                flow,
                f"{end} {reference!r} is no pool, activity or event of this file",
                "connect both ends, or delete it",
            )
    if len(owners) > 1 and owners[0] is owners[1]:
        yield _MESSAGE.at(
            flow, "both its ends are in one pool", "draw a sequence flow, or throw a message"
        )


def _owner(pool: Node, drawn: _Drawn) -> Node:
    """The process of a pool; the pool itself where its inside is not drawn."""
    process = drawn.process_of(pool)
    return pool if process is None else process


def _end(flow: Node, end: str, node: Node) -> Iterator[Finding]:
    kind, name = local_name(node), node.get("id")
    if kind in ACTIVITIES and not is_event_subprocess(node):
        return
    if kind not in EVENTS:
        message = f"a message cannot flow to or from {name}, a {kind}"
        yield _MESSAGE.at(flow, message, "connect it with an activity, a message event or a pool")
        return
    allowed, word = (_LEAVES, "leave") if end == "sourceRef" else (_REACHES, "reach")
    if kind not in allowed:
        way_out = "turn the flow round, or choose another event"
        yield _MESSAGE.at(flow, f"a message cannot {word} {name}, a {kind}", way_out)
    elif "message" not in {event_kind(d) for d in event_definitions(node)}:
        yield _MESSAGE.at(
            flow, f"{name} is no message event, so the message would be lost", "make it one"
        )
