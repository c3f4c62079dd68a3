"""A message flow tells which message is sent and taken where its ends name none.

Many drawings leave `messageRef` out and draw the flow between the pools instead; the specification
lets a flow stand for its message. Works on the tree in place, before the gate looks at it.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from engine.kernel.task_words import topic_of
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    bpmn,
    children,
    event_definitions,
    event_kind,
    extensions,
    local_name,
    local_reference,
)

_REFERENCE = "messageRef"


def name_messages(root: Node, processes: tuple[Node, ...]) -> None:
    """Gives the nameless ends of message flows in these processes the message of their flow."""
    drawn = [f for c in children(root, "collaboration") for f in children(c, "messageFlow")]
    if not drawn:
        return
    holders = _holders(processes)
    made = _Made(root, drawn)
    ends = {id(flow): list(_ends(flow, holders)) for flow in drawn}
    for _ in range(2):  # what one flow names, a flow drawn before it may need
        for flow in drawn:
            known = _known(flow, ends[id(flow)])
            for holder in ends[id(flow)] if known else ():
                _name(holder, known)
    for flow in drawn:
        nameless = [h for h in ends[id(flow)] if not h.get(_REFERENCE)]
        if nameless:
            message = _known(flow, ends[id(flow)]) or made.message_of(flow)
            for holder in nameless:
                _name(holder, message)


def _ends(flow: Node, holders: dict[str, Node]) -> Iterator[Node]:
    """What sends at the beginning and what takes at the end.

    What a receive task takes is not told by a flow that leaves it, nor what is sent by one that
    reaches a send task.
    """
    for end, other_way in (("sourceRef", "receiveTask"), ("targetRef", "sendTask")):
        holder = holders.get(local_reference(flow.get(end)) or "")
        if holder is not None and local_name(holder) != other_way:
            yield holder


def _known(flow: Node, holders: list[Node]) -> str | None:
    """The message that an end names, else the flow itself."""
    named = (holder.get(_REFERENCE) for holder in holders)
    return next((name for name in named if name), None) or flow.get(_REFERENCE)


def _name(holder: Node, message: str | None) -> None:
    if not holder.get(_REFERENCE):
        holder.set(_REFERENCE, message or "")


def _holders(processes: tuple[Node, ...]) -> dict[str, Node]:
    """By the id of what a message flow can end at: the element that has its `messageRef`."""
    found: dict[str, Node] = {}
    for process in processes:
        for node in process.iter():
            if local_name(node) in FLOW_NODES and node.get("id"):
                holder = _holder(node)
                if holder is not None:
                    found[node.get("id") or ""] = holder
    return found


def _holder(node: Node) -> Node | None:
    kind = local_name(node)
    if kind == "receiveTask":
        return node
    if kind == "sendTask":
        notice = next(extensions(node, "notify"), None)
        return node if topic_of(node) is None and notice is None else None
    definitions = event_definitions(node)
    messages = [d for d in definitions if event_kind(d) == "message"]
    return messages[0] if len(messages) == 1 else None


class _Made:
    """The messages that stand nowhere in the file but are drawn."""

    def __init__(self, root: Node, drawn: list[Node]) -> None:
        self._root = root
        self._ids = {n.get("id") for n in root.iter() if n.get("id")}
        self._names = Counter(m.get("name") for m in children(root, "message"))
        self._names.update(flow.get("name") for flow in drawn)

    def message_of(self, flow: Node) -> str:
        """The id of a new message, called as the flow is where that name stands once."""
        name, flow_id = (flow.get("name") or "").strip(), flow.get("id") or "message_flow"
        message = etree.SubElement(self._root, bpmn("message"))
        message.set("id", self._free(f"message_of_{flow_id}"))
        message.set("name", name if name and self._names[flow.get("name")] == 1 else flow_id)
        return message.get("id") or ""

    def _free(self, wanted: str) -> str:
        name = wanted
        while name in self._ids:
            name += "_"
        self._ids.add(name)
        return name
