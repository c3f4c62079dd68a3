"""Examples of the rules about events, flows and gateways."""

from engine.kernel.examples.sketch import (
    LINE,
    AnyExample,
    Example,
    beside,
    choice,
    definitions,
    flow,
    last,
    process,
)

_CATCH = '<intermediateCatchEvent id="x">{0}</intermediateCatchEvent>'
_THROW = '<intermediateThrowEvent id="{0}">{1}</intermediateThrowEvent>'
_BEGIN = (
    '<startEvent id="{0}">{1}</startEvent><sequenceFlow id="f{0}" sourceRef="{0}" targetRef="end"/>'
)
_END = '<endEvent id="x">{0}</endEvent>'
_BOUNDARY = '<boundaryEvent id="x" attachedToRef="{0}"{1}>{2}</boundaryEvent>'
_MESSAGE = '<messageEventDefinition messageRef="paid"/>'
_ALARM = '<signalEventDefinition signalRef="alarm"/>'
_CONDITION = (
    "<conditionalEventDefinition><condition>level = 1</condition></conditionalEventDefinition>"
)
_ERROR = '<errorEventDefinition errorRef="broken"/>'
_HOUR = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
_CYCLE = "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>"
_AFTER = (
    "<timerEventDefinition><extensionElements>"
    '<cl:after amount="2" unit="工作时"/></extensionElements></timerEventDefinition>'
)
_SUB = '<subProcess id="x" triggeredByEvent="true">{0}</subProcess>'
_FLOW = '<sequenceFlow id="{0}" sourceRef="{1}" targetRef="{2}">{3}</sequenceFlow>'
_IF = "<conditionExpression>{0}</conditionExpression>"
_AWAY = '<linkEventDefinition name="away"/>'
_HERE = f'<intermediateCatchEvent id="here">{_AWAY}</intermediateCatchEvent>'


def _gateway(kind: str, first: str, second: str, attributes: str = "") -> str:
    return f'<{kind} id="g"{attributes}/>{_FLOW.format("one", "g", "a", first)}' + _FLOW.format(
        "two", "g", "b", second
    )


def _with_message(fragment: str) -> bytes:
    return definitions(f'{fragment}<process id="p" isExecutable="true">{LINE}</process>')


_NAMED = '<message id="cash" name="{0}"/>'
_AGAIN = '<boundaryEvent id="y" attachedToRef="ask">{0}</boundaryEvent>'
_TASK_CHOICE = (
    '<userTask id="g"{2}/>'
    + _FLOW.format("one", "g", "a", "{0}")
    + _FLOW.format("two", "g", "b", "{1}")
)
_FIRST = '<receiveTask id="x" messageRef="paid" instantiate="true"/><endEvent id="end"/>'
_LATE = f'<intermediateCatchEvent id="hour">{_HOUR}</intermediateCatchEvent>{flow("x", "hour")}'
_XOR = "exclusiveGateway"

EVENTS: dict[str, AnyExample] = {
    "event/not-supported": Example(
        '<subProcess id="x"><startEvent id="s">' + _HOUR + "</startEvent></subProcess>",
        '<subProcess id="x"><startEvent id="s"/></subProcess>',
        last,
    ),
    "event/several-definitions": Example(
        _END.format(_ERROR + "<terminateEventDefinition/>"),
        _END.format(_MESSAGE + "<terminateEventDefinition/>"),
        last,
    ),
    "event/shared-definition": Example(
        _CATCH.format("<eventDefinitionRef>d</eventDefinitionRef>"), _CATCH.format(_MESSAGE), last
    ),
    "event/start-of-process": Example(
        f'<startEvent id="x">{_CONDITION}</startEvent>' + flow("x", "end"),
        f'<startEvent id="x">{_MESSAGE}</startEvent>' + flow("x", "end"),
        beside,
    ),
    "event/start-by-time": Example(
        f'<startEvent id="x">{_CYCLE}</startEvent>' + flow("x", "end"),
        f'<startEvent id="x">{_MESSAGE}</startEvent>' + flow("x", "end"),
        beside,
    ),
    "event/start-by-nobody": Example(
        f'<startEvent id="x" cl:role="collector">{_CYCLE}</startEvent>' + flow("x", "end"),
        f'<startEvent id="x" cl:role="acceptor system">{_CYCLE}</startEvent>' + flow("x", "end"),
        beside,
    ),
    "event/start-by-clock": Example(
        f'<startEvent id="x">{_AFTER}</startEvent>' + flow("x", "end"),
        f'<startEvent id="x">{_MESSAGE}</startEvent>' + flow("x", "end"),
        beside,
    ),
    "event/nothing-to-wait-for": Example(_CATCH.format(""), _CATCH.format(_MESSAGE), last),
    "event/reference": Example(
        _CATCH.format("<messageEventDefinition/>"), _CATCH.format(_MESSAGE), last
    ),
    "event/attached": Example(
        _BOUNDARY.format("nobody", "", _MESSAGE), _BOUNDARY.format("ask", "", _MESSAGE), beside
    ),
    "event/interrupting": Example(
        _BOUNDARY.format("ask", ' cancelActivity="false"', _ERROR),
        _BOUNDARY.format("ask", "", _ERROR),
        beside,
    ),
    "event/sub-process-start": Example(
        _SUB.format('<startEvent id="s"/>'),
        _SUB.format(f'<startEvent id="s">{_MESSAGE}</startEvent>'),
        beside,
    ),
    "event/link": Example(_THROW.format("x", _AWAY), _THROW.format("x", _AWAY) + _HERE, last),
    "event/timer": Example(_CATCH.format("<timerEventDefinition/>"), _CATCH.format(_HOUR), last),
    "event/ambiguous": Example(
        _BOUNDARY.format("ask", "", _MESSAGE) + _AGAIN.format(_MESSAGE),
        _BOUNDARY.format("ask", "", _MESSAGE) + _AGAIN.format(_ALARM),
        beside,
    ),
    "event/same-start": Example(
        _BEGIN.format("x", _MESSAGE) + _BEGIN.format("y", _MESSAGE),
        _BEGIN.format("x", _MESSAGE) + _BEGIN.format("y", _ALARM),
        beside,
    ),
    "event/computed-name": Example(
        _NAMED.format("cash ${desk}"), _NAMED.format("paid in cash"), _with_message
    ),
    "event/message-name": Example(
        _NAMED.format("paid"), _NAMED.format("paid in cash"), _with_message
    ),
    "event/cycle-interrupts": Example(
        _BOUNDARY.format("ask", "", _CYCLE),
        _BOUNDARY.format("ask", ' cancelActivity="false"', _CYCLE),
        beside,
    ),
    "flow/dangling": Example(
        '<userTask id="x"/>' + flow("x", "nowhere"),
        '<userTask id="x"/><endEvent id="e"/>' + flow("x", "e"),
        last,
    ),
    "flow/forbidden-end": Example(
        '<userTask id="x"/>' + flow("x", "start"),
        '<userTask id="x"/><userTask id="y"/>' + flow("x", "y"),
        last,
    ),
    "flow/condition-not-evaluated": Example(
        _gateway("parallelGateway", _IF.format("level = 1"), ""),
        _gateway("inclusiveGateway", _IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "flow/default": Example(
        _gateway(_XOR, _IF.format("level = 1"), _IF.format("level = 2"), ' default="start_g"'),
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "flow/default-with-condition": Example(
        _gateway(_XOR, _IF.format("level = 1"), _IF.format("level = 2"), ' default="two"'),
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "flow/default-without-choice": Example(
        _TASK_CHOICE.format("", "", ' default="two"'),
        _TASK_CHOICE.format(_IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "gateway/complex": Example(
        _gateway("complexGateway", "", ""), _gateway("parallelGateway", "", ""), choice
    ),
    "gateway/direction": Example(
        _gateway("parallelGateway", "", "", ' gatewayDirection="Converging"'),
        _gateway("parallelGateway", "", "", ' gatewayDirection="Diverging"'),
        choice,
    ),
    "gateway/no-condition": Example(
        _gateway(_XOR, "", "", ' default="two"'),
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "gateway/no-default": Example(
        _gateway(_XOR, _IF.format("level = 1"), _IF.format("level = 2")),
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"'),
        choice,
    ),
    "gateway/event-targets": Example(
        f'<eventBasedGateway id="x"/>{_LATE}<userTask id="y"/>{flow("x", "y")}',
        f'<eventBasedGateway id="x"/>{_LATE}<intermediateCatchEvent id="y">{_MESSAGE}'
        f"</intermediateCatchEvent>{flow('x', 'y')}",
        last,
    ),
    "gateway/instantiate": Example(
        f"{_FIRST}{flow('x', 'end')}<startEvent id='s'/>{flow('s', 'x')}",
        _FIRST + flow("x", "end"),
        process,
    ),
    "gateway/join-waits-for-ever": Example(
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"')
        + '<parallelGateway id="join"/>'
        + flow("a", "join")
        + flow("b", "join"),
        _gateway(_XOR, _IF.format("level = 1"), "", ' default="two"')
        + '<exclusiveGateway id="join"/>'
        + flow("a", "join")
        + flow("b", "join"),
        choice,
    ),
}
