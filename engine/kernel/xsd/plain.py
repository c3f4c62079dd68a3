"""Brings a tree that was judged into the plain form that all later readers expect.

Values are written the usual way (`true` for `1`, no blanks around a reference and no prefix
before it), and BPMN elements
that stand where they mean nothing (in extension elements, documentation, scripts, or inside
elements of other vendors) lose their BPMN name, so that nobody takes them for steps.
"""

from engine.kernel.words import BPMN, INTERNAL, Node, imported_prefixes, local_name, namespace_of
from engine.kernel.xsd.values import plain
from engine.kernel.xsd.walk import places

_OPEN = frozenset({"extensionElements", "documentation", "text", "script"})


def make_plain(root: Node) -> None:
    """Works on the tree in place; attributes and text keep what they say."""
    ids = frozenset(node.get("id") for node in root.iter())
    elsewhere = imported_prefixes(root)
    for place in places(root):
        known = place.type.attributes if place.type is not None else {}
        for name, attribute in known.items():
            text = place.node.get(name)
            if text is None:
                continue
            value = plain(attribute.type, text)
            if attribute.type == "xsd:QName" and value not in ids:
                prefix, _, local = value.rpartition(":")
                local = value if prefix in elsewhere else local
                value = local if local in ids else value
            if value != text:
                place.node.set(name, value)
    stack = [(root, False)]
    while stack:
        node, hidden = stack.pop()
        if hidden and local_name(node):
            node.tag = f"{{{INTERNAL}}}{local_name(node)}"
        inside = hidden or _is_open(node)
        stack.extend((child, inside) for child in node)


def _is_open(node: Node) -> bool:
    space = namespace_of(node.tag)
    return local_name(node) in _OPEN or space not in ("", BPMN)
