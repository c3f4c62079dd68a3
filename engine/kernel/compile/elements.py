"""One flow node of a diagram as an `Element`: standard attributes first, then our own words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from engine.domain.acts import AXIS_OF_ACT
from engine.feel import Expression
from engine.kernel.compile.correlation import Correlations
from engine.kernel.compile.events import key_of, opens_cases, read_event, with_further_events
from engine.kernel.compile.lanes import LaneWords, lane_of
from engine.kernel.compile.loops import read_loop
from engine.kernel.compile.model import Assign, Element, Notify, Separation
from engine.kernel.compile.outputs import listed, read_outputs
from engine.kernel.compile.reading import Reading, clock_marks, words
from engine.kernel.task_words import called_of, decision_of, job_topic, result_of
from engine.kernel.vendors import feel_of, zeebe
from engine.kernel.words import (
    ACTIVITIES,
    EVENTS,
    Node,
    child,
    cl,
    extensions,
    is_event_subprocess,
    is_true,
    line_of,
    local_name,
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an element needs to know of its process."""

    process: str
    lanes: dict[str, LaneWords]
    clocks: frozenset[str]
    correlations: Correlations
    #: ids of what an instance of the process can begin by
    openers: frozenset[str]
    #: ids of all flow nodes, also those inside sub-processes
    nodes: frozenset[str]


def read_element(node: Node, scope: Node, around: Surroundings, reading: Reading) -> Element:
    """Reads one flow node; faults become findings, and what could be read is kept."""
    kind = local_name(node)
    lane = lane_of(node, around.lanes)
    fields: dict[str, Any] = {
        "id": node.get("id") or "",
        "kind": "eventSubProcess" if is_event_subprocess(node) else kind,
        "process": around.process,
        "name": node.get("name"),
        "line": line_of(node),
        "scope": scope.get("id") or "",
        "role": _role(node, kind, reading),
        "axis": node.get(cl("axis")) or lane.axis,
        "act": _act(node, scope, reading),
        "stage": node.get(cl("stage")),
        "default": node.get("default"),
        "instantiates": is_true(node, "instantiate"),
    }
    fields["role"] = fields["role"] or lane.role
    fields["flows_to"] = reading.subject.message_targets(node.get("id") or "")
    if kind in EVENTS:
        fields |= read_event(node, scope, around.clocks, reading)
    if kind in ACTIVITIES:
        fields["loop"] = read_loop(node, reading)
        fields["for_compensation"] = is_true(node, "isForCompensation")
    reader = _READERS.get(kind)
    if reader is not None:
        fields |= reader(node, around, reading)
    element = _correlated(Element(**fields), around)
    if kind not in EVENTS:
        return element
    whole = with_further_events(element, node, around.clocks, reading)
    return replace(whole, also=tuple(_correlated(e, around) for e in whole.also))


def _correlated(element: Element, around: Surroundings) -> Element:
    """With what its message must have in common with the case; our own key comes first.

    Where an instance begins there is nothing yet to have in common.
    """
    if element.correlation_key is not None or element.id in around.openers:
        return element
    return replace(element, correlations=around.correlations.get(element.message or "", ()))


def _act(node: Node, scope: Node, reading: Reading) -> Expression | str | None:
    """The act; separation counts it, so only what opens a case may work it out."""
    found = reading.text_or_expression(node, node.get(cl("act")), "cl:act")
    if found is None or isinstance(found, str) or opens_cases(node, scope):
        return found
    reading.refuse(
        node,
        "cl:act is an expression, and only the start event of a process reads one",
        "write the act itself; draw one step for each of several acts",
    )
    return None


def _role(node: Node, kind: str, reading: Reading) -> Expression | str | None:
    """The element's own role; on an event the word names who may open or send, read there."""
    if kind in EVENTS:
        return None
    return reading.text_or_expression(node, node.get(cl("role")), "cl:role")


def _user_task(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    marks = {
        "starts_clock": clock_marks(node.get(cl("startsClock"))),
        "stops_clock": clock_marks(node.get(cl("stopsClock"))),
    }
    outcomes = words(node.get(cl("outcomes")))
    reasons = frozenset(words(node.get(cl("reasonRequired"))))
    _check_clocks(node, marks, outcomes, around, reading)
    for outcome in sorted(reasons - {"*"} - set(outcomes)):
        reading.refuse(
            node, f"cl:reasonRequired names {outcome!r}, which is no outcome", listed(outcomes)
        )
    return {
        **marks,
        "unit": reading.optional(node, "unit"),
        "duty_grid": reading.optional(node, "dutyGrid"),
        "outcomes": outcomes,
        "reason_required": reasons,
        "outputs": read_outputs(node, outcomes, reading),
        "separation": _separation(node, around, reading),
        "form": node.get(cl("form")),
    }


def _separation(node: Node, around: Surroundings, reading: Reading) -> tuple[Separation, ...]:
    """Further pairs: each names an act or an element of the process, so that no slip lifts it."""
    found = []
    for mark in extensions(node, "separation"):
        named = [name for name in (mark.get("from"), mark.get("same")) if name is not None]
        if not named:
            reading.refuse(node, "cl:separation names nobody", 'write from="…" or same="…"')
        for name in named:
            if name not in around.nodes and name not in AXIS_OF_ACT:
                way_out = "name an act, or the id of a task or message event of this process"
                reading.refuse(node, f"cl:separation: {name!r} is not there", way_out)
        found.append(Separation(mark.get("from"), mark.get("same")))
    return tuple(found)


def _check_clocks(
    node: Node,
    marks: Mapping[str, tuple[tuple[str, str | None], ...]],
    outcomes: tuple[str, ...],
    around: Surroundings,
    reading: Reading,
) -> None:
    for clock, outcome in (pair for pairs in marks.values() for pair in pairs):
        if clock not in around.clocks:
            reading.refuse(
                node, f"the process has no clock {clock!r}", listed(sorted(around.clocks))
            )
        if outcome is not None and outcome not in outcomes:
            reading.refuse(node, f"{clock}@{outcome}: no such outcome", listed(outcomes))


def _job(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    inputs = {a.name: a.value for a in assigns(node, "in", reading)}
    return {
        "topic": job_topic(node),
        "inputs": MappingProxyType(inputs),
        "outputs": read_outputs(node, (), reading),
        "notify": _notify(node, reading),
    }


def _send(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    job = _job(node, around, reading)
    if job["topic"] is None and job["notify"] is None:
        job |= {"message": message_name(node, reading), "payload": assigns(node, "in", reading)}
    return job


def _notify(node: Node, reading: Reading) -> Notify | None:
    for mark in reading.children(node, "notify", "to"):
        values = {
            name: reading.text_or_expression(node, mark.get(name), f"cl:notify {name}")
            for name in ("to", "message", "level", "needsReply")
        }
        return Notify(
            to=values["to"] or "",
            message=values["message"],
            level=values["level"],
            needs_reply=_flag(values["needsReply"], node, reading),
        )
    return None


def _flag(value: Any, node: Node, reading: Reading) -> Any:
    """A literal `true` or `false` is FEEL as well."""
    return reading.expression(node, value, "needsReply") if value in ("true", "false") else value


def assigns(node: Node, word: str, reading: Reading) -> tuple[Assign, ...]:
    """The `cl:assign`, `cl:in` or `cl:out` children, in their order."""
    found = []
    for mark in reading.children(node, word, "name", "value"):
        name = mark.get("name") or ""
        value = reading.expression(node, mark.get("value"), f"cl:{word} {name}")
        if value is not None:
            found.append(Assign(name, value))
    return tuple(found)


def message_name(node: Node, reading: Reading) -> str | None:
    """The name of the message that a task refers to."""
    found = reading.subject.named("message", node.get("messageRef"))
    return None if found is None else found.get("name")


def _receive(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    return {
        "message": message_name(node, reading) or node.get("id"),
        "correlation_key": key_of(node, node, reading),
        "roles": words(node.get(cl("role"))),
        "outputs": read_outputs(node, (), reading),
    }


def _script(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    name = zeebe(node, "script", "resultVariable")
    if name is None:
        return {"assigns": assigns(node, "assign", reading)}
    text = feel_of(zeebe(node, "script", "expression"))
    value = reading.expression(node, text, "the expression of its script")
    return {"assigns": () if value is None else (Assign(name, value),)}


def _rule(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    if job_topic(node) is not None:
        return _job(node, around, reading)
    return {"decision": decision_of(node), "result": result_of(node)}


def _call(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    return {
        "called": called_of(node),
        "maps_in": assigns(node, "in", reading),
        "maps_out": assigns(node, "out", reading),
    }


def _event_subprocess(node: Node, around: Surroundings, reading: Reading) -> dict[str, Any]:
    start = child(node, "startEvent") if is_event_subprocess(node) else None
    if start is None:
        return {}
    return {"interrupting": is_true(start, "isInterrupting", default=True)}


_READERS: dict[str, Callable[[Node, Surroundings, Reading], dict[str, Any]]] = {
    "userTask": _user_task,
    "serviceTask": _job,
    "sendTask": _send,
    "receiveTask": _receive,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "callActivity": _call,
    "subProcess": _event_subprocess,
}
