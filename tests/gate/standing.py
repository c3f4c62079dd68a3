"""For each row of the table of BPMN the smallest diagram in which that element can stand."""

import copy
from collections import deque
from functools import cache

from lxml import etree

from engine.kernel.bpmn_table import ELEMENTS
from engine.kernel.reference.bpmn_page import type_of
from engine.kernel.words import BPMN, Node, bpmn
from engine.kernel.xsd.fates import element_key
from engine.kernel.xsd.model import Attribute, Child, bpmn_schema
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

IT = "it"
_ASK = (start(), user("ask"), shape("endEvent", "end"), flows("start > ask > end"))


def _path(kind: str, inside: str = "", beside: str = "", **attributes: str) -> bytes:
    """The element on the path between start and end."""
    node = shape(kind, IT, inside, **attributes)
    return diagram(
        process("p", start(), node, shape("endEvent", "end"), flows("start > it > end"), beside)
    )


def _beside(inside: str) -> bytes:
    """Something beside a complete path."""
    return diagram(process("p", *_ASK, inside))


def _attached(event: str) -> bytes:
    return _beside(shape("boundaryEvent", IT, event, attachedToRef="ask"))


def _branches(kind: str) -> bytes:
    branches = flows("start > it", "it ? a = 1 > a", "it > b")
    ends = user("a") + user("b")
    return diagram(process("p", start(), shape(kind, IT, default="it_to_b"), ends, branches))


_LOOP = "multiInstanceLoopCharacteristics"
_CONDITION = "<conditionalEventDefinition><condition>a = 1</condition></conditionalEventDefinition>"
_UNDONE = shape("boundaryEvent", "undone", "<compensateEventDefinition/>", attachedToRef="ask")
_UNDO = _UNDONE + user("undo", isForCompensation="true")
_UNDO += shape("association", "a", sourceRef="undone", targetRef="undo")
_CANCEL = shape("endEvent", "stop", "<cancelEventDefinition/>")
_CANCELLED = shape("boundaryEvent", "c", "<cancelEventDefinition/>", attachedToRef=IT)
_TIMES = {
    "timeDuration": "PT1H",
    "timeDate": "2026-03-02T09:00:00Z",
    "timeCycle": "R3/PT1H",
}
_LANES = (
    '<laneSet id="set"><lane id="outer" name="x"><flowNodeRef>ask</flowNodeRef>'
    '<childLaneSet><lane id="inner" name="y"><flowNodeRef>ask</flowNodeRef></lane>'
    "</childLaneSet></lane></laneSet>"
)
_LINK = "<linkEventDefinition name='away'/>"
_ASSIGN = '<extensionElements><cl:assign name="a" value="1"/></extensionElements>'
#: What is inside each kind of activity, and its attributes.
_ACTIVITIES: dict[str, tuple[str, dict[str, str]]] = {
    "task": ("", {}),
    "userTask": ("", {}),
    "manualTask": ("", {}),
    "serviceTask": ("", {"cl_topic": "t"}),
    "sendTask": ("", {"messageRef": "message_m"}),
    "receiveTask": ("", {"messageRef": "message_m"}),
    "scriptTask": (_ASSIGN, {}),
    "businessRuleTask": ("", {"cl_decision": "level"}),
    "callActivity": ("", {"calledElement": "inner"}),
    "subProcess": (start("inside"), {}),
    "transaction": (start("inside"), {}),
}


def _undo_thrown(attribute: str) -> bytes:
    thrown = shape("intermediateThrowEvent", "throw", f"<compensateEventDefinition {attribute}/>")
    tasks = (start(), user("ask"), thrown, flows("start > ask > throw"))
    return diagram(process("p", *tasks, _UNDO))


_TWICE = f"<{_LOOP}><loopCardinality>2</loopCardinality></{_LOOP}>"
_AGAIN = (
    "<standardLoopCharacteristics loopMaximum='2'><loopCondition>a = 1</loopCondition>"
    "</standardLoopCharacteristics>"
)

#: The case is found by the order that the message names.
_CORRELATED = (
    "<collaboration id='c'><participant id='here' processRef='p'/>"
    "<participant id='there'/><messageFlow id='drawn' sourceRef='there' targetRef='it'/>"
    "<correlationKey id='by_order'><correlationPropertyRef>order</correlationPropertyRef>"
    "</correlationKey></collaboration><correlationProperty id='order'>"
    "<correlationPropertyRetrievalExpression messageRef='message_m'><messagePath>order"
    "</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
)
_SUBSCRIBED = (
    "<correlationSubscription id='s' correlationKeyRef='by_order'><correlationPropertyBinding "
    "correlationPropertyRef='order'><dataPath>number</dataPath></correlationPropertyBinding>"
    "</correlationSubscription>"
)
_PROPERTY = "correlationPropertyRetrievalExpression"
_CORRELATING = (
    "collaboration messageFlow correlationSubscription correlationPropertyBinding "
    "correlationPropertyBinding/dataPath correlationKey correlationKey/correlationPropertyRef "
    f"correlationProperty {_PROPERTY} {_PROPERTY}/messagePath"
).split()


def _correlating() -> bytes:
    caught = shape("intermediateCatchEvent", IT, message("m"))
    drawn = diagram(process("p", start(), caught, flows("start > it"), _SUBSCRIBED))
    return drawn.replace(b"<process", _CORRELATED.encode() + b"<process", 1)


def _shared(kind: str) -> bytes:
    """An event whose definition stands at the top of the file."""
    drawn = _path(kind, "<eventDefinitionRef>shared</eventDefinitionRef>")
    top = '<signal id="alarm" name="alarm"/><signalEventDefinition id="shared" signalRef="alarm"/>'
    return drawn.replace(b"<process", f"{top}<process".encode(), 1)


HAND: dict[str, bytes] = {
    "catchEvent/eventDefinitionRef": _shared("intermediateCatchEvent"),
    "throwEvent/eventDefinitionRef": _shared("intermediateThrowEvent"),
    **dict.fromkeys(_CORRELATING, _correlating()),
    "definitions": _beside(""),
    "process": _beside(""),
    "message": _attached(message("m")),
    "signal": _attached(signal("s")),
    "error": _attached(error("E")),
    "escalation": _attached(escalation("E")),
    **{
        kind: _path(kind, inside, **attributes)
        for kind, (inside, attributes) in _ACTIVITIES.items()
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
    "adHocSubProcess": _path("adHocSubProcess", user("inside")),
    "exclusiveGateway": _branches("exclusiveGateway"),
    "inclusiveGateway": _branches("inclusiveGateway"),
    "parallelGateway": _path("parallelGateway"),
    "complexGateway": _path("complexGateway"),
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
    "boundaryEvent": _attached(message("m")),
    "intermediateCatchEvent": _path("intermediateCatchEvent", message("m")),
    "intermediateThrowEvent": _path("intermediateThrowEvent"),
    "messageEventDefinition": _attached(message("m")),
    "signalEventDefinition": _attached(signal("s")),
    "errorEventDefinition": _attached(error("E")),
    "escalationEventDefinition": _attached(escalation("E")),
    "timerEventDefinition": _attached(timer()),
    "conditionalEventDefinition": _attached(_CONDITION),
    "conditionalEventDefinition/condition": _attached(_CONDITION),
    "terminateEventDefinition": _path("task").replace(
        b'<endEvent id="end">', f'<endEvent id="end">{TERMINATE}'.encode()
    ),
    "compensateEventDefinition": _beside(_UNDO),
    "cancelEventDefinition": _path(
        "transaction", start("inside") + _CANCEL + flows("inside > stop"), _CANCELLED
    ),
    "linkEventDefinition": diagram(
        process(
            "p",
            start(),
            shape("intermediateThrowEvent", "away", _LINK),
            shape("intermediateCatchEvent", "here", _LINK),
            user("ask"),
            flows("start > away", "here > ask"),
        )
    ),
    **{
        f"timerEventDefinition/{kind}": _beside(
            shape(
                "boundaryEvent",
                "b",
                f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>",
                attachedToRef="ask",
                cancelActivity="false",
            )
        )
        for kind, text in _TIMES.items()
    },
    "sequenceFlow": _path("userTask"),
    "sequenceFlow/conditionExpression": _branches("exclusiveGateway"),
    "laneSet": _beside(_LANES),
    "lane": _beside(_LANES),
    "lane/flowNodeRef": _beside(_LANES),
    "lane/childLaneSet": _beside(_LANES),
    _LOOP: _path("userTask", _TWICE),
    f"{_LOOP}/loopCardinality": _path("userTask", _TWICE),
    f"{_LOOP}/loopDataInputRef": _path(
        "userTask", f"<{_LOOP}><loopDataInputRef>items</loopDataInputRef></{_LOOP}>"
    ),
    f"{_LOOP}/inputDataItem": _path(
        "userTask",
        f"<{_LOOP}><loopDataInputRef>items</loopDataInputRef><inputDataItem id='one' name='one'/>"
        f"</{_LOOP}>",
    ),
    "standardLoopCharacteristics": _path("userTask", _AGAIN),
    "standardLoopCharacteristics/loopCondition": _path("userTask", _AGAIN),
    "script": _path("scriptTask", "<script>a = 1</script>"),
    "extension": _beside("").replace(b"<process", b"<extension/><process", 1),
    "extensionElements": _path(
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
#: Where the value that is put there must lead somewhere, or needs another diagram.
_EXPRESSIONS = ("condition", "Condition", "loopCardinality", "conditionExpression", "time", "Path")
VALUES: dict[str, str] = {
    "messageFlow@messageRef": "message_m",
    **{f"{name}@default": "it_to_end" for name in ELEMENTS},
    **{f"{name}@language": "FEEL" for name in ELEMENTS if any(e in name for e in _EXPRESSIONS)},
}
_PREFERRED = ("definitions", "process", "userTask", "serviceTask", "intermediateCatchEvent")


@cache
def parents() -> dict[str, str]:
    """For each row the row of an element that it may stand in, as near to the top as can be."""
    schema = bpmn_schema()
    found: dict[str, str] = {}
    queue = deque(["definitions"])
    seen = {"definitions"}
    while queue:
        parent = queue.popleft()
        type_ = type_of(parent)
        if type_ is None or type_.open:
            continue
        for child in type_.children:
            for name in sorted(_may_stand(child), key=_rank):
                key = element_key(name, child)
                grouping = child.is_global and name in schema.abstract
                if key not in seen and key in ELEMENTS and not grouping:
                    seen.add(key)
                    found[key] = parent
                    queue.append(key)
    return found


def _rank(name: str) -> tuple[bool, str]:
    return name not in _PREFERRED, name


def _may_stand(child: Child) -> list[str]:
    if not child.is_global:
        return [child.name]
    schema = bpmn_schema()
    return [name for name in schema.elements if child.name in schema.heads(name)]


def standing(key: str) -> tuple[Node, Node]:
    """A diagram in which the element of the row stands, and the element."""
    if key in HAND:
        root = etree.fromstring(HAND[key])
        return root, _find(root, key.rpartition("/")[2])
    root, parent = standing(parents()[key])
    name = key.rpartition("/")[2]
    node = next((n for n in parent if n.tag == bpmn(name)), None)
    if node is None:
        node = made(key)
        parent.append(node)
    return root, node


def _find(root: Node, name: str) -> Node:
    found = list(root.iter(bpmn(name)))
    return next((n for n in found if n.get("id") == IT), found[-1])


def made(key: str) -> Node:
    """The element with what the schema demands of it and nothing else."""
    node = etree.Element(bpmn(key.rpartition("/")[2]), nsmap={"b": BPMN})
    type_ = type_of(key)
    if type_ is None:
        node.text = "ask"
        return node
    for attribute in type_.attributes.values():
        if attribute.required:
            node.set(attribute.name, value_of(attribute))
    if type_.mixed:
        node.text = "1 = 1" if not type_.open else "x"
    for child in type_.children:
        for _ in range(child.least):
            node.append(made(element_key(child.name, child)))
    if type_.name in ("tResourceRole", "tPerformer", "tHumanPerformer", "tPotentialOwner"):
        node.append(made("resourceRole/resourceRef"))
    return node


def value_of(attribute: Attribute) -> str:
    """A value that is not what is meant without it."""
    values = bpmn_schema().values.get(attribute.type, ())
    if values:
        return next(v for v in values if v != attribute.default)
    if attribute.type == "xsd:boolean":
        return "false" if attribute.default == "true" else "true"
    known = {"xsd:integer": "2", "xsd:int": "2", "xsd:anyURI": "urn:x", "xsd:ID": "other"}
    return known.get(attribute.type, "ask")


def with_attribute(key: str, attribute: Attribute) -> Node:
    """The diagram of the row with this attribute on the element."""
    if f"{key}@{attribute.name}" in SPECIAL:
        return etree.fromstring(SPECIAL[f"{key}@{attribute.name}"])
    root, node = standing(key)
    if attribute.name not in node.attrib:
        node.set(attribute.name, VALUES.get(f"{key}@{attribute.name}") or value_of(attribute))
    return copy.deepcopy(root)


def _undoing(kind: str) -> bytes:
    """An activity of this kind undoes another."""
    inside, attributes = _ACTIVITIES[kind]
    handler = shape(kind, "undo", inside, isForCompensation="true", **attributes)
    called = process("inner", start("s"))
    undone = _UNDONE + handler + shape("association", "a", sourceRef="undone", targetRef="undo")
    return diagram(called, process("p", *_ASK, undone))


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
    "subProcess@triggeredByEvent": _beside(
        shape("subProcess", IT, start("s", message("m")), triggeredByEvent="true")
    ),
    "transaction@triggeredByEvent": _path("transaction", start("inside"), triggeredByEvent="true"),
    "compensateEventDefinition@waitForCompletion": _undo_thrown('waitForCompletion="false"'),
    "compensateEventDefinition@activityRef": _undo_thrown('activityRef="ask"'),
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
    "boundaryEvent@parallelMultiple": _beside(
        shape("boundaryEvent", IT, _BOTH, attachedToRef="ask", parallelMultiple="true")
    ),
    "startEvent@parallelMultiple": diagram(
        process("p", start(IT, _BOTH, parallelMultiple="true"), user("ask"), flows("it > ask"))
    ),
    "intermediateCatchEvent@parallelMultiple": _path(
        "intermediateCatchEvent", _BOTH, parallelMultiple="true"
    ),
    **{f"{kind}@isForCompensation": _undoing(kind) for kind in _ACTIVITIES},
}
