"""One executable process as a `Definition`: bodies, flows, elements, clocks."""

from types import MappingProxyType
from typing import TypeAlias

from engine.feel import Expression
from engine.kernel.compile.constants import CONDITION, used_as
from engine.kernel.compile.correlation import read_correlations
from engine.kernel.compile.elements import Surroundings, read_element
from engine.kernel.compile.lanes import read_lanes
from engine.kernel.compile.model import Body, ClockSpec, Definition, Element, Flow
from engine.kernel.compile.reading import Reading
from engine.kernel.compile.timers import clock_names
from engine.kernel.rules.languages import is_feel
from engine.kernel.words import (
    FLOW_NODES,
    Node,
    child,
    cl,
    flow_nodes,
    flows,
    is_true,
    line_of,
    local_name,
    scopes,
    text_of,
)


def read_definition(process: Node, version: str, reading: Reading) -> Definition:
    """Reads one process; faults become findings of the reading."""
    name = process.get("id") or ""
    ids = frozenset(n.get("id") or "" for n in process.iter() if local_name(n) in FLOW_NODES)
    around = Surroundings(
        process=name,
        lanes=read_lanes(process),
        clocks=clock_names(process),
        correlations=read_correlations(process, reading),
        openers=_openers(process),
        nodes=ids,
    )
    elements: dict[str, Element] = {}
    bodies: dict[str, Body] = {}
    for scope in scopes(process):
        found = [read_element(node, scope, around, reading) for node in flow_nodes(scope)]
        elements |= {element.id: element for element in found}
        scope_id = scope.get("id") or ""
        defaults = {(n.get("id"), n.get("default")) for n in flow_nodes(scope)}
        bodies[scope_id] = Body(
            scope_id,
            tuple(element.id for element in found),
            tuple(_flow(flow, defaults, reading) for flow in flows(scope)),
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


def _openers(process: Node) -> frozenset[str]:
    """Its start events, what instantiates, and the events behind a gateway that does."""
    nodes = {n.get("id") or "": n for n in flow_nodes(process)}
    begun = {name for name, node in nodes.items() if is_true(node, "instantiate")}
    gates = {name for name in begun if local_name(nodes[name]) == "eventBasedGateway"}
    behind = {f.get("targetRef") or "" for f in flows(process) if f.get("sourceRef") in gates}
    starts = {name for name, node in nodes.items() if local_name(node) == "startEvent"}
    return frozenset(starts | begun | behind)


_Defaults: TypeAlias = set[tuple[str | None, str | None]]


def _flow(flow: Node, defaults: _Defaults, reading: Reading) -> Flow:
    return Flow(
        id=flow.get("id") or "",
        source=flow.get("sourceRef") or "",
        target=flow.get("targetRef") or "",
        condition=_condition(flow, defaults, reading),
        name=flow.get("name"),
    )


def _condition(flow: Node, defaults: _Defaults, reading: Reading) -> Expression | None:
    """A default flow's condition is not evaluated; that and other languages the gate has named."""
    node = child(flow, "conditionExpression")
    if node is None or (flow.get("sourceRef"), flow.get("id")) in defaults:
        return None
    if not is_feel(node.get("language") or "FEEL"):
        return None
    what = "the condition"
    written = reading.expression(flow, text_of(node), what)
    return used_as(CONDITION, flow, written, what, reading)


def _clocks(process: Node, reading: Reading) -> tuple[ClockSpec, ...]:
    found = []
    for mark in reading.children(process, "clock", "name"):
        text = mark.get("limit")
        if text is not None and not text.startswith("="):
            text = '"' + text.replace('"', '\\"') + '"'
        limit = reading.optional_of(process, text, f"the limit of the clock {mark.get('name')}")
        found.append(ClockSpec(mark.get("name") or "", mark.get("stage"), limit, line_of(mark)))
    return tuple(found)
