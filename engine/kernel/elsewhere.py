"""Brings what a diagram says elsewhere in the file to the element that it is said about.

A task or message event may name an operation of an interface instead of a message. Works on the
tree in place, before the gate looks at it; what leads nowhere stays, and the gate refuses it.
"""

from engine.kernel.words import Node, bpmn, child, children, local_name, local_reference, text_of

_NAMES_MESSAGE = ("sendTask", "receiveTask", "messageEventDefinition")


def bring_here(root: Node, processes: tuple[Node, ...]) -> None:
    """Resolves references to other places of the file in these processes."""
    messages = _messages_of_operations(root)
    for process in processes:
        for node in process.iter(*(bpmn(kind) for kind in _NAMES_MESSAGE)):
            message = messages.get(local_reference(_operation(node)) or "")
            if message and not node.get("messageRef"):
                node.set("messageRef", message)


def _messages_of_operations(root: Node) -> dict[str, str]:
    """The message that an operation takes, by the operation's id."""
    operations = (o for i in children(root, "interface") for o in children(i, "operation"))
    return {o.get("id") or "": text_of(child(o, "inMessageRef")) for o in operations}


def _operation(node: Node) -> str | None:
    if local_name(node) == "messageEventDefinition":
        return text_of(child(node, "operationRef")) or None
    return node.get("operationRef")
