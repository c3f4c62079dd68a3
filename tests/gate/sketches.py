"""Small diagrams around an element that is called `it`, for the rows of the table of BPMN."""

from tests.kernel.drawing import diagram, flows, message, process, shape, start, user

IT = "it"
ASK = (start(), user("ask"), shape("endEvent", "end"), flows("start > ask > end"))


def path(kind: str, inside: str = "", beside: str = "", **attributes: str) -> bytes:
    """The element on the path between start and end."""
    node = shape(kind, IT, inside, **attributes)
    return diagram(
        process("p", start(), node, shape("endEvent", "end"), flows("start > it > end"), beside)
    )


def beside(inside: str) -> bytes:
    """Something beside a complete path."""
    return diagram(process("p", *ASK, inside))


def attached(event: str) -> bytes:
    return beside(shape("boundaryEvent", IT, event, attachedToRef="ask"))


def branches(kind: str) -> bytes:
    branches = flows("start > it", "it ? a = 1 > a", "it > b")
    ends = user("a") + user("b")
    return diagram(process("p", start(), shape(kind, IT, default="it_to_b"), ends, branches))


LOOP = "multiInstanceLoopCharacteristics"
CONDITION = "<conditionalEventDefinition><condition>a = 1</condition></conditionalEventDefinition>"
UNDONE = shape("boundaryEvent", "undone", "<compensateEventDefinition/>", attachedToRef="ask")
UNDO = UNDONE + user("undo", isForCompensation="true")
UNDO += shape("association", "a", sourceRef="undone", targetRef="undo")
CANCEL = shape("endEvent", "stop", "<cancelEventDefinition/>")
CANCELLED = shape("boundaryEvent", "c", "<cancelEventDefinition/>", attachedToRef=IT)
TIMES = {
    "timeDuration": "PT1H",
    "timeDate": "2026-03-02T09:00:00Z",
    "timeCycle": "R3/PT1H",
}
LANES = (
    '<laneSet id="set"><lane id="outer" name="x"><flowNodeRef>ask</flowNodeRef>'
    '<childLaneSet><lane id="inner" name="y"><flowNodeRef>ask</flowNodeRef></lane>'
    "</childLaneSet></lane></laneSet>"
)
LINK = "<linkEventDefinition name='away'/>"
_ASSIGN = '<extensionElements><cl:assign name="a" value="1"/></extensionElements>'
#: What is inside each kind of activity, and its attributes.
ACTIVITIES: dict[str, tuple[str, dict[str, str]]] = {
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


def undo_thrown(attribute: str) -> bytes:
    thrown = shape("intermediateThrowEvent", "throw", f"<compensateEventDefinition {attribute}/>")
    tasks = (start(), user("ask"), thrown, flows("start > ask > throw"))
    return diagram(process("p", *tasks, UNDO))


TWICE = f"<{LOOP}><loopCardinality>2</loopCardinality></{LOOP}>"
AGAIN = (
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
CORRELATING = (
    "collaboration messageFlow correlationSubscription correlationPropertyBinding "
    "correlationPropertyBinding/dataPath correlationKey correlationKey/correlationPropertyRef "
    f"correlationProperty {_PROPERTY} {_PROPERTY}/messagePath"
).split()


def correlating() -> bytes:
    caught = shape("intermediateCatchEvent", IT, message("m"))
    drawn = diagram(process("p", start(), caught, flows("start > it"), _SUBSCRIBED))
    return drawn.replace(b"<process", _CORRELATED.encode() + b"<process", 1)


def shared(kind: str) -> bytes:
    """An event whose definition stands at the top of the file."""
    drawn = path(kind, "<eventDefinitionRef>shared</eventDefinitionRef>")
    top = '<signal id="alarm" name="alarm"/><signalEventDefinition id="shared" signalRef="alarm"/>'
    return drawn.replace(b"<process", f"{top}<process".encode(), 1)
