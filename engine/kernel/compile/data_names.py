"""Which field of the case document a drawn datum stands for: that of its name, else of its id.

A loop may name its list as BPMN does (a data input, fed by an association) or as a vendor does (an
attribute with a name, bare or in braces).
"""

import re
from collections.abc import Iterator

from engine.kernel.rules.subject import Subject
from engine.kernel.vendors import LOOPING_VENDORS
from engine.kernel.words import (
    Node,
    child,
    children,
    local_reference,
    text_of,
)

_NAME = re.compile(r"[#$]\{\s*(?P<braced>[^\W\d][\w.]*)\s*\}|=?\s*(?P<bare>[^\W\d][\w.]*)")


def name_of_datum(activity: Node, reference: str, subject: Subject) -> str:
    """The field that a data reference of an activity stands for.

    Associations and references are followed to where they end, or to where they turn in a circle.
    """
    wanted, seen = local_reference(reference.strip()) or "", set[str]()
    sources = dict(reversed(list(_associated(activity))))  # the first one wins
    while wanted not in seen:
        seen.add(wanted)
        datum = subject.datum(wanted)
        name = None if datum is None else datum.get("name")
        further = sources.get(wanted)
        if further is None and datum is not None and not name:
            further = local_reference(datum.get("dataObjectRef"))
        if not further:
            return name or wanted
        wanted = further
    return wanted


def _associated(activity: Node) -> Iterator[tuple[str, str]]:
    """Target and source of each association of inputs."""
    for association in children(activity, "dataInputAssociation"):
        target = text_of(child(association, "targetRef"))
        source = text_of(child(association, "sourceRef"))
        if source and source != target:
            yield target, source


def vendor_word(loop: Node, word: str) -> str | None:
    """A vendor's attribute of a loop; None where no vendor we understand has written it."""
    found = (loop.get(f"{{{vendor}}}{word}") for vendor in sorted(LOOPING_VENDORS))
    return next((value for value in found if value), None)


def plain_name(text: str) -> str | None:
    """The name in `name`, `${name}` or `#{name}`; None for anything that would be computed."""
    match = _NAME.fullmatch(text.strip())
    return None if match is None else match["braced"] or match["bare"]
