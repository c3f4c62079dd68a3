"""What can be read in two ways: the engine does one of them, and the gate says which."""

from collections.abc import Iterable, Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, outgoing
from engine.kernel.words import (
    Node,
    children,
    cl,
    event_definitions,
    event_kind,
    flow_nodes,
    id_of,
    is_event_subprocess,
    local_name,
)

_TWICE = define(
    "event/ambiguous",
    "warning",
    "Of two events at one place that catch the same, only the first ever gets it.",
    "同一位置捕获相同内容的两个事件，只有第一个会收到。",
)
_SAME_START = define(
    "event/same-start",
    "error",
    "A message begins a process by one start event.",
    "一个消息只能由流程的一个开始事件接收。",
)
_NAME = define(
    "event/message-name",
    "warning",
    "Messages of one name are one message: a sender gives the name only.",
    "同名的消息是同一个消息，发送方只给出名称。",
)

#: What one event gets and no other: by the word that refers to it, and what of that counts.
_ONE_GETS = {
    "message": ("messageRef", "name"),
    "error": ("errorRef", "errorCode"),
    "escalation": ("escalationRef", "escalationCode"),
}
_Caught = tuple[str, str | None, str | None]


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    yield from _names(subject)
    for process in subject.processes:
        yield from _openings(process, subject)
    for scope in subject.scopes():
        nodes = {n.get("id") or "": n for n in flow_nodes(scope)}
        yield from _beside(_starts(nodes.values()), subject)
        attached = _attached(nodes.values())
        for host in sorted(attached.keys() & nodes.keys()):
            yield from _beside([nodes[host], *attached[host]], subject)
        for name, flows in outgoing(scope).items():
            if name in nodes and local_name(nodes[name]) == "eventBasedGateway":
                targets = (nodes.get(flow.get("targetRef") or "") for flow in flows)
                yield from _beside([t for t in targets if t is not None], subject)


def _names(subject: Subject) -> Iterator[Finding]:
    seen: dict[str, Node] = {}
    for message in children(subject.root, "message"):
        first = seen.setdefault(message.get("name") or "", message)
        if first is not message and message.get("name"):
            yield _NAME.at(
                message,
                f"the message {id_of(first)} is called {message.get('name')!r} too",
                "let both events refer to one message, or rename one",
            )


def _openings(process: Node, subject: Subject) -> Iterator[Finding]:
    """A message that two start events of a process wait for would begin neither."""
    seen: dict[str, Node] = {}
    for node in flow_nodes(process):
        if local_name(node) != "startEvent":
            continue
        for kind, name, _ in _caught(node, subject):
            if kind != "message" or not name:
                continue
            first = seen.setdefault(name, node)
            if first is not node:
                yield _SAME_START.at(
                    node,
                    f"{id_of(first)} begins by the message {name!r} already",
                    "begin both ways at one start event, or give this one another message",
                )


def _starts(nodes: Iterable[Node]) -> list[Node]:
    """The starts of the event sub-processes of a scope."""
    inside = (inner for n in nodes if is_event_subprocess(n) for inner in flow_nodes(n))
    return [inner for inner in inside if local_name(inner) == "startEvent"]


def _attached(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """The boundary events of a scope by the activity they are attached to."""
    found: dict[str, list[Node]] = {}
    for node in nodes:
        host = node.get("attachedToRef")
        if host:
            found.setdefault(host, []).append(node)
    return found


def _beside(nodes: Iterable[Node], subject: Subject) -> Iterator[Finding]:
    """Events that wait at one place."""
    seen: dict[_Caught, Node] = {}
    for node in nodes:
        for caught in _caught(node, subject):
            first = seen.setdefault(caught, node)
            if first is not node:
                kind, name, _ = caught
                what = f"the {kind} {name!r}" if name else f"every {kind}"
                message = f"{id_of(first)} catches {what} already, so this one never comes"
                yield _TWICE.at(node, message, "keep one of them, or let them catch different ones")


def _caught(node: Node, subject: Subject) -> Iterator[_Caught]:
    """What of that which only one event gets a node catches, told apart by its key."""
    key = node.get(cl("key"))
    if local_name(node) == "receiveTask":
        holders = [("message", node)] if node.get("messageRef") else []
    else:
        holders = [(event_kind(definition), definition) for definition in event_definitions(node)]
    for kind, holder in holders:
        if kind in _ONE_GETS:
            reference, word = _ONE_GETS[kind]
            found = subject.named(kind, holder.get(reference))
            yield kind, None if found is None else found.get(word) or None, key
