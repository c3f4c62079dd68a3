"""Brings what a diagram says elsewhere in the file to the element that it is said about.

A task or message event may name an operation of an interface instead of a message, and an event a
definition that stands at the top of the file. Works on the tree in place, before the gate looks at
it; what leads nowhere stays, and the gate refuses it.
"""

import copy

from engine.kernel.words import (
    EVENTS,
    Node,
    bpmn,
    child,
    children,
    local_name,
    local_reference,
    text_of,
)

_NAMES_MESSAGE = ("sendTask", "receiveTask", "messageEventDefinition")


def bring_here(root: Node, processes: tuple[Node, ...]) -> None:
    """Resolves references to other places of the file in these processes."""
    messages, shared = _messages_of_operations(root), _shared_definitions(root)
    for process in processes:
        for reference in list(process.iter(bpmn("eventDefinitionRef"))):
            _define(reference, shared.get(local_reference(text_of(reference)) or ""))
        for node in process.iter(*(bpmn(kind) for kind in _NAMES_MESSAGE)):
            message = messages.get(local_reference(_operation(node)) or "")
            if message and not node.get("messageRef"):
                node.set("messageRef", message)


def _shared_definitions(root: Node) -> dict[str, Node]:
    found = (n for n in children(root) if local_name(n).endswith("EventDefinition"))
    return {n.get("id") or "": n for n in found}


def _define(reference: Node, shared: Node | None) -> None:
    """The event gets a copy of its own, as if it were written there."""
    event = reference.getparent()
    if shared is None or event is None or local_name(event) not in EVENTS:
        return
    own = copy.deepcopy(shared)
    own.attrib.pop("id", "")
    own.tail = reference.tail
    event.replace(reference, own)


def _messages_of_operations(root: Node) -> dict[str, str]:
    """The message that an operation takes, by the operation's id."""
    operations = (o for i in children(root, "interface") for o in children(i, "operation"))
    return {o.get("id") or "": text_of(child(o, "inMessageRef")) for o in operations}


def _operation(node: Node) -> str | None:
    if local_name(node) == "messageEventDefinition":
        return text_of(child(node, "operationRef")) or None
    return node.get("operationRef")
