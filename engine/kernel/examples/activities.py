"""Examples of the rules about activities, compensation and data."""

from engine.kernel.examples.sketch import (
    AnyExample,
    Example,
    beside,
    between,
    definitions,
    flow,
    process,
)

_DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    b'namespace="urn:d"><inputData id="i" name="area"/><decision id="level" name="level">'
    b'<informationRequirement id="r"><requiredInput href="#i"/></informationRequirement>'
    b"<literalExpression><text>area</text></literalExpression></decision></definitions>"
)
_TASK = '<{0} id="x"{1}>{2}</{0}>'


def _words(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


_ASSIGN = _words('<cl:assign name="level" value="=1"/>')
_LOOP = "<multiInstanceLoopCharacteristics{0}>{1}</multiInstanceLoopCharacteristics>"
_UNDO = (
    '<boundaryEvent id="undone" attachedToRef="ask"><compensateEventDefinition/></boundaryEvent>'
)
_UNDOING = '<userTask id="undo" isForCompensation="true"/>'
_LINK = '<association id="a" sourceRef="undone" targetRef="undo"/>'
_START_INSIDE = '<startEvent id="inside" isInterrupting="true">{0}</startEvent>'
_CANCELLED = (
    '<boundaryEvent id="cancelled" attachedToRef="x"><cancelEventDefinition/></boundaryEvent>'
)
_CANCEL = '<startEvent id="begin"/><endEvent id="stop"><cancelEventDefinition/></endEvent>' + flow(
    "begin", "stop"
)
_COMPENSATED = (
    f'<startEvent id="begin"/><userTask id="ask"/>{flow("begin", "ask")}{_UNDO}{_UNDOING}{_LINK}'
)
_LOOPED = _LOOP.format("", "<loopCardinality>2</loopCardinality>")
_REVERSAL = (
    '<intermediateThrowEvent id="x"><compensateEventDefinition activityRef="{0}"/>'
    "</intermediateThrowEvent>"
)


def _reversal(fragment: str) -> bytes:
    flows = flow("start", "ask") + flow("ask", "x")
    tasks = '<startEvent id="start"/><userTask id="ask"/>'
    return process(f"{tasks}{flows}{_UNDO}{_UNDOING}{_LINK}{fragment}")


_OPERATION = (
    '<message id="claimed" name="claimed"/><interface id="desk" name="desk">'
    '<operation id="pay" name="pay"><inMessageRef>{0}</inMessageRef></operation></interface>'
    '<process id="p" isExecutable="true"><startEvent id="start"/>'
    '<receiveTask id="x" messageRef="paid" operationRef="pay"/>'
    f"{flow('start', 'x')}</process>"
)


def _beside_called(fragment: str) -> bytes:
    inner = '<process id="inner" isExecutable="true"><startEvent id="s"/></process>'
    ends = '<startEvent id="start"/><endEvent id="end"/>'
    body = f"{ends}{fragment}{flow('start', 'x')}{flow('x', 'end')}"
    return definitions(f'{inner}<process id="p" isExecutable="true">{body}</process>')


ACTIVITIES: dict[str, AnyExample] = {
    "activity/container": Example(
        '<adHocSubProcess id="x"><userTask id="ask"/></adHocSubProcess>',
        '<subProcess id="x"><startEvent id="begin"/></subProcess>',
        between,
    ),
    "activity/no-topic": Example(
        '<serviceTask id="x"/>', '<serviceTask id="x" cl:topic="locate"/>', between
    ),
    "activity/script": Example(
        _TASK.format("scriptTask", "", "<script>level = 1</script>"),
        _TASK.format("scriptTask", "", _ASSIGN),
        between,
    ),
    "activity/no-script": Example(
        '<scriptTask id="x"/>', _TASK.format("scriptTask", "", _ASSIGN), between
    ),
    "activity/no-decision": Example(
        '<businessRuleTask id="x" cl:decision="nobody" cl:result="level"/>',
        '<businessRuleTask id="x" cl:decision="level" cl:result="level"/>',
        between,
        {"level.dmn": _DMN},
    ),
    "activity/receive-without-message": Example(
        '<receiveTask id="x"/>', '<receiveTask id="x" messageRef="paid"/>', between
    ),
    "activity/message": Example(
        '<receiveTask id="x" messageRef="nothing"/>',
        '<receiveTask id="x" messageRef="paid"/>',
        between,
    ),
    "activity/called-process": Example(
        '<callActivity id="x" calledElement="nobody"/>',
        '<callActivity id="x" calledElement="inner"/>',
        _beside_called,
    ),
    "activity/said-twice": Example(
        _TASK.format("sendTask", ' messageRef="paid" cl:topic="post"', ""),
        _TASK.format("sendTask", ' messageRef="paid"', ""),
        between,
    ),
    "activity/operation": Example(
        _OPERATION.format("claimed"), _OPERATION.format("paid"), definitions
    ),
    "activity/passed": Example('<manualTask id="x"/>', '<userTask id="x"/>', between),
    "activity/loop": Example(
        _TASK.format("userTask", "", _LOOP.format("", "")),
        _TASK.format("userTask", "", _LOOP.format(' cl:collection="=crews"', "")),
        between,
    ),
    "compensation/handler": Example(
        f'{_UNDO}<userTask id="undo" isForCompensation="true"/>'.replace(_UNDOING, ""),
        f"{_UNDO}{_UNDOING}{_LINK}",
        beside,
    ),
    "compensation/activity": Example(_UNDOING, f"{_UNDO}{_UNDOING}{_LINK}", beside),
    "compensation/throw": Example(_REVERSAL.format("nobody"), _REVERSAL.format("ask"), _reversal),
    "compensation/repeated": Example(
        f'<subProcess id="x">{_LOOPED}{_COMPENSATED}</subProcess>',
        f'<subProcess id="x">{_COMPENSATED}</subProcess>',
        between,
    ),
    "compensation/start": Example(
        f'<subProcess id="x" triggeredByEvent="true">'
        f"{_START_INSIDE.format('<compensateEventDefinition/>')}</subProcess>",
        '<subProcess id="x" triggeredByEvent="true">'
        + _START_INSIDE.format('<errorEventDefinition errorRef="broken"/>')
        + "</subProcess>",
        beside,
    ),
    "transaction/cancel": Example(
        f'<transaction id="x">{_CANCEL}</transaction>',
        f'<transaction id="x">{_CANCEL}</transaction>{_CANCELLED}',
        between,
    ),
    "transaction/event": Example(
        '<transaction id="x" triggeredByEvent="true"><startEvent id="inside"/></transaction>',
        '<transaction id="x"><startEvent id="inside"/></transaction>',
        between,
    ),
    "data/drawn-only": Example('<dataObject id="form"/>', '<textAnnotation id="form"/>', beside),
    "data/mapping": Example(
        _TASK.format(
            "serviceTask",
            ' cl:topic="t"',
            '<dataInputAssociation id="d"><targetRef>x</targetRef>'
            "<assignment><from>a</from><to>b</to></assignment></dataInputAssociation>",
        ),
        _TASK.format("serviceTask", ' cl:topic="t"', _words('<cl:in name="b" value="=a"/>')),
        between,
    ),
    "data/correlation": Example(
        '<correlationSubscription id="c" correlationKeyRef="k"/>',
        '<boundaryEvent id="x" attachedToRef="ask" cl:key="=bill">'
        '<messageEventDefinition messageRef="paid"/></boundaryEvent>',
        beside,
    ),
    "data/performer": Example(
        '<userTask id="x"><performer id="who"><resourceRef>r</resourceRef></performer></userTask>',
        '<userTask id="x" cl:role="dispatcher"/>',
        between,
    ),
}
