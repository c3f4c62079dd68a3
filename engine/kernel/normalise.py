"""Brings a diagram into one shape: every flow has an id, links have become flows.

Order is document order; the drawing is never looked at. Works on the tree in place.
"""

from collections import Counter
from typing import Any

from lxml import etree

from engine.kernel.words import (
    INTERNAL,
    Node,
    bpmn,
    child,
    event_definitions,
    event_kind,
    flows,
    line_of,
    local_name,
    scopes,
)

LINK_MARK = f"{{{INTERNAL}}}link"


def normalise(*processes: Node) -> None:
    """Normalises processes of one file with everything inside them."""
    found = [scope for process in processes for scope in scopes(process)]
    for scope in found:
        _join_links(scope)
    nameless = [flow for scope in found for flow in flows(scope) if not flow.get("id")]
    if nameless:
        _name_flows(nameless)


def _name_flows(nameless: list[Node]) -> None:
    """Gives flows without id one that depends on nothing but their ends and their order."""
    root = nameless[0].getroottree().getroot()
    taken = {n.get("id") for n in root.iter() if n.get("id")}
    counts: Counter[str] = Counter()
    for flow in nameless:
        stem = f"flow_{flow.get('sourceRef')}_{flow.get('targetRef')}"
        name = stem
        while name in taken:
            counts[stem] += 1
            name = f"{stem}_{counts[stem] + 1}"
        taken.add(name)
        flow.set("id", name)


def _join_links(scope: Node) -> None:
    """A throwing link leads to the one catching link of its name in the same scope.

    Links that have no single partner, or that a flow leaves or reaches on the wrong side, stay as
    they are, and the gate refuses them.
    """
    throws, catches = links(scope, "intermediateThrowEvent"), links(scope, "intermediateCatchEvent")
    left = {flow.get("sourceRef") for flow in flows(scope)}
    reached = {flow.get("targetRef") for flow in flows(scope)}
    for name, sources in throws.items():
        targets = catches.get(name, [])
        if not name or len(targets) != 1 or targets[0].get("id") in reached:
            continue
        for source in sources:
            if source.get("id") not in left:
                _join(source, targets[0], scope)


def _join(source: Node, target: Node, scope: Node) -> None:
    _unlink(target)
    _unlink(source)
    flow = etree.SubElement(scope, bpmn("sequenceFlow"))
    flow.set("id", f"link_{source.get('id')}_{target.get('id')}")
    flow.set("sourceRef", source.get("id") or "")
    flow.set("targetRef", target.get("id") or "")
    _put_in_line(flow, line_of(source))


def links(scope: Node, kind: str) -> dict[str, list[Node]]:
    """The links of a scope that are not joined, by their name."""
    found: dict[str, list[Node]] = {}
    for node in scope:
        if local_name(node) != kind:
            continue
        definitions = event_definitions(node)
        if len(definitions) == 1 and event_kind(definitions[0]) == "link":
            found.setdefault(definitions[0].get("name") or "", []).append(node)
    return found


def _unlink(node: Node) -> None:
    """The event becomes one without a definition: a token passes it."""
    definition = child(node, "linkEventDefinition")
    if definition is not None:
        node.remove(definition)
    node.set(LINK_MARK, "true")


def _put_in_line(flow: Any, line: int) -> None:
    """A made flow stands where the link was thrown."""
    flow.sourceline = line
