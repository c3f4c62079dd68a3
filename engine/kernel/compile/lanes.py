"""Lanes: who works at an element. The deepest lane that lists the element wins."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.words import Node, bpmn, children, cl, text_of


@dataclass(frozen=True, slots=True)
class LaneWords:
    """Role and axis of a lane; a lane without our words gives its name as the role."""

    role: str | None
    axis: str | None


NOBODY = LaneWords(None, None)


def read_lanes(process: Node) -> dict[str, LaneWords]:
    """The lane of every listed element, by id."""
    found: dict[str, tuple[int, LaneWords]] = {}
    for depth, lane in _lanes(process):
        words = LaneWords(lane.get(cl("role")) or lane.get("name"), lane.get(cl("axis")))
        for reference in children(lane, "flowNodeRef"):
            name = text_of(reference)
            if name not in found or found[name][0] <= depth:
                found[name] = (depth, words)
    return {name: words for name, (_, words) in found.items()}


def _lanes(process: Node) -> Iterator[tuple[int, Node]]:
    """Every lane with how deep it lies."""
    for lane in process.iter(bpmn("lane")):
        depth = sum(1 for a in lane.iterancestors(bpmn("lane")))
        yield depth, lane


def lane_of(node: Node, lanes: dict[str, LaneWords]) -> LaneWords:
    """The lane of the element, else that of the sub-process around it."""
    name = node.get("id") or ""
    if name in lanes:
        return lanes[name]
    for around in node.iterancestors():
        name = around.get("id") or ""
        if name in lanes:
            return lanes[name]
    return NOBODY
