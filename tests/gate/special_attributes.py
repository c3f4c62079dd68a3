"""Diagrams of attributes that need more around their element than its row has."""

from engine.kernel.bpmn_table import ELEMENTS
from tests.gate.by_hand import HAND
from tests.gate.sketches import ACTIVITIES, ASK, IT, UNDONE, beside, path, undo_thrown
from tests.kernel.drawing import diagram, flows, message, process, shape, signal, start, user


def _undoing(kind: str) -> bytes:
    """An activity of this kind undoes another."""
    inside, attributes = ACTIVITIES[kind]
    handler = shape(kind, "undo", inside, isForCompensation="true", **attributes)
    called = process("inner", start("s"))
    undone = UNDONE + handler + shape("association", "a", sourceRef="undone", targetRef="undo")
    return diagram(called, process("p", *ASK, undone))


def _directed(kind: str) -> bytes:
    """A gateway that says the opposite of what is drawn."""
    drawn = HAND[kind] if kind in ("exclusiveGateway", "inclusiveGateway") else _fork(kind)
    return drawn.replace(b'id="it"', b'id="it" gatewayDirection="Converging"', 1)


def _fork(kind: str) -> bytes:
    receivers = "".join(shape("receiveTask", n, messageRef="message_m") for n in "ab")
    ways = flows("start > it > a", "it > b")
    return diagram(process("p", start(), shape(kind, IT), receivers, ways))


_BOTH = message("m") + signal("s")
#: Attributes that need a diagram of their own.
SPECIAL: dict[str, bytes] = {
    "subProcess@triggeredByEvent": beside(
        shape("subProcess", IT, start("s", message("m")), triggeredByEvent="true")
    ),
    "transaction@triggeredByEvent": path("transaction", start("inside"), triggeredByEvent="true"),
    "compensateEventDefinition@waitForCompletion": undo_thrown('waitForCompletion="false"'),
    "compensateEventDefinition@activityRef": undo_thrown('activityRef="ask"'),
    **{
        f"{kind}@gatewayDirection": _directed(kind) for kind in ELEMENTS if kind.endswith("Gateway")
    },
    "receiveTask@instantiate": diagram(
        process("p", shape("receiveTask", IT, messageRef="message_m", instantiate="true"))
    ),
    "eventBasedGateway@instantiate": diagram(
        process(
            "p",
            shape("eventBasedGateway", IT, instantiate="true"),
            shape("receiveTask", "r", messageRef="message_m"),
            shape("receiveTask", "other", messageRef="message_n"),
            flows("it > r", "it > other"),
        )
    ),
    "boundaryEvent@parallelMultiple": beside(
        shape("boundaryEvent", IT, _BOTH, attachedToRef="ask", parallelMultiple="true")
    ),
    "startEvent@parallelMultiple": diagram(
        process("p", start(IT, _BOTH, parallelMultiple="true"), user("ask"), flows("it > ask"))
    ),
    "intermediateCatchEvent@parallelMultiple": path(
        "intermediateCatchEvent", _BOTH, parallelMultiple="true"
    ),
    **{f"{kind}@isForCompensation": _undoing(kind) for kind in ACTIVITIES},
}
