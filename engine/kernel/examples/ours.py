"""Examples of the rules about expressions, our own words, other vendors' words, and the house."""

from engine.kernel.examples.sketch import (
    LINE,
    AnyExample,
    Example,
    between,
    case,
    choice,
    definitions,
    flow,
)

_TASK = '<userTask id="x" {0}/>'
_OUTPUT = '<userTask id="x"><extensionElements><cl:output {0}/></extensionElements></userTask>'
_XOR = (
    '<exclusiveGateway id="g" default="two"/>'
    '<sequenceFlow id="one" sourceRef="g" targetRef="a">{0}</sequenceFlow>'
    '<sequenceFlow id="two" sourceRef="g" targetRef="b"/>'
)
_IF = "<conditionExpression>{0}</conditionExpression>"
_WORDS = 'cl:act="dispatch" cl:stage="dispatch"'
_END = '<endEvent id="{0}" cl:outcome="closed"><terminateEventDefinition/></endEvent>'


def _line(task: str, begin: str = "reported", end: str = "closed") -> str:
    return (
        f'<startEvent id="{begin}"/>{task}{_END.format(end)}{flow(begin, "ask")}{flow("ask", end)}'
    )


def _chosen(words: str, label: str) -> str:
    return (
        f'<startEvent id="reported"/><userTask id="ask" {_WORDS} {words}/>{_END.format("closed")}'
        f"{flow('reported', 'ask')}{flow('ask', 'fits')}"
        '<exclusiveGateway id="fits" default="else"/>'
        f'<sequenceFlow id="yes"{label} sourceRef="fits" targetRef="closed">'
        + _IF.format("outcome = &quot;yes&quot;")
        + '</sequenceFlow><sequenceFlow id="else" sourceRef="fits" targetRef="ask"/>'
    )


_GOOD = f'<userTask id="ask" {_WORDS}/>'
_ALSO = (
    '<boundaryEvent id="alarmed" attachedToRef="ask" cancelActivity="false">'
    '<signalEventDefinition signalRef="alarm"/></boundaryEvent>'
    f'<userTask id="answer" {_WORDS}{{0}}/>{flow("alarmed", "answer")}'
)
_SYSTEM = (
    '<boundaryEvent id="alarmed" attachedToRef="ask" cancelActivity="false">'
    '<signalEventDefinition signalRef="alarm"/></boundaryEvent>'
    f'<serviceTask id="tell"{{0}}/>{flow("alarmed", "tell")}'
)
_CLOCK = '<extensionElements><cl:clock name="handling"{0}/></extensionElements>'

_AT = (
    '<subProcess id="{0}" triggeredByEvent="true"><startEvent id="{0}_due" isInterrupting="false">'
    '<timerEventDefinition><extensionElements><cl:at clock="handling" point="{{{1}}}"/>'
    "</extensionElements></timerEventDefinition></startEvent></subProcess>"
)
_POINTS = (
    '<process id="p" isExecutable="true">'
    + _CLOCK.format("")
    + f"{LINE}{_AT.format('remind', 0)}{_AT.format('x', 1)}</process>"
)

_EXTENSION = (
    '<extension xmlns:v="urn:vendor" definition="v:rules" mustUnderstand="{0}"/>'
    f'<process id="p" isExecutable="true">{LINE}</process>'
)

OURS: dict[str, AnyExample] = {
    "expression/feel": Example(
        _XOR.format(_IF.format("${level == 1}")), _XOR.format(_IF.format("level = 1")), choice
    ),
    "expression/function": Example(
        _XOR.format(_IF.format("len(photos) > 1")),
        _XOR.format(_IF.format("count(photos) > 1")),
        choice,
    ),
    "expression/empty": Example(
        _XOR.format(_IF.format("")), _XOR.format(_IF.format("level = 1")), choice
    ),
    "expression/constant": Example(
        _XOR.format(_IF.format('"level = 1"')), _XOR.format(_IF.format("level = 1")), choice
    ),
    "expression/language": Example(
        _XOR.format(
            '<conditionExpression xsi:type="tFormalExpression" language="groovy">level == 1'
            "</conditionExpression>"
        ),
        _XOR.format(
            '<conditionExpression xsi:type="tFormalExpression" language="feel">level = 1'
            "</conditionExpression>"
        ),
        choice,
    ),
    "expression/personal": Example(
        _XOR.format(_IF.format("reporter.name = &quot;Li&quot;")),
        _XOR.format(_IF.format("source = &quot;citizen&quot;")),
        choice,
        {"case.schema.json": b'{"properties": {"reporter": {"personal": true}, "source": {}}}'},
    ),
    "word/unknown": Example(
        _TASK.format('cl:outcoms="yes"'), _TASK.format('cl:outcomes="yes"'), between
    ),
    "word/missing": Example(
        _OUTPUT.format('type="text"'), _OUTPUT.format('name="note" type="text"'), between
    ),
    "word/value": Example(
        _OUTPUT.format('name="note" type="colour"'),
        _OUTPUT.format('name="note" type="text"'),
        between,
    ),
    "word/act-of-nobody": Example(
        '<serviceTask id="x" cl:topic="look" cl:act="check"/>',
        '<userTask id="x" cl:act="check"/>',
        between,
    ),
    "event/same-point": Example(
        _POINTS.format("80 %", "80 %"), _POINTS.format("80 %", "100 %"), definitions
    ),
    "foreign/behaviour": Example(
        _TASK.format('xmlns:v="urn:vendor" v:taskListener="com.example.Job"'),
        _TASK.format(""),
        between,
    ),
    "foreign/no-effect": Example(
        _TASK.format('xmlns:v="urn:vendor" v:colour="red"'), _TASK.format(""), between
    ),
    "foreign/must-understand": Example(
        _EXTENSION.format("true"), _EXTENSION.format("false"), definitions
    ),
    "house/readable-id": Example(_line(_GOOD, end="Event_0k2j9x1"), _line(_GOOD), case),
    "house/role": Example(
        _line(_GOOD) + _ALSO.format(""), _line(_GOOD) + _ALSO.format(' cl:role="acceptor"'), case
    ),
    "house/act": Example(_line('<userTask id="ask" cl:stage="dispatch"/>'), _line(_GOOD), case),
    "house/axis": Example(
        _line(_GOOD.replace("/>", ' cl:axis="handling"/>')),
        _line(_GOOD.replace("/>", ' cl:axis="command"/>')),
        case,
    ),
    "house/topic": Example(
        _line(_GOOD) + _SYSTEM.format(""), _line(_GOOD) + _SYSTEM.format(' cl:topic="tell"'), case
    ),
    "house/stage": Example(_line('<userTask id="ask" cl:act="dispatch"/>'), _line(_GOOD), case),
    "house/outcomes": Example(
        _chosen("", ' name="fits"'), _chosen('cl:outcomes="yes no"', ' name="fits"'), case
    ),
    "house/label": Example(
        _chosen('cl:outcomes="yes no"', ""), _chosen('cl:outcomes="yes no"', ' name="fits"'), case
    ),
    "house/limit": Example(
        _CLOCK.format("") + _line(_GOOD), _CLOCK.format(' limit="5 工作日"') + _line(_GOOD), case
    ),
    "house/end-outcome": Example(
        _line(_GOOD).replace(' cl:outcome="closed"', ""), _line(_GOOD), case
    ),
}
