"""Which field of the case document a drawn datum stands for: that of its name, else of its id.

A loop may name its list as BPMN does (a data input, fed by an association) or as a vendor does (an
attribute with a name, bare or in braces).
"""

import re

from engine.kernel.words import (
    LOOPING_VENDORS,
    Node,
    child,
    children,
    local_name,
    local_reference,
    text_of,
)

_NAME = re.compile(r"[#$]\{\s*(?P<braced>[^\W\d][\w.]*)\s*\}|=?\s*(?P<bare>[^\W\d][\w.]*)")
_DATA = frozenset({"dataInput", "dataObject", "dataObjectReference", "property"})


def name_of_datum(activity: Node, reference: str) -> str:
    """The field that a data reference of an activity stands for."""
    wanted = local_reference(reference.strip()) or ""
    for association in children(activity, "dataInputAssociation"):
        if text_of(child(association, "targetRef")) == wanted:
            source = text_of(child(association, "sourceRef"))
            if source and source != wanted:
                return name_of_datum(activity, source)
    datum = next((n for n in _everything(activity) if n.get("id") == wanted), None)
    if datum is None:
        return wanted
    aimed = datum.get("dataObjectRef")
    if aimed and not datum.get("name"):
        return name_of_datum(activity, aimed)
    return datum.get("name") or wanted


def _everything(activity: Node) -> list[Node]:
    root = activity.getroottree().getroot()
    return [node for node in root.iter() if local_name(node) in _DATA]


def vendor_word(loop: Node, word: str) -> str | None:
    """A vendor's attribute of a loop; None where no vendor we understand has written it."""
    found = (loop.get(f"{{{vendor}}}{word}") for vendor in sorted(LOOPING_VENDORS))
    return next((value for value in found if value), None)


def plain_name(text: str) -> str | None:
    """The name in `name`, `${name}` or `#{name}`; None for anything that would be computed."""
    match = _NAME.fullmatch(text.strip())
    return None if match is None else match["braced"] or match["bare"]
