"""Event gateways: what they can wait for."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import (
    Node,
    event_definitions,
    event_kind,
    flow_nodes,
    is_repeated,
    is_true,
    local_name,
)

_EVENTS = define(
    "gateway/event-targets",
    "error",
    "Behind an event gateway stand two or more catching events, or receive tasks instead of message events, with one way in.",  # noqa: E501 one sentence
    "事件网关之后须有两个以上的捕获事件（消息事件与接收任务不可并用），且各只有一条流入。",
)
_LEAST = 2
_CATCHES = frozenset({"message", "signal", "timer", "conditional"})


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        into, out = incoming(scope), outgoing(scope)
        nodes = {n.get("id") or "": n for n in flow_nodes(scope)}
        hosts = {n.get("attachedToRef") for n in nodes.values()}
        for name, node in nodes.items():
            if local_name(node) == "eventBasedGateway":
                yield from _event_gateway(node, nodes, hosts, into, out.get(name, []))


def _event_gateway(
    node: Node,
    nodes: dict[str, Node],
    hosts: set[str | None],
    into: dict[str, list[Node]],
    leaving: list[Node],
) -> Iterator[Finding]:
    if node.get("eventGatewayType", "Exclusive") != "Exclusive":
        yield _EVENTS.at(node, "it waits for all its events", "only Exclusive is executed")
    if len(leaving) < _LEAST:
        yield _EVENTS.at(
            node,
            "fewer than two events stand behind it",
            "draw the events it waits for, or leave the gateway out",
        )
    named = [nodes.get(flow.get("targetRef") or "") for flow in leaving]
    targets = [target for target in named if target is not None]
    tasks = [target for target in targets if local_name(target) == "receiveTask"]
    if tasks and any("message" in _kinds(target) for target in targets):
        message = f"it has message events and the receive task {tasks[0].get('id')} behind it"
        yield _EVENTS.at(node, message, "draw only message events, or only receive tasks")
    for target in targets:
        if not _is_catch(target):
            yield _EVENTS.at(
                target,
                f"the event gateway {node.get('id')} cannot wait for it",
                "message, signal, timer or a receive task",
            )
        elif target.get("id") in hosts:
            yield _EVENTS.at(target, "boundary events are attached to it", "remove them")
        elif len(into.get(target.get("id") or "", [])) > 1:
            yield _EVENTS.at(
                target, f"more flows than that of {node.get('id')} lead here", "draw it twice"
            )


def _kinds(node: Node) -> list[str]:
    return [event_kind(d) for d in event_definitions(node)]


def _is_catch(node: Node) -> bool:
    if local_name(node) == "receiveTask":
        return not is_repeated(node)
    kinds = _kinds(node)
    waits = _CATCHES.issuperset(kinds) and not is_true(node, "parallelMultiple")
    return local_name(node) == "intermediateCatchEvent" and waits
