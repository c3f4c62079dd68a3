"""A diagram for each kind of event in each position where one could be drawn."""

from collections.abc import Callable

from tests.kernel.drawing import (
    TERMINATE,
    diagram,
    error,
    escalation,
    flows,
    message,
    process,
    shape,
    signal,
    start,
    timer,
    user,
)

_LINK = "<linkEventDefinition name='away'/>"
KINDS: dict[str, str] = {
    "none": "",
    "message": message("m"),
    "timer": timer(),
    "conditional": "<conditionalEventDefinition><condition>a = 1</condition>"
    "</conditionalEventDefinition>",
    "signal": signal("s"),
    "error": error("E"),
    "escalation": escalation("E"),
    "compensate": "<compensateEventDefinition/>",
    "cancel": "<cancelEventDefinition/>",
    "link": _LINK,
    "terminate": TERMINATE,
}
_UNDO = (
    shape("boundaryEvent", "undone", "<compensateEventDefinition/>", attachedToRef="ask")
    + user("undo", isForCompensation="true")
    + shape("association", "a", sourceRef="undone", targetRef="undo")
)
_ASK = start() + user("ask") + flows("start > ask")


def _process_start(event: str) -> bytes:
    return diagram(process("p", start("it", event), user("ask"), flows("it > ask")))


def _sub_start(event: str) -> bytes:
    inside = start("it", event) + user("inside") + flows("it > inside")
    outer = start() + shape("subProcess", "sub", inside) + flows("start > sub")
    return diagram(process("p", outer))


def _event_sub(event: str, interrupting: str) -> bytes:
    begin = start("it", event, isInterrupting=interrupting)
    inside = begin + user("inside") + flows("it > inside")
    beside = shape("subProcess", "beside", inside, triggeredByEvent="true")
    around = shape("subProcess", "sub", _ASK + _UNDO + beside)
    return diagram(process("p", start("begin"), around, flows("begin > sub")))


def _catch(event: str) -> bytes:
    here = shape("intermediateCatchEvent", "it", event)
    if event == _LINK:
        away = shape("intermediateThrowEvent", "away", _LINK)
        return diagram(process("p", start(), away, flows("start > away"), here))
    return diagram(process("p", start(), here, flows("start > it")))


def _throw(event: str) -> bytes:
    here = shape("intermediateThrowEvent", "it", event)
    beside = shape("intermediateCatchEvent", "there", _LINK) if event == _LINK else ""
    return diagram(process("p", _ASK, _UNDO, here, flows("ask > it"), beside))


def _attached(event: str, interrupting: str) -> bytes:
    host = "sub" if "cancelEvent" in event else "ask"
    inside = start("inside") + shape("endEvent", "stop", KINDS["cancel"]) + flows("inside > stop")
    around = shape("transaction", "sub", inside) + flows("ask > sub") if host == "sub" else ""
    undo, line = "", ""
    if "compensate" in event:
        undo = user("undo", isForCompensation="true")
        line = shape("association", "a", sourceRef="it", targetRef="undo")
    attributes = {"attachedToRef": host, "cancelActivity": interrupting}
    return diagram(
        process("p", _ASK, around, shape("boundaryEvent", "it", event, **attributes), undo, line)
    )


def _end(event: str) -> bytes:
    here = shape("endEvent", "it", event) + flows("ask > it")
    if "cancelEvent" not in event:
        return diagram(process("p", _ASK, _UNDO, here))
    caught = shape("boundaryEvent", "caught", KINDS["cancel"], attachedToRef="sub")
    around = shape("transaction", "sub", _ASK + here) + caught + flows("begin > sub")
    return diagram(process("p", start("begin"), around))


DRAWN: dict[str, Callable[[str], bytes]] = {
    "start of a process": _process_start,
    "start of a sub-process": _sub_start,
    "start of an event sub-process": lambda event: _event_sub(event, "true"),
    "… not interrupting": lambda event: _event_sub(event, "false"),
    "intermediate, catching": _catch,
    "intermediate, throwing": _throw,
    "boundary, interrupting": lambda event: _attached(event, "true"),
    "boundary, not interrupting": lambda event: _attached(event, "false"),
    "end": _end,
}
