"""Draws small diagrams for tests: shapes as functions, flows as texts like `start > ask > end`."""

from collections.abc import Iterable
from itertools import pairwise

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
CL = "urn:caseloop:bpmn:1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def shape(kind: str, name: str, inside: str = "", **attributes: str) -> str:
    """Any element; `cl_role` becomes `cl:role`."""
    said = "".join(f' {k.replace("_", ":", 1)}="{escape(v)}"' for k, v in attributes.items())
    return f'<{kind} id="{name}"{said}>{inside}</{kind}>'


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def words(*texts: str) -> str:
    """Our own children of an element."""
    return f"<extensionElements>{''.join(texts)}</extensionElements>"


def start(name: str = "start", event: str = "", **attributes: str) -> str:
    return shape("startEvent", name, event, **attributes)


def end(name: str = "end", event: str = "", **attributes: str) -> str:
    return shape("endEvent", name, event, **attributes)


def user(name: str, inside: str = "", **attributes: str) -> str:
    return shape("userTask", name, inside, **attributes)


def service(name: str, inside: str = "", **attributes: str) -> str:
    return shape("serviceTask", name, inside, **{"cl_topic": name, **attributes})


def script(name: str, **values: str) -> str:
    """Assignments in FEEL; `local_x` writes `local.x`."""
    marks = (
        f'<cl:assign name="{k.replace("local_", "local.", 1)}" value="={escape(v)}"/>'
        for k, v in values.items()
    )
    return shape("scriptTask", name, words(*marks))


def xor(name: str, **attributes: str) -> str:
    return shape("exclusiveGateway", name, **attributes)


def both(name: str) -> str:
    return shape("parallelGateway", name)


def some(name: str, **attributes: str) -> str:
    return shape("inclusiveGateway", name, **attributes)


def first_of(name: str) -> str:
    return shape("eventBasedGateway", name)


def catch(name: str, event: str, **attributes: str) -> str:
    return shape("intermediateCatchEvent", name, event, **attributes)


def throw(name: str, event: str = "", inside: str = "") -> str:
    return shape("intermediateThrowEvent", name, inside + event)


def boundary(
    name: str, host: str, event: str, *, interrupting: bool = True, **attributes: str
) -> str:
    return shape(
        "boundaryEvent",
        name,
        event,
        attachedToRef=host,
        cancelActivity="true" if interrupting else "false",
        **attributes,
    )


def sub(name: str, *parts: str, loop: str = "") -> str:
    return shape("subProcess", name, loop + "".join(parts))


def event_sub(name: str, event: str, *parts: str, interrupting: bool = True) -> str:
    """An event sub-process whose start is called `NAME_start`."""
    begin = start(f"{name}_start", event, isInterrupting="true" if interrupting else "false")
    return shape("subProcess", name, begin + "".join(parts), triggeredByEvent="true")


def call(name: str, process: str, inside: str = "") -> str:
    return shape("callActivity", name, inside, calledElement=process)


def message(name: str) -> str:
    return f'<messageEventDefinition messageRef="message_{name}"/>'


def signal(name: str) -> str:
    return f'<signalEventDefinition signalRef="signal_{name}"/>'


def error(code: str | None = None) -> str:
    reference = "" if code is None else f' errorRef="error_{code}"'
    return f"<errorEventDefinition{reference}/>"


def escalation(code: str | None = None) -> str:
    reference = "" if code is None else f' escalationRef="escalation_{code}"'
    return f"<escalationEventDefinition{reference}/>"


def timer(duration: str = "PT1H") -> str:
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def condition(text: str) -> str:
    return (
        "<conditionalEventDefinition><condition>"
        f"{escape(text)}</condition></conditionalEventDefinition>"
    )


def undo(activity: str | None = None) -> str:
    """Throws or catches compensation."""
    reference = "" if activity is None else f' activityRef="{activity}"'
    return f"<compensateEventDefinition{reference}/>"


CANCEL = "<cancelEventDefinition/>"


def undone_by(host: str, handler: str, kind: str = "userTask", inside: str = "") -> str:
    """A compensation boundary event `HOST_undo` with its activity."""
    return (
        boundary(f"{host}_undo", host, undo())
        + shape(kind, handler, inside, isForCompensation="true")
        + f'<association id="{host}_line" sourceRef="{host}_undo" targetRef="{handler}"/>'
    )


def transaction(name: str, *parts: str) -> str:
    return shape("transaction", name, "".join(parts))


def cycle(text: str) -> str:
    return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"


def at_clock(clock: str, point: str) -> str:
    mark = f'<cl:at clock="{clock}" point="{point}"/>'
    return f"<timerEventDefinition>{words(mark)}</timerEventDefinition>"


TERMINATE = "<terminateEventDefinition/>"


def for_each(collection: str, item: str = "item", *, sequential: bool = False) -> str:
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" '
        f'cl:collection="={escape(collection)}" cl:item="{item}"/>'
    )


def flows(*paths: str, **conditions: str) -> str:
    """`a > b > c`; `a ? x = 1 > b` writes a condition; flows are called `a_to_b`."""
    found = []
    for path in paths:
        steps = [step.strip() for step in path.split(" > ")]
        for before, after in pairwise(steps):
            source, _, condition = before.partition(" ? ")
            target = after.partition(" ? ")[0]
            found.append(_flow(source.strip(), target.strip(), condition.strip()))
    return "".join(found)


def _flow(source: str, target: str, condition: str) -> str:
    inside = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    name = f"{source}_to_{target}"
    return shape("sequenceFlow", name, inside, sourceRef=source, targetRef=target)


def process(name: str, *parts: str, **attributes: str) -> str:
    return shape("process", name, "".join(parts), **{"isExecutable": "true", **attributes})


def diagram(*processes: str) -> bytes:
    """A file with these processes and every message, signal, error and escalation they name."""
    body = "".join(processes)
    declared = "".join(_declared(body))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>'
        f'<definitions xmlns="{BPMN}" xmlns:cl="{CL}" xmlns:xsi="{_XSI}" id="drawing" '
        f'targetNamespace="urn:test">{declared}{body}</definitions>'
    ).encode()


def _declared(body: str) -> Iterable[str]:
    attributes = {
        "message": "name",
        "signal": "name",
        "error": "errorCode",
        "escalation": "escalationCode",
    }
    for kind, attribute in attributes.items():
        seen = {part.split('"')[0] for part in body.split(f'{kind}Ref="')[1:]}
        for reference in sorted(seen):
            value = reference.removeprefix(f"{kind}_")
            yield f'<{kind} id="{reference}" {attribute}="{value}"/>'
