"""Message flows and the message events at their ends name one message."""

from collections.abc import Iterator
from itertools import combinations

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    children,
    event_definitions,
    event_kind,
    id_of,
    local_name,
    local_reference,
)

_CONTRADICTS = define(
    "pool/message-contradicts",
    "error",
    "A message flow carries the message that its ends send and take.",
    "消息流所载的消息须与其两端发送、接收的消息一致。",
)
_OTHER_NAME = define(
    "pool/message-labels",
    "warning",
    "An event takes one message, whatever the flows that lead to it are called.",
    "一个事件只接收一个消息，与指向它的各消息流名称无关。",
)

_ENDS = {"sourceRef": "sends", "targetRef": "takes"}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    flows = [f for c in children(subject.root, "collaboration") for f in children(c, "messageFlow")]
    if not flows:
        return
    said = _messages_of_nodes(subject)
    for flow in flows:
        yield from _agrees(flow, said, subject)
    yield from _labels(flows, said)


def _messages_of_nodes(subject: Subject) -> dict[str, frozenset[str]]:
    """By the id of a node that is executed: the names of the messages that it sends or takes."""
    found: dict[str, frozenset[str]] = {}
    for process in subject.processes:
        for node in process.iter():
            if local_name(node) in FLOW_NODES:
                names = (_name(subject, holder) for holder in (node, *_definitions(node)))
                found[node.get("id") or ""] = frozenset(name for name in names if name)
    return found


def _definitions(node: Node) -> list[Node]:
    return [d for d in event_definitions(node) if event_kind(d) == "message"]


def _name(subject: Subject, holder: Node) -> str | None:
    """By what a message is told apart: its name, and where it has none its id."""
    message = subject.named("message", holder.get("messageRef"))
    return None if message is None else message.get("name") or message.get("id")


def _agrees(flow: Node, said: dict[str, frozenset[str]], subject: Subject) -> Iterator[Finding]:
    carried = _name(subject, flow)
    sayings = [("the flow", "carries", frozenset({carried}))] if carried else []
    for reference, does in _ENDS.items():
        end = local_reference(flow.get(reference)) or ""
        if said.get(end):
            sayings.append((end, does, said[end]))
    for first, second in combinations(sayings, 2):
        if first[2].isdisjoint(second[2]):
            yield _CONTRADICTS.at(
                flow,
                f"{_told(first)}, but {_told(second)}",
                "let all of them refer to one message (messageRef)",
            )
            return


def _told(saying: tuple[str, str, frozenset[str]]) -> str:
    who, does, names = saying
    return f"{who} {does} {' or '.join(map(repr, sorted(names)))}"


def _labels(flows: list[Node], said: dict[str, frozenset[str]]) -> Iterator[Finding]:
    """Flows of other names that lead to an event which is called as one of them is."""
    for target, names in said.items():
        if len(names) != 1:
            continue
        [message] = names
        here = [f for f in flows if local_reference(f.get("targetRef")) == target]
        if message not in map(_label, here):
            continue
        for flow in here:
            label = _label(flow)
            told = flow.get("messageRef") or said.get(local_reference(flow.get("sourceRef")) or "")
            if label not in ("", message) and not told:
                yield _OTHER_NAME.at(
                    flow,
                    f"{target} takes {message!r} only; a message called {label!r} is not taken",
                    f"send it as {message!r}, or draw an event of its own for {id_of(flow)}",
                )


def _label(flow: Node) -> str:
    return (flow.get("name") or "").strip()
