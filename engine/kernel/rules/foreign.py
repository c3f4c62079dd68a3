"""Words of other vendors: what would have done something is refused, the rest is named."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.fitting import fitting
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.vendors import (
    CAMUNDA,
    JOB_TASKS,
    LOOPING_VENDORS,
    is_external,
    is_read,
    is_said_by,
    unread,
)
from engine.kernel.words import (
    BPMN,
    CL,
    DRAWING,
    FLOW_NODES,
    XSI,
    Node,
    child,
    children,
    is_true,
    local_name,
    namespace_of,
    place_of,
)

_BEHAVIOUR = define(
    "foreign/behaviour",
    "error",
    "A vendor's word that changes what is executed would be lost.",
    "会改变执行的其他厂商扩展将丢失。",
)
_NO_EFFECT = define(
    "foreign/no-effect",
    "warning",
    "A vendor's word has no effect here.",
    "其他厂商的扩展在此不起作用。",
)
_MUST = define(
    "foreign/must-understand",
    "error",
    "An extension of another vendor that must be understood is not.",
    "必须理解的其他厂商扩展无法理解。",
)

_RELEASE = "the release: what is called or decided is found in it"
#: Attributes and elements that run code, move data, or decide which way a case goes.
_ACTS = {
    "class": "cl:topic and a worker",
    "delegateExpression": "cl:topic and a worker",
    "expression": "cl:topic and a worker, or a script task with cl:assign",
    "resultVariable": "cl:result",
    "mapDecisionResult": "cl:result",
    "collection": "cl:collection",
    "elementVariable": "cl:item",
    "executionListener": "a task of its own",
    "taskListener": "a task of its own",
    "inputOutput": "cl:in and cl:output",
    "ioMapping": "cl:in and cl:output",
    "connector": "cl:topic and a worker",
    "in": "cl:in",
    "out": "cl:out",
    "variableMappingClass": "cl:in and cl:out",
    "variableMappingDelegateExpression": "cl:in and cl:out",
    "errorCodeVariable": "the error's code on the boundary event",
    "errorMessageVariable": "the error's code on the boundary event",
    "externalWorkerInParameter": "cl:in",
    "externalWorkerOutParameter": "cl:output",
    "calledElementExpression": "calledElement",
    "taskDefinition": "cl:topic",
    "loopCharacteristics": "cl:collection and cl:item",
    "calledDecision": "cl:decision and cl:result",
    "calledElement": "calledElement",
    "subscription": "cl:key",
    "onEntry-script": "a task of its own",
    "onExit-script": "a task of its own",
    "serviceTaskOperator": "cl:topic",
    "preScript": "a script task with cl:assign",
    "postScript": "a script task with cl:assign",
    "resource": "a script task with cl:assign",
    "script": "cl:assign",
    "rules": "cl:decision",
    "skipExpression": "an exclusive gateway that leads round it",
    "executionListeners": "a task of its own",
    "taskListeners": "a task of its own",
    "errorEventDefinition": "a worker that reports the error's code",
    "mapException": "a worker that reports the error's code",
    "escalationCodeVariable": "the escalation's code on the event",
    "elementIndexVariable": "loopCounter",
    "variableAggregation": "cl:output",
    "resultVariableName": "cl:output",
    "eventType": "a message",
    "calledElementVersion": _RELEASE,
    "calledElementVersionTag": _RELEASE,
    "decisionRefVersion": _RELEASE,
    "decisionRefVersionTag": _RELEASE,
    "ruleFlowGroup": "cl:decision",
    "taskName": "cl:topic and a worker",
}
#: Attributes that would do something with other values than these; what to write instead.
_ACTS_BUT: dict[str, tuple[frozenset[str], str]] = {
    "calledElementBinding": (frozenset({"latest", "deployment"}), _RELEASE),
    "decisionRefBinding": (frozenset({"latest", "deployment"}), _RELEASE),
    "triggerable": (frozenset({"false"}), "a receive task behind it"),
    "waitForCompletion": (frozenset({"true"}), "a message that starts the other process"),
    "adHoc": (frozenset({"false"}), "flows: what no flow reaches is not begun by hand"),
    "terminateAll": (frozenset({"false"}), "a terminate end event in the process that calls"),
    "scope": (frozenset({"global"}), "a message, or leave it out: a signal reaches every case"),
}
#: Words that narrow down what a condition waits for.
_NARROWS = {
    "variableName": "when that variable changes",
    "variableEvents": "at those events",
    "conditionalFilter": "at those events",
}
_OF_JOBS, _OF_RULES = frozenset({"type", "topic"}), frozenset({"decisionRef", "resultVariable"})
_OF_LOOPS = frozenset({"collection", "elementVariable"})
_SHOWN = 5
_HOLDERS = FLOW_NODES | {"process"}
#: What stands beside the processes and tells something about what they do.
_TOP = ("message", "signal", "error", "escalation", "collaboration")


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for extension in children(subject.root, "extension"):
        if is_true(extension, "mustUnderstand"):
            name = extension.get("definition")
            yield _MUST.at(
                subject.root,
                f"the extension {name!r} says that it must be understood",
                'remove it, or write mustUnderstand="false"',
            )
    for top in (*children(subject.root, *_TOP), *subject.processes):
        for node in top.iter():
            if namespace_of(node.tag) == BPMN and local_name(node) != "extensionElements":
                yield from _one(node)


def _one(node: Node) -> Iterator[Finding]:
    silent = []
    for name, instead in dict(_words_on(node)).items():
        word = name.rpartition("}")[2]
        if word in _NARROWS:
            message = (
                f"{word!r} would let the condition be looked at only {_NARROWS[word]}; "
                "here it is whenever the case document changes"
            )
            yield _BEHAVIOUR.at(place_of(node), message, "remove it, or wait for a message")
        elif instead is not None:
            yield _BEHAVIOUR.at(place_of(node), *_lost(node, name, instead))
        else:
            silent.append(word)
    if silent:
        shown = ", ".join(sorted(silent)[:_SHOWN]) + (" …" if len(silent) > _SHOWN else "")
        yield _NO_EFFECT.at(place_of(node), f"no effect here: {shown}", "remove what is not needed")


def _lost(node: Node, name: str, instead: str) -> tuple[str, str]:
    """What is said of a word that would do much, and the way out."""
    word = name.rpartition("}")[2]
    ours = is_said_by(node, name)
    if ours is not None:
        return f"zeebe:{word} stands beside {ours}, which is executed", f"remove zeebe:{word}"
    return f"{word!r} cannot be executed", f"use {instead}"


def _words_on(node: Node) -> Iterator[tuple[str, str | None]]:
    """Each word of a vendor on a node that is not read; what to write where it would do much."""
    holder = child(node, "extensionElements")
    marks = [] if holder is None else [c for c in holder if _is_foreign(c.tag)]
    names = [str(a) for a in node.attrib if _is_foreign(str(a)) and not _understood(node, str(a))]
    names += [c.tag for c in marks if not is_read(node, c)]
    if local_name(node) in _HOLDERS:
        names += [c.tag for c in node if _is_foreign(c.tag)]
    yield from ((name, _instead(name, node)) for name in names)
    for mark in marks:
        if is_read(node, mark):
            yield from unread(mark)


def _instead(name: str, node: Node) -> str | None:
    """What says the same here as a vendor's word that would do something."""
    word, value = name.rpartition("}")[2], node.get(name)
    if word == "type" and local_name(node) in JOB_TASKS:  # mail, shell, http, dmn …
        return fitting(_ACTS["class"], node)
    if word in _ACTS_BUT:
        harmless, instead = _ACTS_BUT[word]
        return None if value is None or value.strip() in harmless else instead
    return fitting(_ACTS[word], node) if word in _ACTS else None


def _is_foreign(name: object) -> bool:
    space = namespace_of(name)
    return space not in ("", BPMN, CL, XSI) and space not in DRAWING and ":internal" not in space


def _understood(node: Node, name: str) -> bool:
    vendor, word, kind = namespace_of(name), name.rpartition("}")[2], local_name(node)
    if kind == "multiInstanceLoopCharacteristics":
        return vendor in LOOPING_VENDORS and word in _OF_LOOPS
    if word in _OF_JOBS:
        return is_external(node, vendor)
    return vendor in CAMUNDA and kind == "businessRuleTask" and word in _OF_RULES
