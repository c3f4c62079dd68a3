"""Acts of an axis are done by people: separation counts who did them (`design.md` §5)."""

from collections.abc import Iterator

from engine.domain.acts import AXIS_OF_ACT
from engine.domain.people import Axis
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    Node,
    cl,
    event_definitions,
    event_kind,
    is_done_by_somebody,
    local_name,
)

_NOBODY = define(
    "word/act-of-nobody",
    "error",
    "An act of supervision, command or handling stands where a person does it.",
    "监督、指挥、处置的行为须由人完成，不得写在自动步骤上。",
)
#: 综合评价 is worked out as well as judged (`domain.md` §9).
_AUTOMATIC = "evaluate"


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for node in subject.nodes():
        act = (node.get(cl("act")) or "").strip()
        of_an_axis = AXIS_OF_ACT.get(act, Axis.NONE) is not Axis.NONE
        if of_an_axis and act != _AUTOMATIC and not _is_by_somebody(node):
            yield _NOBODY.at(
                node,
                f"nobody does {act!r} here: the step goes by itself, or by a machine",
                "write cl:act on a user task, or on an event by whose message somebody acts",
            )


def _is_by_somebody(node: Node) -> bool:
    events = {event_kind(definition) for definition in event_definitions(node)}
    return is_done_by_somebody(local_name(node), events)
