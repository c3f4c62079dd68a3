"""A release that runs as before and tells which flows are taken.

The journal tells of elements only. So each flow is led through an event that does nothing; its id
begins with a sign that no XML id can begin with. Flows out of an event-based gateway stay as they
are, because what they lead to must follow the gateway at once: such a flow is taken when the event
behind it has come.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from engine.kernel.compile.model import Body, CompiledRelease, Definition, Element, Flow
from engine.kernel.player.trace import FLOW_SIGN
from engine.kernel.run.program import build_programs


def traced(model: CompiledRelease) -> CompiledRelease:
    """The same release, whose paths hold `~ID` where a token takes the flow ID."""
    definitions = {name: _traced(definition) for name, definition in model.definitions.items()}
    frozen = MappingProxyType(definitions)
    programs = MappingProxyType(build_programs(frozen))
    return replace(model, definitions=frozen, programs=programs)


def is_led_through(flow: Flow, elements: Mapping[str, Element]) -> bool:
    """Whether a flow is told of by an event of its own."""
    return elements[flow.source].kind != "eventBasedGateway"


def _traced(definition: Definition) -> Definition:
    elements = dict(definition.elements)
    bodies: dict[str, Body] = {}
    for name, body in definition.bodies.items():
        marks = {mark.id: mark for mark in _marks(body, definition.process_id, definition.elements)}
        elements |= marks
        flows = tuple(_halves(body, definition.elements))
        bodies[name] = replace(body, elements=(*body.elements, *marks), flows=flows)
    return replace(definition, elements=MappingProxyType(elements), bodies=MappingProxyType(bodies))


def _marks(body: Body, process: str, elements: Mapping[str, Element]) -> Iterator[Element]:
    for flow in body.flows:
        if is_led_through(flow, elements):
            yield Element(
                id=FLOW_SIGN + flow.id,
                kind="intermediateThrowEvent",
                process=process,
                scope=body.id,
            )


def _halves(body: Body, elements: Mapping[str, Element]) -> Iterator[Flow]:
    """The first half keeps id and condition, so that a default flow stays one."""
    for flow in body.flows:
        if not is_led_through(flow, elements):
            yield flow
            continue
        mark = FLOW_SIGN + flow.id
        yield replace(flow, target=mark)
        yield Flow(id=FLOW_SIGN + mark, source=mark, target=flow.target)
