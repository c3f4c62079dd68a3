"""What an event catches or throws, and who may send it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from engine.feel import Expression
from engine.kernel.compile.constants import CONDITION, used_as
from engine.kernel.compile.model import Assign, Element, Output
from engine.kernel.compile.outputs import read_outputs
from engine.kernel.compile.reading import Reading, words
from engine.kernel.compile.timers import read_timer
from engine.kernel.vendors import feel_of, zeebe
from engine.kernel.words import (
    CATCHING,
    Node,
    child,
    cl,
    event_definitions,
    event_kind,
    is_event_subprocess,
    is_true,
    local_name,
    local_reference,
    text_of,
)

_WRITING = frozenset({"message", "signal"})


def read_event(node: Node, scope: Node, clocks: frozenset[str], reading: Reading) -> dict[str, Any]:
    """The fields of an element that is an event."""
    kind = local_name(node)
    fields: dict[str, Any] = {"outcome": node.get(cl("outcome"))}
    if kind in CATCHING:
        fields |= _roles(node, reading, opens=opens_cases(node, scope))
    if kind == "boundaryEvent":
        fields["attached_to"] = node.get("attachedToRef")
        fields["interrupting"] = is_true(node, "cancelActivity", default=True)
    if kind == "startEvent" and is_event_subprocess(scope):
        fields["interrupting"] = is_true(node, "isInterrupting", default=True)
    definitions = event_definitions(node)
    if definitions:
        fields |= _definition(node, definitions[0], clocks, reading)
    fields |= _demands(node, scope, fields, reading)
    if kind in CATCHING:
        opens = opens_cases(node, scope)
        fields["outputs"] = _outputs(node, fields.get("event"), reading, opens=opens)
    if fields.get("event") is None and kind == "intermediateCatchEvent":
        fields["kind"] = "intermediateThrowEvent"  # the catching half of a link is only passed
    return fields


def _demands(node: Node, scope: Node, fields: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """What a message event asks of who sends: a reason, and one at a time."""
    demands: dict[str, Any] = {}
    if node.get(cl("reasonRequired")) is not None:
        demands["reason_required"] = _reason(node, fields, reading)
    if node.get(cl("single")) is not None:
        demands["single"] = _single(node, scope, fields, reading)
    return demands


def _reason(node: Node, fields: dict[str, Any], reading: Reading) -> frozenset[str]:
    """Whether the sender of the message says why."""
    if fields.get("event") != "message" or node.get(cl("reasonRequired")) != "*":
        way_out = 'a message event has it as cl:reasonRequired="*"'
        reading.refuse(node, "cl:reasonRequired means nothing here", way_out)
    return frozenset({"*"})


def _single(node: Node, scope: Node, fields: dict[str, Any], reading: Reading) -> str | None:
    """The event sub-process that is not begun again while it is open."""
    if node.get(cl("single")) not in ("true", "false"):
        reading.refuse(node, f"cl:single={node.get(cl('single'))!r}", "write true or false")
    if fields.get("event") != "message" or fields.get("interrupting", True):
        way_out = "write it on the non-interrupting message start of an event sub-process"
        reading.refuse(node, "cl:single means nothing here", way_out)
    return scope.get("id") if node.get(cl("single")) == "true" else None


def with_further_events(
    element: Element, node: Node, clocks: frozenset[str], reading: Reading
) -> Element:
    """An event with several definitions: the element again by each of the further ones."""
    further = event_definitions(node)[1:]
    if not further:
        return element
    # each of them knows whether all are waited for
    element = replace(element, parallel_multiple=is_true(node, "parallelMultiple"))
    cleared: dict[str, Any] = dict.fromkeys(_OF_DEFINITIONS)
    bare = replace(element, **cleared)
    found = (replace(bare, **_definition(node, d, clocks, reading)) for d in further)
    return replace(element, also=tuple(found))


_OF_DEFINITIONS = (
    "compensates",
    "condition",
    "correlation_key",
    "error_code",
    "escalation_code",
    "handler",
    "message",
    "signal",
    "timer",
)


def opens_cases(node: Node, scope: Node) -> bool:
    """Whether a case begins here: a start event of the process itself."""
    return local_name(node) == "startEvent" and local_name(scope) == "process"


def _roles(node: Node, reading: Reading, *, opens: bool) -> dict[str, Any]:
    """Who may open or send: words; who may open also as FEEL over what is reported."""
    found = reading.text_or_expression(node, node.get(cl("role")), "cl:role")
    if found is None or isinstance(found, str):
        return {"roles": words(found)}
    if not opens:
        reading.refuse(
            node,
            "cl:role is an expression, and only the start event of a process reads one",
            "write the roles with spaces between",
        )
    return {"opens": found}


def _outputs(node: Node, event: str | None, reading: Reading, *, opens: bool) -> tuple[Output, ...]:
    """What the opener or sender may write; no other event brings values along."""
    found = read_outputs(node, (), reading)
    if found and event not in _WRITING and not (opens and event is None):
        reading.refuse(
            node,
            f"a {event or 'plain'} event writes nothing: cl:output {found[0].name}",
            "declare it where it is written, on the task or the message event",
        )
    return found


def _definition(
    node: Node, definition: Node, clocks: frozenset[str], reading: Reading
) -> dict[str, Any]:
    kind = event_kind(definition)
    fields: dict[str, Any] = {"event": kind}
    if kind == "timer":
        fields["timer"] = read_timer(node, definition, clocks, reading)
    elif kind in _READERS:
        fields |= _READERS[kind](node, definition, reading)
    if local_name(node) not in CATCHING:
        fields["payload"] = _payload(node, reading)
    return fields


def _message(node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    return {
        "message": _named(definition, "message", "messageRef", "name", reading),
        "correlation_key": key_of(node, definition, reading),
    }


def key_of(node: Node, holder: Node, reading: Reading) -> Expression | None:
    """The key by which a message is waited for: our own word, or that of Zeebe's subscription.

    Where a message opens a case there is nothing yet that a key could be compared with.
    """
    kind, scope = local_name(node), node.getparent()
    waits = kind in CATCHING or kind == "receiveTask"
    message = reading.subject.named("message", holder.get("messageRef"))
    if node.get(cl("key")) is not None or message is None or not waits:
        return reading.optional(node, "key")
    if scope is not None and opens_cases(node, scope):
        return None
    text = feel_of(zeebe(message, "subscription", "correlationKey"))
    return reading.optional_of(node, text, f"the key of the message {message.get('id')}")


def _signal(_node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    return {"signal": _named(definition, "signal", "signalRef", "name", reading)}


def _condition(node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    text = text_of(child(definition, "condition"))
    what = "the condition"
    written = reading.expression(node, text, what)
    return {"condition": used_as(CONDITION, node, written, what, reading)}


def _error(_node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    return {"error_code": _named(definition, "error", "errorRef", "errorCode", reading)}


def _escalation(_node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    code = _named(definition, "escalation", "escalationRef", "escalationCode", reading)
    return {"escalation_code": code}


def _compensation(node: Node, definition: Node, reading: Reading) -> dict[str, Any]:
    return {
        "handler": reading.subject.handler_of(node),
        "compensates": local_reference(definition.get("activityRef")),
    }


_READERS: dict[str, Callable[[Node, Node, Reading], dict[str, Any]]] = {
    "message": _message,
    "signal": _signal,
    "conditional": _condition,
    "error": _error,
    "escalation": _escalation,
    "compensate": _compensation,
}


def _named(
    definition: Node, kind: str, reference: str, wanted: str, reading: Reading
) -> str | None:
    found = reading.subject.named(kind, definition.get(reference))
    return None if found is None else found.get(wanted) or None


def _payload(node: Node, reading: Reading) -> tuple[Assign, ...]:
    """The values that a thrown event carries: `cl:in` children."""
    found = []
    for mark in reading.children(node, "in", "name", "value"):
        value = reading.expression(node, mark.get("value"), f"cl:in {mark.get('name')}")
        if value is not None:
            found.append(Assign(mark.get("name") or "", value))
    return tuple(found)
