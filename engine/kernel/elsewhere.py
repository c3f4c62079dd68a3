"""Brings what a diagram says elsewhere in the file to the element that it is said about.

A task or message event may name an operation of an interface instead of a message, and an event a
definition that stands at the top of the file. Works on the tree in place, before the gate looks at
it; what leads nowhere stays, and the gate refuses it.
"""

import copy
from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.source_size import NODES_LIMIT, SIZE, SIZE_LIMIT
from engine.kernel.task_words import operation_of
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


def bring_here(root: Node, processes: tuple[Node, ...]) -> Finding | None:
    """Resolves references to other places of the file in these processes.

    A definition is written out for every event that refers to it; where that would make the file
    larger than one may be, nothing is, and the finding says so.
    """
    messages, shared = _messages_of_operations(root), _shared_definitions(root)
    references = [r for p in processes for r in p.iter(bpmn("eventDefinitionRef"))]
    told = [(r, shared.get(local_reference(text_of(r)) or "")) for r in references]
    meant = [(reference, found) for reference, found in told if found is not None]
    refused = _too_large([found for _, found in meant])
    if refused is not None:
        return refused
    for reference, found in meant:
        _define(reference, found)
    for process in processes:
        for node in process.iter(*(bpmn(kind) for kind in _NAMES_MESSAGE)):
            message = messages.get(local_reference(operation_of(node)) or "")
            if message and not node.get("messageRef"):
                node.set("messageRef", message)
    return None


def _too_large(copies: list[Node]) -> Finding | None:
    """Says at which shared definition the file has become too large; each is measured once."""
    measured: dict[Node, tuple[int, int]] = {}
    nodes = size = 0
    for shared in copies:
        if shared not in measured:
            parts = list(shared.iter())
            measured[shared] = len(parts), sum(map(len, _texts(parts)))
        nodes, size = nodes + measured[shared][0], size + measured[shared][1]
        if nodes > NODES_LIMIT or size > SIZE_LIMIT:
            return SIZE.at(
                shared,
                f"written out for each event that refers to it, {len(copies)} references become "
                f"more than {NODES_LIMIT} elements or {SIZE_LIMIT} characters",
                "make it smaller, or draw several diagrams",
            )
    return None


def _texts(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        yield from (str(value) for value in (*node.attrib.values(), node.text, node.tail) if value)


def _shared_definitions(root: Node) -> dict[str, Node]:
    found = (n for n in children(root) if local_name(n).endswith("EventDefinition"))
    return {n.get("id") or "": n for n in found}


def _define(reference: Node, shared: Node) -> None:
    """The event gets a copy of its own, as if it were written there."""
    event = reference.getparent()
    if event is None or local_name(event) not in EVENTS:
        return
    own = copy.deepcopy(shared)
    own.attrib.pop("id", "")
    own.tail = reference.tail
    event.replace(reference, own)


def _messages_of_operations(root: Node) -> dict[str, str]:
    """The message that an operation takes, by the operation's id."""
    operations = (o for i in children(root, "interface") for o in children(i, "operation"))
    return {o.get("id") or "": text_of(child(o, "inMessageRef")) for o in operations}
