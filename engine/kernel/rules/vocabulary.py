"""Our own words: a word that stands where nobody reads it is refused, so that no typo is lost.

This is the one list of what may stand where; reference pages and the designer are made from it.
"""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import BPMN, CL, INTERNAL, Node, child, local_name, namespace_of, place_of

_UNKNOWN = define(
    "word/unknown",
    "error",
    "A word of ours stands only where the engine reads it.",
    "cl 扩展只能写在引擎会读取的位置。",
)

_WORK = frozenset({"role", "axis", "act", "stage"})
#: Attributes in our namespace, by the element they stand on.
ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({"profile"}),
    "lane": frozenset({"role", "axis"}),
    "userTask": _WORK
    | {"unit", "dutyGrid", "outcomes", "reasonRequired", "startsClock", "stopsClock", "form"},
    "serviceTask": _WORK | {"topic"},
    "sendTask": _WORK | {"topic"},
    "receiveTask": _WORK | {"key"},
    "scriptTask": _WORK,
    "businessRuleTask": _WORK | {"decision", "result", "topic"},
    "callActivity": _WORK,
    "subProcess": _WORK,
    "transaction": _WORK,
    "task": _WORK,
    "manualTask": _WORK,
    "startEvent": _WORK | {"key", "reasonRequired", "single"},
    "boundaryEvent": _WORK | {"key", "reasonRequired"},
    "intermediateCatchEvent": _WORK | {"key", "reasonRequired"},
    "intermediateThrowEvent": _WORK,
    "endEvent": _WORK | {"outcome"},
    "multiInstanceLoopCharacteristics": frozenset({"collection", "item"}),
}
_VALUE = frozenset({"name", "value"})
_OUTPUT = frozenset({"name", "type", "required", "choices", "kind", "within"})
_NOTIFY = frozenset({"to", "message", "level", "needsReply"})
#: Elements in our namespace with their attributes, by the element they stand in.
CHILDREN: dict[str, dict[str, frozenset[str]]] = {
    "process": {"clock": frozenset({"name", "stage", "limit"})},
    "userTask": {"output": _OUTPUT, "separation": frozenset({"from", "same"})},
    "serviceTask": {"in": _VALUE, "output": _OUTPUT, "notify": _NOTIFY},
    "sendTask": {"in": _VALUE, "output": _OUTPUT, "notify": _NOTIFY},
    "businessRuleTask": {"in": _VALUE, "output": _OUTPUT},
    "receiveTask": {"output": _OUTPUT},
    "scriptTask": {"assign": _VALUE},
    "callActivity": {"in": _VALUE, "out": _VALUE},
    "startEvent": {"output": _OUTPUT},
    "boundaryEvent": {"output": _OUTPUT},
    "intermediateCatchEvent": {"output": _OUTPUT},
    "intermediateThrowEvent": {"in": _VALUE},
    "endEvent": {"in": _VALUE},
    "timerEventDefinition": {
        "at": frozenset({"clock", "point"}),
        "after": frozenset({"amount", "unit"}),
    },
}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        for node in process.iter():
            yield from _other_version(node)
            if namespace_of(node.tag) == BPMN:
                yield from _attributes(node)
                yield from _children(node)
            elif namespace_of(node.tag) == CL and not _is_in_extensions(node):
                yield _UNKNOWN.at(place_of(node), f"{_short(node)} stands outside", _MOVE)


def _other_version(node: Node) -> Iterator[Finding]:
    """A slip in our namespace would make all its words foreign, and lose them."""
    for name in (node.tag, *node.attrib):
        space = namespace_of(name)
        if space.startswith(_HOUSE) and space not in (CL, INTERNAL):
            message = f"the namespace {space!r} is not that of our words"
            yield _UNKNOWN.at(place_of(node), message, f'write xmlns:cl="{CL}"')
            return


_HOUSE = "urn:caseloop"
_MOVE = "put it into <extensionElements>"


def _attributes(node: Node) -> Iterator[Finding]:
    known = ATTRIBUTES.get(local_name(node), frozenset())
    for name in node.attrib:
        word = str(name).rpartition("}")[2]
        if namespace_of(name) == CL and word not in known:
            yield _UNKNOWN.at(place_of(node), f"cl:{word} means nothing here", _listed(known))


def _children(node: Node) -> Iterator[Finding]:
    holder = child(node, "extensionElements")
    known = CHILDREN.get(local_name(node), {})
    for mark in [] if holder is None else holder:
        if namespace_of(mark.tag) != CL:
            continue
        word = mark.tag.rpartition("}")[2]
        if word not in known:
            yield _UNKNOWN.at(place_of(node), f"<cl:{word}> means nothing here", _listed(known))
            continue
        if word == "in" and local_name(node) in _THROWS and not _carries(node):
            yield _UNKNOWN.at(place_of(node), "<cl:in> means nothing here", _CARRIED)
            continue
        for name in mark.attrib:
            if str(name) not in known[word]:
                message = f"<cl:{word}> has no attribute {name!s}"
                yield _UNKNOWN.at(place_of(node), message, _listed(known[word]))


def _carries(event: Node) -> bool:
    """Whether an event throws anything that values can travel with."""
    return any(local_name(part) in _CARRYING for part in event)


_THROWS = frozenset({"intermediateThrowEvent", "endEvent"})
_CARRYING = frozenset(f"{kind}EventDefinition" for kind in ("message", "signal", "escalation"))
_CARRIED = "values travel with a message, a signal or an escalation that the event throws"


def _listed(known: object) -> str:
    names = sorted(known) if isinstance(known, frozenset | dict) else []
    return "known here: " + (", ".join(names) or "nothing")


def _is_in_extensions(node: Node) -> bool:
    return any(local_name(around) == "extensionElements" for around in node.iterancestors())


def _short(node: Node) -> str:
    tag: str = str(node.tag)
    return f"<cl:{tag.rpartition('}')[2]}>"
