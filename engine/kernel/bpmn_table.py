"""What becomes of every element and attribute of BPMN 2.0: executed, refused, documentation.

This is data. The schema check weighs a fault by it, docs/reference/bpmn.md is made from it, and a
test walks the XML Schema to prove that nothing is missing and that every row tells the truth.
A row is flipped by moving one word.

An element that is declared inside a type is written `owner/name`, an attribute `owner@name`: its
owner is the element whose type declares it, so that what all activities inherit stands once, under
`activity`. A row for the element itself (`userTask@name`) wins over what it inherits.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What the engine does with it."""

    EXECUTED = "executed"
    REFUSED = "refused"
    DOCUMENTATION = "documentation"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate, and the rule that refuses."""

    fate: Fate
    rule: str | None = None


EXECUTED, DOCUMENTATION = Verdict(Fate.EXECUTED), Verdict(Fate.DOCUMENTATION)


def _refused(rule: str) -> Verdict:
    return Verdict(Fate.REFUSED, rule)


_ELEMENTS: tuple[tuple[Verdict, str], ...] = (
    (
        EXECUTED,
        """
        definitions process message signal error escalation extensionElements
        task userTask manualTask serviceTask sendTask receiveTask scriptTask businessRuleTask
        callActivity subProcess transaction
        exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway
        startEvent endEvent boundaryEvent intermediateCatchEvent intermediateThrowEvent
        messageEventDefinition signalEventDefinition timerEventDefinition errorEventDefinition
        escalationEventDefinition linkEventDefinition terminateEventDefinition
        conditionalEventDefinition conditionalEventDefinition/condition
        compensateEventDefinition cancelEventDefinition association
        timerEventDefinition/timeDate timerEventDefinition/timeDuration
        timerEventDefinition/timeCycle
        sequenceFlow sequenceFlow/conditionExpression
        laneSet lane lane/flowNodeRef lane/childLaneSet
        catchEvent/eventDefinitionRef throwEvent/eventDefinitionRef
        interface operation operation/inMessageRef messageEventDefinition/operationRef
        collaboration messageFlow correlationSubscription
        correlationPropertyBinding correlationPropertyBinding/dataPath
        correlationKey correlationKey/correlationPropertyRef correlationProperty
        correlationPropertyRetrievalExpression correlationPropertyRetrievalExpression/messagePath
        multiInstanceLoopCharacteristics multiInstanceLoopCharacteristics/loopCardinality
        multiInstanceLoopCharacteristics/completionCondition
        multiInstanceLoopCharacteristics/loopDataInputRef
        multiInstanceLoopCharacteristics/inputDataItem
        standardLoopCharacteristics standardLoopCharacteristics/loopCondition
        """,
    ),
    (
        _refused("activity/container"),
        "adHocSubProcess adHocSubProcess/completionCondition",
    ),
    (_refused("gateway/complex"), "complexGateway complexGateway/activationCondition"),
    (
        _refused("activity/loop"),
        """
        multiInstanceLoopCharacteristics/loopDataOutputRef
        multiInstanceLoopCharacteristics/outputDataItem
        """,
    ),
    (_refused("activity/script"), "script"),
    (
        _refused("data/mapping"),
        "assignment assignment/from assignment/to dataAssociation/transformation",
    ),
    (
        _refused("structure/unknown-element"),
        """
        callChoreography choreographyTask subChoreography implicitThrowEvent
        choreographyActivity/participantRef choreographyTask/messageFlowRef
        """,
    ),
    (
        _refused("structure/schema"),
        """
        activity artifact baseElement baseElementWithMixedContent callableElement catchEvent
        choreographyActivity conversationNode dataAssociation event eventDefinition flowElement
        flowNode gateway loopCharacteristics rootElement throwEvent
        """,
    ),
    (
        DOCUMENTATION,
        """
        documentation import extension relationship relationship/source relationship/target
        auditing monitoring flowElement/categoryValueRef category categoryValue
        flowNode/incoming flowNode/outgoing
        group textAnnotation text
        callableElement/supportedInterfaceRef process/supports ioBinding
        lane/partitionElement rendering
        linkEventDefinition/source linkEventDefinition/target
        complexBehaviorDefinition complexBehaviorDefinition/condition
        complexBehaviorDefinition/event
        property dataObject dataObjectReference dataState dataStore dataStoreReference
        ioSpecification
        dataInput dataOutput inputSet outputSet dataInputAssociation dataOutputAssociation
        dataAssociation/sourceRef dataAssociation/targetRef
        inputSet/dataInputRefs inputSet/optionalInputRefs inputSet/whileExecutingInputRefs
        inputSet/outputSetRefs outputSet/dataOutputRefs outputSet/optionalOutputRefs
        outputSet/whileExecutingOutputRefs outputSet/inputSetRefs
        itemDefinition operation/outMessageRef operation/errorRef endPoint
        resource resourceParameter resourceRole resourceRole/resourceRef resourceParameterBinding
        resourceAssignmentExpression expression formalExpression
        performer humanPerformer potentialOwner
        globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask
        collaboration/choreographyRef participant participant/interfaceRef
        participant/endPointRef participantMultiplicity participantAssociation
        participantAssociation/innerParticipantRef participantAssociation/outerParticipantRef
        partnerEntity partnerEntity/participantRef partnerRole partnerRole/participantRef
        messageFlowAssociation
        conversation subConversation callConversation conversationAssociation conversationLink
        conversationNode/participantRef conversationNode/messageFlowRef globalConversation
        choreography globalChoreographyTask
        """,
    ),
)

#: Attributes of what is executed; those of what is not share the fate of their element.
_ATTRIBUTES: tuple[tuple[Verdict, str], ...] = (
    (
        EXECUTED,
        """
        baseElement@id flowElement@name callableElement@name process@isExecutable
        activity@default activity@isForCompensation
        exclusiveGateway@default inclusiveGateway@default
        sequenceFlow@sourceRef sequenceFlow@targetRef
        boundaryEvent@attachedToRef boundaryEvent@cancelActivity startEvent@isInterrupting
        subProcess@triggeredByEvent callActivity@calledElement
        receiveTask@messageRef sendTask@messageRef receiveTask@operationRef sendTask@operationRef
        receiveTask@instantiate eventBasedGateway@instantiate
        messageFlow@sourceRef messageFlow@targetRef messageFlow@messageRef messageFlow@name
        correlationSubscription@correlationKeyRef correlationPropertyBinding@correlationPropertyRef
        correlationPropertyRetrievalExpression@messageRef
        message@name signal@name error@errorCode escalation@escalationCode
        messageEventDefinition@messageRef signalEventDefinition@signalRef
        errorEventDefinition@errorRef escalationEventDefinition@escalationRef
        compensateEventDefinition@activityRef association@sourceRef association@targetRef
        intermediateCatchEvent@parallelMultiple linkEventDefinition@name lane@name
        formalExpression@language
        multiInstanceLoopCharacteristics@isSequential dataInput@name
        standardLoopCharacteristics@testBefore standardLoopCharacteristics@loopMaximum
        """,
    ),
    (_refused("compensation/throw"), "compensateEventDefinition@waitForCompletion"),
    (_refused("gateway/direction"), "gateway@gatewayDirection"),
    (
        _refused("event/several-definitions"),
        "boundaryEvent@parallelMultiple startEvent@parallelMultiple",
    ),
    (_refused("structure/quantity"), "activity@startQuantity activity@completionQuantity"),
    (_refused("transaction/event"), "transaction@triggeredByEvent"),
    (_refused("gateway/event-targets"), "eventBasedGateway@eventGatewayType"),
    (_refused("activity/loop"), "multiInstanceLoopCharacteristics@behavior"),
    (_refused("foreign/must-understand"), "extension@mustUnderstand"),
    (
        DOCUMENTATION,
        """
        definitions@id definitions@name definitions@targetNamespace definitions@expressionLanguage
        definitions@typeLanguage definitions@exporter definitions@exporterVersion
        baseElementWithMixedContent@id formalExpression@evaluatesToTypeRef
        process@processType process@isClosed process@definitionalCollaborationRef
        sequenceFlow@isImmediate
        userTask@implementation serviceTask@implementation sendTask@implementation
        receiveTask@implementation businessRuleTask@implementation scriptTask@scriptFormat
        serviceTask@operationRef interface@name interface@implementationRef
        operation@name operation@implementationRef
        message@itemRef signal@structureRef error@name error@structureRef
        escalation@name escalation@structureRef
        collaboration@name collaboration@isClosed correlationKey@name
        correlationProperty@name correlationProperty@type
        laneSet@name lane@partitionElementRef association@associationDirection
        transaction@method dataInput@itemSubjectRef dataInput@isCollection
        multiInstanceLoopCharacteristics@oneBehaviorEventRef
        multiInstanceLoopCharacteristics@noneBehaviorEventRef
        """,
    ),
)


def _by_name(rows: tuple[tuple[Verdict, str], ...]) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for verdict, names in rows:
        for name in names.split():
            if name in found:
                raise ValueError(f"{name} stands twice in the table of BPMN")
            found[name] = verdict
    return found


ELEMENTS = _by_name(_ELEMENTS)
ATTRIBUTES = _by_name(_ATTRIBUTES)

#: Which event may stand where: the position, and per fate the kinds (`none`: without definition).
_POSITIONS: tuple[tuple[str, tuple[tuple[Verdict, str], ...]], ...] = (
    (
        "start of a process",
        (
            (EXECUTED, "none message signal timer"),
            (
                _refused("event/start-of-process"),
                "conditional error escalation compensate cancel terminate",
            ),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "start of a sub-process",
        (
            (EXECUTED, "none"),
            (
                _refused("event/not-supported"),
                "message timer conditional signal error escalation compensate cancel terminate",
            ),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "start of an event sub-process",
        (
            (EXECUTED, "message timer conditional signal error escalation compensate"),
            (_refused("event/sub-process-start"), "none"),
            (_refused("event/not-supported"), "cancel terminate"),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "… not interrupting",
        (
            (EXECUTED, "message timer conditional signal escalation compensate"),
            (_refused("event/sub-process-start"), "none"),
            (_refused("event/interrupting"), "error"),
            (_refused("event/not-supported"), "cancel terminate"),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "intermediate, catching",
        (
            (EXECUTED, "message timer conditional signal link"),
            (_refused("event/nothing-to-wait-for"), "none"),
            (_refused("event/not-supported"), "error escalation compensate cancel terminate"),
        ),
    ),
    (
        "intermediate, throwing",
        (
            (EXECUTED, "none message signal escalation compensate link"),
            (_refused("event/not-supported"), "timer conditional error cancel terminate"),
        ),
    ),
    (
        "boundary, interrupting",
        (
            (EXECUTED, "message timer conditional signal error escalation compensate cancel"),
            (_refused("event/nothing-to-wait-for"), "none"),
            (_refused("event/not-supported"), "terminate"),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "boundary, not interrupting",
        (
            (EXECUTED, "message timer conditional signal escalation compensate"),
            (_refused("event/nothing-to-wait-for"), "none"),
            (_refused("event/interrupting"), "error cancel"),
            (_refused("event/not-supported"), "terminate"),
            (_refused("event/link"), "link"),
        ),
    ),
    (
        "end",
        (
            (EXECUTED, "none message signal error escalation compensate cancel terminate"),
            (_refused("event/not-supported"), "timer conditional"),
            (_refused("event/link"), "link"),
        ),
    ),
)
POSITIONS = {position: _by_name(rows) for position, rows in _POSITIONS}
