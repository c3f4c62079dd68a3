"""Ways out that fit: what is proposed instead of a vendor's word is read where that word stands."""

import re

from engine.kernel.rules.vocabulary import ATTRIBUTES, CHILDREN
from engine.kernel.words import Node, local_name

_WORD = re.compile(r"cl:(\w+)")
_DATA = frozenset({"in", "out", "output", "result", "assign"})
#: Where a word of ours stands when it has no place on the element itself.
_ELSEWHERE = {
    "topic": "a service task with cl:topic",
    "decision": "a business rule task with cl:decision",
    "key": "cl:key on the element that waits for the message",
    "collection": "a loop with cl:collection",
    "item": "a loop with cl:item",
}


def fitting(instead: str, node: Node) -> str:
    """The way out with those of its words that this element may have, or where they stand."""
    if not instead.startswith("cl:"):
        return instead
    kind = local_name(node)
    known = ATTRIBUTES.get(kind, frozenset()) | frozenset(CHILDREN.get(kind, ()))
    named = _WORD.findall(instead.partition(", or ")[0])
    if known.issuperset(named):
        return instead
    writes = next((word for word in ("output", "out", "assign") if word in known), "")
    meant = [writes if word in _DATA - known else word for word in named]
    words = dict.fromkeys(word for word in meant if word in known)
    if words:
        return " and ".join(f"cl:{word}" for word in words)
    return _ELSEWHERE.get(named[0], "a script task with cl:assign")
