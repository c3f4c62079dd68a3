"""What a gateway says of its direction, against the flows that are drawn."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import GATEWAYS, Node, flow_nodes, local_name

_DIRECTION = define(
    "gateway/direction",
    "error",
    "A converging gateway has one way out, a diverging one has one way in.",
    "汇聚网关只有一条流出，分支网关只有一条流入。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        into, out = incoming(scope), outgoing(scope)
        for node in flow_nodes(scope):
            if local_name(node) in GATEWAYS:
                name = node.get("id") or ""
                yield from _one(node, len(into.get(name, [])), len(out.get(name, [])))


def _one(node: Node, ways_in: int, ways_out: int) -> Iterator[Finding]:
    direction = node.get("gatewayDirection")
    if direction == "Converging" and ways_out > 1:
        yield _DIRECTION.at(
            node, f"it is converging and has {ways_out} ways out", _way_out("Diverging", ways_in)
        )
    elif direction == "Diverging" and ways_in > 1:
        yield _DIRECTION.at(
            node, f"it is diverging and has {ways_in} ways in", _way_out("Converging", ways_out)
        )


def _way_out(other: str, ways: int) -> str:
    better = "Mixed" if ways > 1 else other
    return f'write gatewayDirection="{better}", or leave it out'
