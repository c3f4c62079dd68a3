"""Links: a path is left at one and goes on at the other, as if a flow led there.

Links that are as they should be have become flows before (`engine.kernel.normalise`).
"""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.normalise import links
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject, incoming, outgoing
from engine.kernel.words import Node, event_definitions, event_kind, flow_nodes, local_name

_LINK = define(
    "event/link",
    "error",
    "A throwing link, which no flow leaves, has exactly one catching link of its name in the same scope, which no flow reaches.",  # noqa: E501 one sentence
    "抛出链接没有流出，且在同一范围内有且只有一个同名、没有流入的捕获链接。",
)
_THROW, _CATCH = "intermediateThrowEvent", "intermediateCatchEvent"


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for scope in subject.scopes():
        throws, catches = links(scope, _THROW), links(scope, _CATCH)
        left, reached = outgoing(scope), incoming(scope)
        for node in flow_nodes(scope):
            if "link" not in map(event_kind, event_definitions(node)):
                continue
            name, kind = _name(node), local_name(node)
            if kind not in (_THROW, _CATCH):
                yield _LINK.at(node, f"no {kind} can be a link", "draw the flow itself")
            elif not name:
                yield _LINK.at(node, "the link has no name", "give both ends the same name")
            elif kind == _THROW:
                yield from _thrown(node, left, catches.get(name, []))
            else:
                yield from _caught(node, reached, catches.get(name, []), throws.get(name, []))


def _name(node: Node) -> str:
    return next((d.get("name") or "" for d in event_definitions(node)), "")


def _thrown(node: Node, left: dict[str, list[Node]], partners: list[Node]) -> Iterator[Finding]:
    if left.get(node.get("id") or ""):
        yield _LINK.at(node, "a flow leaves the throwing link", "delete the flow, or the link")
    if len(partners) != 1:
        yield _LINK.at(
            node,
            f"{len(partners)} catching links here have the name {_name(node)!r}",
            "draw one that catches it, or draw the flow itself",
        )


def _caught(
    node: Node, reached: dict[str, list[Node]], alike: list[Node], partners: list[Node]
) -> Iterator[Finding]:
    if reached.get(node.get("id") or ""):
        yield _LINK.at(node, "a flow leads to the catching link", "delete the flow, or the link")
    if len(alike) > 1:
        yield _LINK.at(node, f"another one here is called {_name(node)!r}", "rename one of them")
    elif not partners:
        yield _LINK.at(
            node, f"nothing here throws the link {_name(node)!r}", "draw the flow itself"
        )
