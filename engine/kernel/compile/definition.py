"""One executable process as a `Definition`: bodies, flows, elements, clocks."""

from types import MappingProxyType

from engine.feel import Expression
from engine.kernel.compile.elements import Surroundings, read_element
from engine.kernel.compile.lanes import read_lanes
from engine.kernel.compile.model import Body, ClockSpec, Definition, Element, Flow
from engine.kernel.compile.reading import Reading
from engine.kernel.compile.timers import clock_names
from engine.kernel.words import (
    Node,
    child,
    cl,
    flow_nodes,
    flows,
    line_of,
    scopes,
    text_of,
)


def read_definition(process: Node, version: str, reading: Reading) -> Definition:
    """Reads one process; faults become findings of the reading."""
    name = process.get("id") or ""
    around = Surroundings(name, read_lanes(process), clock_names(process))
    elements: dict[str, Element] = {}
    bodies: dict[str, Body] = {}
    for scope in scopes(process):
        found = [read_element(node, scope, around, reading) for node in flow_nodes(scope)]
        elements |= {element.id: element for element in found}
        scope_id = scope.get("id") or ""
        bodies[scope_id] = Body(
            scope_id,
            tuple(element.id for element in found),
            tuple(_flow(flow, reading) for flow in flows(scope)),
        )
    return Definition(
        process_id=name,
        name=process.get("name"),
        version=version,
        profile=process.get(cl("profile")),
        clocks=_clocks(process, reading),
        elements=MappingProxyType(elements),
        bodies=MappingProxyType(bodies),
        file=reading.subject.file,
    )


def _flow(flow: Node, reading: Reading) -> Flow:
    return Flow(
        id=flow.get("id") or "",
        source=flow.get("sourceRef") or "",
        target=flow.get("targetRef") or "",
        condition=_condition(flow, reading),
        name=flow.get("name"),
    )


def _condition(flow: Node, reading: Reading) -> Expression | None:
    node = child(flow, "conditionExpression")
    if node is None or _is_default(flow):
        return None
    language = node.get("language")
    if language is not None and "feel" not in language.lower():
        reading.refuse(flow, f"its condition is written in {language}", "write it in FEEL")
        return None
    return reading.expression(flow, text_of(node), "the condition")


def _is_default(flow: Node) -> bool:
    """A default flow's condition is not evaluated; the gate has said so."""
    scope = flow.getparent()
    return scope is not None and any(
        n.get("id") == flow.get("sourceRef") and n.get("default") == flow.get("id") for n in scope
    )


def _clocks(process: Node, reading: Reading) -> tuple[ClockSpec, ...]:
    found = []
    for mark in reading.children(process, "clock", "name"):
        text = mark.get("limit")
        if text is not None and not text.startswith("="):
            text = '"' + text.replace('"', '\\"') + '"'
        limit = reading.optional_of(process, text, f"the limit of the clock {mark.get('name')}")
        found.append(ClockSpec(mark.get("name") or "", mark.get("stage"), limit, line_of(mark)))
    return tuple(found)
