"""Diagrams of the rows whose element needs more around it than the schema demands."""

from tests.gate.sketches import (
    ACTIVITIES,
    AGAIN,
    CANCEL,
    CANCELLED,
    CONDITION,
    CORRELATING,
    IT,
    LANES,
    LINK,
    LOOP,
    TIMES,
    TWICE,
    UNDO,
    attached,
    beside,
    branches,
    correlating,
    path,
    shared,
)
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

HAND: dict[str, bytes] = {
    "catchEvent/eventDefinitionRef": shared("intermediateCatchEvent"),
    "throwEvent/eventDefinitionRef": shared("intermediateThrowEvent"),
    **dict.fromkeys(CORRELATING, correlating()),
    "definitions": beside(""),
    "process": beside(""),
    "message": attached(message("m")),
    "signal": attached(signal("s")),
    "error": attached(error("E")),
    "escalation": attached(escalation("E")),
    **{
        kind: path(kind, inside, **attributes)
        for kind, (inside, attributes) in ACTIVITIES.items()
        if kind != "callActivity"
    },
    "callActivity": diagram(
        process("inner", start("s")),
        process(
            "p",
            start(),
            shape("callActivity", IT, calledElement="inner"),
            shape("endEvent", "end"),
            flows("start > it > end"),
        ),
    ),
    "adHocSubProcess": path("adHocSubProcess", user("inside")),
    "exclusiveGateway": branches("exclusiveGateway"),
    "inclusiveGateway": branches("inclusiveGateway"),
    "parallelGateway": path("parallelGateway"),
    "complexGateway": path("complexGateway"),
    "eventBasedGateway": diagram(
        process(
            "p",
            start(),
            shape("eventBasedGateway", IT),
            shape("receiveTask", "r", messageRef="message_m"),
            shape("intermediateCatchEvent", "late", timer()),
            flows("start > it > r", "it > late"),
        )
    ),
    "startEvent": diagram(process("p", start(IT), user("ask"), flows("it > ask"))),
    "endEvent": diagram(process("p", start(), shape("endEvent", IT), flows("start > it"))),
    "boundaryEvent": attached(message("m")),
    "intermediateCatchEvent": path("intermediateCatchEvent", message("m")),
    "intermediateThrowEvent": path("intermediateThrowEvent"),
    "messageEventDefinition": attached(message("m")),
    "signalEventDefinition": attached(signal("s")),
    "errorEventDefinition": attached(error("E")),
    "escalationEventDefinition": attached(escalation("E")),
    "timerEventDefinition": attached(timer()),
    "conditionalEventDefinition": attached(CONDITION),
    "conditionalEventDefinition/condition": attached(CONDITION),
    "terminateEventDefinition": path("task").replace(
        b'<endEvent id="end">', f'<endEvent id="end">{TERMINATE}'.encode()
    ),
    "compensateEventDefinition": beside(UNDO),
    "cancelEventDefinition": path(
        "transaction", start("inside") + CANCEL + flows("inside > stop"), CANCELLED
    ),
    "linkEventDefinition": diagram(
        process(
            "p",
            start(),
            shape("intermediateThrowEvent", "away", LINK),
            shape("intermediateCatchEvent", "here", LINK),
            user("ask"),
            flows("start > away", "here > ask"),
        )
    ),
    **{
        f"timerEventDefinition/{kind}": beside(
            shape(
                "boundaryEvent",
                "b",
                f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>",
                attachedToRef="ask",
                cancelActivity="false",
            )
        )
        for kind, text in TIMES.items()
    },
    "sequenceFlow": path("userTask"),
    "sequenceFlow/conditionExpression": branches("exclusiveGateway"),
    "laneSet": beside(LANES),
    "lane": beside(LANES),
    "lane/flowNodeRef": beside(LANES),
    "lane/childLaneSet": beside(LANES),
    LOOP: path("userTask", TWICE),
    f"{LOOP}/loopCardinality": path("userTask", TWICE),
    f"{LOOP}/loopDataInputRef": path(
        "userTask", f"<{LOOP}><loopDataInputRef>items</loopDataInputRef></{LOOP}>"
    ),
    f"{LOOP}/inputDataItem": path(
        "userTask",
        f"<{LOOP}><loopDataInputRef>items</loopDataInputRef><inputDataItem id='one' name='one'/>"
        f"</{LOOP}>",
    ),
    "standardLoopCharacteristics": path("userTask", AGAIN),
    "standardLoopCharacteristics/loopCondition": path("userTask", AGAIN),
    "script": path("scriptTask", "<script>a = 1</script>"),
    "extension": beside("").replace(b"<process", b"<extension/><process", 1),
    "extensionElements": path(
        "intermediateCatchEvent",
        "<timerEventDefinition><extensionElements><cl:after amount='2' unit='工作时'/>"
        "</extensionElements></timerEventDefinition>",
    ),
}
_DMN = (
    b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
    b'namespace="urn:d"><decision id="level" name="level"><literalExpression><text>1</text>'
    b"</literalExpression></decision></definitions>"
)
BESIDE = {"level.dmn": _DMN}
